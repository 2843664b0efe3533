"""Sessions: the filtered list, its filter values, and everything about one session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

# Column of the screen -> what the release sorts by.
SORTS = {
    "Date": "session_date",
    "Title": "lower(title)",
    "District": "districts",
    "School": "schools",
    "Educators": "educators",
    "Presenters": "presenters",
    "Career cluster": "career_cluster",
    "Students": "students",
    "Status": "status",
}

_LIST = """
with district_names as (
    select
        bridge.event_key,
        string_agg(names.district_name, ', ' order by names.district_name) as districts
    from marts.bridge_event_districts as bridge
    inner join marts.dim_districts as names using (district_key)
    group by bridge.event_key
),
school_names as (
    select
        bridge.event_key,
        string_agg(names.school_name, ', ' order by names.school_name) as schools
    from marts.bridge_event_schools as bridge
    inner join marts.dim_schools as names using (school_key)
    group by bridge.event_key
),
educator_names as (
    select
        participation.event_key,
        string_agg(names.teacher_name, ', ' order by names.teacher_name) as educators
    from marts.fct_teacher_participation as participation
    inner join marts.dim_teachers as names using (teacher_key)
    group by participation.event_key
),
presenter_names as (
    select
        participation.event_key,
        string_agg(
            concat_ws(' ', names.first_name, names.last_name), ', '
            order by names.last_name, names.first_name
        ) as presenters
    from marts.fct_volunteer_participation as participation
    inner join marts.dim_volunteers as names using (person_key)
    group by participation.event_key
),
listed as (
    select
        events.event_key,
        events.session_date,
        events.start_at,
        events.is_time_known,
        events.title,
        district_names.districts,
        schools_of.schools,
        educator_names.educators,
        presenter_names.presenters,
        events.career_cluster,
        coalesce(events.attended_student_count, events.registered_student_count) as students,
        events.attended_student_count,
        events.status,
        events.pathful_session_id
    from marts.dim_events as events
    left join district_names using (event_key)
    left join school_names as schools_of using (event_key)
    left join educator_names using (event_key)
    left join presenter_names using (event_key)
)
"""
_RANGE = """
select
    max(session_date) filter (where session_date <= $today) as last_past,
    max(session_date) as last_date,
    min(session_date) as first_date,
    count(*) as event_count
from marts.dim_events
"""
_VALUES = {
    "cluster": """
        select distinct career_cluster as value from marts.dim_events
        where career_cluster is not null order by 1
    """,
    "status": "select distinct status as value from marts.dim_events order by 1",
    "district": """
        select distinct names.district_key as value, names.district_name as label
        from marts.bridge_event_districts as bridge
        inner join marts.dim_districts as names using (district_key)
        order by label, value
    """,
    "school": """
        select distinct names.school_key as value, names.school_name as label
        from marts.bridge_event_schools as bridge
        inner join marts.dim_schools as names using (school_key)
        order by label, value
    """,
}
_EVENT = "select * from marts.dim_events where event_key = $event"
_EVENT_DISTRICTS = """
select names.district_name, bridge.attribution_source
from marts.bridge_event_districts as bridge
inner join marts.dim_districts as names using (district_key)
where bridge.event_key = $event
order by names.district_name
"""
_EVENT_SCHOOLS = """
select names.school_name
from marts.bridge_event_schools as bridge
inner join marts.dim_schools as names using (school_key)
where bridge.event_key = $event
order by names.school_name
"""
_EVENT_TEACHERS = """
select
    participation.teacher_key,
    names.teacher_name,
    schools.school_name,
    names.email,
    participation.attendance_status,
    participation.imported_attendance_status,
    participation.has_override,
    participation.match_rule
from marts.fct_teacher_participation as participation
left join marts.dim_teachers as names using (teacher_key)
left join marts.dim_schools as schools on names.school_key = schools.school_key
where participation.event_key = $event
order by names.teacher_name, participation.teacher_key
"""
_EVENT_PRESENTERS = """
select
    concat_ws(' ', names.first_name, names.last_name) as presenter_name,
    coalesce(organizations.organization_name, names.employer) as organization,
    names.email,
    participation.attendance_status,
    participation.delivery_hours
