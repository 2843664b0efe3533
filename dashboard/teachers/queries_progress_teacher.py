"""One teacher: the sessions of a year with what a person corrected, and the search for others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

SEARCH_LIMIT = 12

# Why a past sign-up is still open (pathful.md 5.2): no Session Report was imported since the
# session, later reports left the session out, or they listed it and it is open all the same.
_REASON = """
    case
        when last_report.finished_on is null or last_report.finished_on <= events.session_date
            then 'no_import_since_session'
        when seen.finished_at < last_report.finished_at then 'import_missed'
        else 'unknown'
    end as review_reason
"""
_SESSION = f"""
with last_report as (
    select
        max(finished_at) as finished_at,
        cast(max(finished_at) at time zone 'America/Chicago' as date) as finished_on
    from ops.import_runs
    where report_type = 'session_report' and status = 'succeeded' and not coalesce(dry_run, false)
)

select
    events.event_key,
    events.pathful_session_id,
    events.title,
    events.session_date,
    events.start_at,
    events.is_time_known,
    events.status,
    events.imported_status,
    events.attended_student_count,
    participation.teacher_key is not null as is_listed,
    participation.attendance_status,
    participation.imported_attendance_status,
    coalesce(participation.has_override, false) as has_override,
    participation.override_decision_id,
    participation.override_effect,
    participation.override_reason,
    participation.overridden_by,
    participation.overridden_at,
    {_REASON.strip()}
from marts.dim_events as events
cross join last_report
left join ops.import_runs as seen on events.last_seen_run_id = seen.run_id
left join (
    select * from marts.fct_teacher_participation where teacher_key = $teacher
) as participation on events.event_key = participation.event_key
"""
_SESSIONS = f"""{_SESSION}
where
    participation.teacher_key is not null
    and events.session_date >= $first_day
    and events.session_date <= $last_day
order by events.session_date desc, events.event_key
"""
_CHOSEN = f"""{_SESSION}
where events.event_key in (select unnest($events))
"""
_SEARCH = """
select events.event_key, events.pathful_session_id, events.title, events.session_date, events.status
from marts.dim_events as events
where
    events.session_date >= $first_day
    and events.session_date <= $last_day
    and events.status in ('Completed', 'Confirmed', 'Published', 'Requested', 'Draft')
    and coalesce(events.source, 'pathful') not in ('salesforce', 'csv')
    and not exists (
        select 1 from marts.fct_teacher_participation as participation
        where
            participation.event_key = events.event_key
            and participation.teacher_key = $teacher
    ){words}
order by abs(datediff('day', events.session_date, $today)), events.title, events.event_key
limit $limit
"""


def sessions(
    release: OpenRelease, teacher_key: str, first_day: date, last_day: date
) -> list[dict[str, Any]]:
    """The sessions a teacher is on from `first_day` to `last_day`, newest first."""
    return release.rows(
        _SESSIONS, {"teacher": teacher_key, "first_day": first_day, "last_day": last_day}
    )


def chosen(
    release: OpenRelease, teacher_key: str, event_keys: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The same for any sessions by key, whether the teacher is on them or not."""
    if not event_keys:
        return {}
    rows = release.rows(_CHOSEN, {"teacher": teacher_key, "events": sorted(set(event_keys))})
    return {row["event_key"]: row for row in rows}


def search(
    release: OpenRelease,
    teacher_key: str,
    text: str,
    window: tuple[date, date],
    today: date,
) -> list[dict[str, Any]]:
    """Sessions of the window the teacher is not on, by words of the title or the session id.

    Those nearest to `today` first, at most `SEARCH_LIMIT`.
    """
    params: dict[str, Any] = {
        "teacher": teacher_key,
        "first_day": window[0],
        "last_day": window[1],
        "today": today,
        "limit": SEARCH_LIMIT,
    }
    found, words = lists.worded(text, "events.title", "events.pathful_session_id")
    clauses = "".join(f"\n    and {clause}" for clause in found)
    return release.rows(_SEARCH.format(words=clauses), params | words)
