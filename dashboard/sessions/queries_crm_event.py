"""Who took part in a session of Salesforce, and how many students."""

from __future__ import annotations

from typing import Any

from dashboard.release import OpenRelease

_VOLUNTEERS = """
select
    participation.person_key,
    concat_ws(' ', names.first_name, names.last_name) as volunteer_name,
    coalesce(organizations.organization_name, names.employer) as organization,
    names.email,
    coalesce(names.is_deleted, false) as is_deleted,
    participation.status,
    participation.raw_status,
    participation.is_credited,
    participation.hours,
    participation.hours_source
from marts.fct_volunteer_participation as participation
left join marts.dim_volunteers as names using (person_key)
left join marts.dim_organizations as organizations using (organization_key)
where participation.event_key = $event
order by participation.is_credited desc, names.last_name, names.first_name, person_key
"""
# Single students are in the release of few; their numbers are counted for everybody who sees the
# session.
_STUDENTS = """
select
    attended_student_count, requested_volunteer_count, volunteer_count, needs_attendance,
    total_student_count, classroom_count, rotation_count, students_per_volunteer
from marts.agg_event_staffing
where event_key = $event
"""
_SKILLS = """
select distinct skill_name from marts.bridge_event_skills
where event_key = $event
order by skill_name
"""


def volunteers(release: OpenRelease, event_key: str) -> list[dict[str, Any]]:
    """The volunteers of a session, those with credit first."""
    return release.rows(_VOLUNTEERS, {"event": event_key})


def staffing(release: OpenRelease, event_key: str) -> dict[str, Any] | None:
    """How many came; None for a cancelled session."""
    return release.row(_STUDENTS, {"event": event_key})


def skills(release: OpenRelease, event_key: str) -> list[str]:
    """The skills the session asks for."""
    return [row["skill_name"] for row in release.rows(_SKILLS, {"event": event_key})]
