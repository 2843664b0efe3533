"""One session by its Pathful id, and the teachers who signed up for it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dashboard.release import OpenRelease

# https://app.pathful.com/wbl/sessions/123, https://prepkc.nepris.com/app/sessions/123
_ADDRESS = re.compile(r"https?://[^/\s]+/\S*sessions/(\d+)/?(?:[?#]\S*)?", re.IGNORECASE)

_SESSION = """
select
    events.event_key,
    events.pathful_session_id,
    events.title,
    events.format,
    events.status,
    events.imported_status,
    events.session_date,
    events.start_at,
    events.is_time_known,
    (
        select string_agg(districts.district_name, ', ' order by districts.district_name)
        from marts.bridge_event_districts as bridge
        inner join marts.dim_districts as districts using (district_key)
        where bridge.event_key = events.event_key
    ) as district_names,
    (
        select string_agg(
            concat_ws(' ', volunteers.first_name, volunteers.last_name), ', '
            order by volunteers.last_name, volunteers.person_key
        )
        from marts.fct_volunteer_participation as presenting
        inner join marts.dim_volunteers as volunteers using (person_key)
        where presenting.event_key = events.event_key
    ) as presenter_names
from marts.dim_events as events
where events.pathful_session_id = $session
order by events.event_key
"""
# The building of the roster of the session's year; else the newest school known.
_TEACHERS = """
select
    participation.teacher_key,
    teachers.teacher_name,
    coalesce(progress.building, schools.school_name, 'Unknown') as building,
    districts.district_name,
    participation.attendance_status,
    participation.imported_attendance_status,
    coalesce(participation.is_credited, false) as is_credited,
    participation.override_decision_id,
    participation.override_effect,
    coalesce(participation.has_override, false) as has_override
from marts.fct_teacher_participation as participation
inner join marts.dim_teachers as teachers on participation.teacher_key = teachers.teacher_key
left join marts.dim_schools as schools on teachers.school_key = schools.school_key
left join marts.fct_teacher_progress as progress
    on
        participation.teacher_key = progress.teacher_key
        and progress.period = 'year'
        and progress.window_start_date <= $day
        and progress.window_end_date >= $day
left join marts.dim_districts as districts
    on coalesce(progress.district_key, teachers.district_key) = districts.district_key
where participation.event_key = $event
qualify
    row_number() over (
        partition by participation.teacher_key order by progress.district_key
    ) = 1
order by building, teachers.teacher_name, participation.teacher_key
"""


def session_id_in(text: str) -> str | None:
    """The id itself, or the trailing digits of a session's address; None for another address."""
    match = _ADDRESS.fullmatch(text.strip())
    if match:
        return match.group(1)
    return None if "/" in text else text.strip()


def sessions(release: OpenRelease, session_id: str) -> list[dict[str, Any]]:
    """The sessions with that Pathful id; one at most, unless the source is at odds."""
    return release.rows(_SESSION, {"session": session_id})


def teachers(release: OpenRelease, event_key: str, day: date) -> list[dict[str, Any]]:
    """The teachers of a session held on `day`, by building and name."""
    return release.rows(_TEACHERS, {"event": event_key, "day": day})
