"""Everything about one session."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dashboard.release import OpenRelease

_EVENT = "select * from marts.dim_events where event_key = $event"
_DISTRICTS = """
select names.district_key, names.district_name, bridge.attribution_source
from marts.bridge_event_districts as bridge
inner join marts.dim_districts as names using (district_key)
where bridge.event_key = $event
order by names.district_name, names.district_key
"""
_SCHOOLS = """
select names.school_name
from marts.bridge_event_schools as bridge
inner join marts.dim_schools as names using (school_key)
where bridge.event_key = $event
order by names.school_name
"""
_TEACHERS = """
select
    participation.teacher_key,
    names.teacher_name,
    schools.school_name,
    names.district_key,
    names.email,
    participation.attendance_status,
    participation.imported_attendance_status,
    participation.has_override,
    participation.is_credited,
    participation.is_tagged,
    participation.override_decision_id,
    participation.override_effect,
    participation.override_reason,
    participation.overridden_by,
    participation.overridden_at,
    participation.match_rule
from marts.fct_teacher_participation as participation
left join marts.dim_teachers as names using (teacher_key)
left join marts.dim_schools as schools on names.school_key = schools.school_key
where participation.event_key = $event
order by names.teacher_name, participation.teacher_key
"""
_PRESENTERS = """
select
    participation.person_key,
    concat_ws(' ', names.first_name, names.last_name) as presenter_name,
    coalesce(organizations.organization_name, names.employer) as organization,
    names.email,
    coalesce(names.is_provisional, false) as is_provisional,
    participation.attendance_status,
    participation.delivery_hours,
    participation.is_tagged
from marts.fct_volunteer_participation as participation
left join marts.dim_volunteers as names using (person_key)
left join marts.dim_organizations as organizations using (organization_key)
where participation.event_key = $event
order by names.last_name, names.first_name, participation.person_key
"""
_ROWS = """
select
    rows.run_id,
    runs.file_name,
    runs.finished_at,
    count(*) as row_count,
    string_agg(rows.row_number::varchar, ', ' order by rows.row_number) as row_numbers
from ops.import_rows as rows
left join ops.import_runs as runs using (run_id)
where rows.event_key = $event
group by rows.run_id, runs.file_name, runs.finished_at
order by runs.finished_at desc nulls last, rows.run_id
"""
_FIELDS = "select * from ops.event_lineage where event_key = $event"
_TICKETS = """
select
    tickets.ticket_key,
    tickets.unmatched_type,
    tickets.status,
    tickets.attempted_name,
    tickets.attempted_school,
    tickets.attempted_organization,
    tickets.status = 'pending' as is_open,
    sum(found.row_count) as row_count
from queues.queue_unmatched as tickets
inner join queues.queue_ticket_events as found using (ticket_key)
where found.event_key = $event
group by all
order by is_open desc, tickets.unmatched_type, tickets.attempted_name, tickets.ticket_key
"""
# People a person took off the session and who are still off.
_REMOVED = """
select
    log.decision_id,
    log.audit_action,
    log.decided_at,
    log.actor,
    log.reason,
    log.teacher_key,
    log.person_key,
    coalesce(
        teachers.teacher_name, concat_ws(' ', volunteers.first_name, volunteers.last_name)
    ) as person_name
from ops.audit_log as log
left join marts.dim_teachers as teachers using (teacher_key)
left join marts.dim_volunteers as volunteers using (person_key)
where
    log.event_key = $event
    and log.audit_action in ('TEACHER_REMOVED', 'PRESENTER_REMOVED')
    and log.action in ('untag_teacher', 'untag_presenter')
    and log.is_standing
order by log.decided_at, log.decision_id
"""
_CLUSTERS = """
select distinct career_cluster as value from marts.dim_events
where career_cluster is not null order by 1
"""

# Names of the places of an event in `listed`; correlated, so that a page asks for its rows only.
PLACE_NAMES = """
    (
        select string_agg(names.district_name, ', ' order by names.district_name)
        from marts.bridge_event_districts as bridge
        inner join marts.dim_districts as names using (district_key)
        where bridge.event_key = listed.event_key
    ) as districts,
    (
        select string_agg(names.school_name, ', ' order by names.school_name)
        from marts.bridge_event_schools as bridge
        inner join marts.dim_schools as names using (school_key)
        where bridge.event_key = listed.event_key
    ) as schools
"""
_FOUND = "contains(strip_accents(lower({column})), strip_accents(lower($word_{position})))"


def found_by(text: str) -> tuple[list[str], dict[str, Any]]:
    """Clauses and parameters that find events by every word: title, session id, school, district.

    They stand in a query with the columns event_key, title and pathful_session_id.
    """
    clauses, params = [], {}
    for position, word in enumerate(text.split()):
        title = _FOUND.format(column="concat_ws(' ', title, pathful_session_id)", position=position)
        school = _FOUND.format(column="names.school_name", position=position)
        district = _FOUND.format(column="names.district_name", position=position)
        clauses.append(
            f"""(
                {title}
                or event_key in (
                    select bridge.event_key from marts.bridge_event_schools as bridge
                    inner join marts.dim_schools as names using (school_key)
                    where {school}
                )
                or event_key in (
                    select bridge.event_key from marts.bridge_event_districts as bridge
                    inner join marts.dim_districts as names using (district_key)
                    where {district}
                )
            )"""
        )
        params[f"word_{position}"] = word
    return clauses, params


def event(release: OpenRelease, event_key: str) -> dict[str, Any] | None:
    """One session; None when the release does not have it."""
    return release.row(_EVENT, {"event": event_key})


def parts(release: OpenRelease, event_key: str) -> dict[str, list[dict[str, Any]]]:
    """What hangs on a session: places, people, source rows, values with their origin, tickets."""
    queries = {
        "districts": _DISTRICTS,
        "schools": _SCHOOLS,
        "teachers": _TEACHERS,
        "presenters": _PRESENTERS,
        "rows": _ROWS,
        "fields": _FIELDS,
        "tickets": _TICKETS,
        "removed": _REMOVED,
    }
    return {name: release.rows(sql, {"event": event_key}) for name, sql in queries.items()}


def clusters(release: OpenRelease) -> list[str]:
    """Career clusters in use, in alphabetical order."""
    return [row["value"] for row in release.rows(_CLUSTERS)]


def titles(release: OpenRelease, event_keys: Collection[str]) -> dict[str, str]:
    """Titles of sessions by their keys."""
    wanted = sorted(set(event_keys))
    if not wanted:
        return {}
    sql = "select event_key, title from marts.dim_events where event_key in (select unnest($keys))"
    return {row["event_key"]: row["title"] for row in release.rows(sql, {"keys": wanted})}
