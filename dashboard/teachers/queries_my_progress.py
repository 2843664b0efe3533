"""What one teacher reads of the own record, and which record belongs to an address."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.release import OpenRelease

# The newest year counts; an address that two records of it share opens the first by key only.
_RECORD = """
select
    roster.teacher_key,
    roster.roster_key,
    roster.virtual_year,
    coalesce(roster.teacher_name, teachers.teacher_name) as teacher_name,
    roster.building,
    roster.target_sessions,
    districts.district_name
from marts.fct_teacher_roster as roster
left join marts.dim_teachers as teachers on roster.teacher_key = teachers.teacher_key
left join marts.dim_districts as districts on roster.district_key = districts.district_key
where roster.is_active and lower(trim(roster.email)) = $email
order by roster.virtual_year desc, roster.teacher_key, roster.roster_key
limit 1
"""
_ON_ROSTER = """
select count(*) as row_count
from marts.fct_teacher_roster
where is_active and lower(trim(email)) = $email
"""
_PROGRESS = """
select target_sessions, completed_sessions, planned_sessions, no_show_sessions,
    needs_review_sessions, needed_sessions, progress_status, progress_pct
from marts.fct_teacher_progress
where teacher_key = $teacher_key and virtual_year = $year and period = 'year'
order by district_key
limit 1
"""
_SESSIONS = """
select
    events.event_key, events.title, events.status, events.session_date, events.start_at,
    events.is_time_known, events.career_cluster,
    participation.attendance_status, participation.is_credited, participation.is_no_show,
    coalesce(participation.has_override, false) as has_override
from marts.fct_teacher_participation as participation
inner join marts.dim_events as events on participation.event_key = events.event_key
where participation.teacher_key = $teacher_key
    and events.session_date between $first_day and $last_day
order by events.session_date, events.title, events.event_key
"""
_REPORTS = """
select reported_at, category, notes, status, resolution_notes
from queues.queue_issue_reports
where teacher_key = $teacher_key
order by reported_at desc, issue_key
"""


def record(release: OpenRelease, email: str) -> dict[str, Any] | None:
    """The active roster row of an address; None where it is on no active roster."""
    return release.row(_RECORD, {"email": email})


def is_on_roster(release: OpenRelease, email: str) -> bool:
    """Whether an address is on an active roster that this release, or part of it, holds."""
    return bool(release.rows(_ON_ROSTER, {"email": email.strip().lower()})[0]["row_count"])


def progress(release: OpenRelease, teacher_key: str, year: str) -> dict[str, Any] | None:
    """The goal of a virtual year; None where the year has none."""
    return release.row(_PROGRESS, {"teacher_key": teacher_key, "year": year})


def sessions(
    release: OpenRelease, teacher_key: str, first_day: date, last_day: date
) -> list[dict[str, Any]]:
    """The sessions the teacher is listed in, oldest first."""
    return release.rows(
        _SESSIONS,
        {"teacher_key": teacher_key, "first_day": first_day, "last_day": last_day},
    )


def reports(release: OpenRelease, teacher_key: str) -> list[dict[str, Any]]:
    """The issues reported about the record, newest first."""
    return release.rows(_REPORTS, {"teacher_key": teacher_key})