from marts.fct_volunteer_participation as participation
left join marts.dim_volunteers as names using (person_key)
left join marts.dim_organizations as organizations using (organization_key)
where participation.event_key = $event
order by names.last_name, names.first_name, participation.person_key
"""
_EVENT_FLAGS = """
select flag_type, created_at from queues.queue_event_flags
where event_key = $event and not is_resolved
order by flag_type
"""
_EVENT_ROWS = """
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


@dataclass(frozen=True)
class EventFilter:
    """What the person asked for; None means no restriction."""

    first_day: date | None = None
    last_day: date | None = None
    district: str | None = None
    school: str | None = None
    cluster: str | None = None
    status: str | None = None
    text: str = ""
    sort: str = "Date"
    is_descending: bool = True


def _where(chosen: EventFilter) -> tuple[str, dict[str, Any]]:
    clauses: list[str] = []
    params: dict[str, Any] = {}
    simple = {
        "first_day": ("session_date >= $first_day", chosen.first_day),
        "last_day": ("session_date <= $last_day", chosen.last_day),
        "cluster": ("career_cluster = $cluster", chosen.cluster),
        "status": ("status = $status", chosen.status),
        "district": (
            "event_key in (select event_key from marts.bridge_event_districts"
            " where district_key = $district)",
            chosen.district,
        ),
        "school": (
            "event_key in (select event_key from marts.bridge_event_schools"
            " where school_key = $school)",
            chosen.school,
        ),
    }
    for name, (clause, value) in simple.items():
        if value is not None:
            clauses.append(clause)
            params[name] = value
    for position, word in enumerate(chosen.text.split()):
        clauses.append(
            "contains(strip_accents(lower(concat_ws(' ', title, educators, presenters,"
            f" pathful_session_id))), strip_accents(lower($word_{position})))"
        )
        params[f"word_{position}"] = word
    return ("where " + " and ".join(clauses)) if clauses else "", params


def all_districts(release: OpenRelease) -> list[str]:
    """Names of every district, in alphabetical order."""
    sql = "select distinct district_name as name from marts.dim_districts order by name"
    return [row["name"] for row in release.rows(sql)]


def default_range(release: OpenRelease, today: date) -> tuple[date, date] | None:
    """The school year (Aug 1 to Jul 31) in which the newest past sessions lie; None without any."""
    row = release.rows(_RANGE, {"today": today})[0]
    anchor = row["last_past"] or row["last_date"]
    if anchor is None:
        return None
    start = anchor.year if anchor.month >= 8 else anchor.year - 1
    return date(start, 8, 1), date(start + 1, 7, 31)


def values(release: OpenRelease, name: str) -> dict[str, str]:
    """What a filter offers: value -> words, in the order shown."""
    return {row["value"]: row.get("label", row["value"]) for row in release.rows(_VALUES[name])}


def count(release: OpenRelease, chosen: EventFilter) -> dict[str, Any]:
    """How many sessions the filter finds, and how many students attended them."""
    where, params = _where(chosen)
    counted = "count(*) as events, sum(attended_student_count) as students"
    sql = f"{_LIST} select {counted} from listed {where}"
    return release.rows(sql, params)[0]


def page(
    release: OpenRelease, chosen: EventFilter, number: int | None, size: int = PAGE_SIZE
) -> pd.DataFrame:
    """One page of sessions (1 is the first); None gives all of them, for an export."""
    where, params = _where(chosen)
    direction = "desc" if chosen.is_descending else "asc"
    sql = (
        f"{_LIST} select * from listed {where}"
        f" order by {SORTS[chosen.sort]} {direction} nulls last, event_key"
    )
    if number is not None:
        sql += " limit $size offset $start"
        params |= {"size": size, "start": (number - 1) * size}
    return release.frame(sql, params)


def event(release: OpenRelease, event_key: str) -> dict[str, Any] | None:
    """One session; None when the release does not have it."""
    return release.row(_EVENT, {"event": event_key})


def event_parts(release: OpenRelease, event_key: str) -> dict[str, list[dict[str, Any]]]:
    """What hangs on a session: districts, schools, teachers, presenters, flags, source rows."""
    queries = {
        "districts": _EVENT_DISTRICTS,
        "schools": _EVENT_SCHOOLS,
        "teachers": _EVENT_TEACHERS,
        "presenters": _EVENT_PRESENTERS,
        "flags": _EVENT_FLAGS,
        "lineage": _EVENT_ROWS,
    }
    return {name: release.rows(sql, {"event": event_key}) for name, sql in queries.items()}
