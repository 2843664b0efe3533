"""Sessions: the filtered list and its filter values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
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

# `{wanted}` are the conditions on the events themselves: names are put together for those only.
_LIST = """
with wanted as (select * from marts.dim_events {wanted}),

district_names as (
    select
        bridge.event_key,
        string_agg(names.district_name, ', ' order by names.district_name) as districts
    from marts.bridge_event_districts as bridge
    inner join marts.dim_districts as names using (district_key)
    where bridge.event_key in (select event_key from wanted)
    group by bridge.event_key
),
school_names as (
    select
        bridge.event_key,
        string_agg(names.school_name, ', ' order by names.school_name) as schools
    from marts.bridge_event_schools as bridge
    inner join marts.dim_schools as names using (school_key)
    where bridge.event_key in (select event_key from wanted)
    group by bridge.event_key
),
educator_names as (
    select
        participation.event_key,
        string_agg(names.teacher_name, ', ' order by names.teacher_name) as educators
    from marts.fct_teacher_participation as participation
    inner join marts.dim_teachers as names using (teacher_key)
    where participation.event_key in (select event_key from wanted)
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
    where
        participation.event_key in (select event_key from wanted)
        and (
            participation.participant_type is distinct from 'Volunteer'
            or participation.attendance_status in ('Attended', 'SignedUp')
        )
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
        coalesce(
            events.attended_student_count, nullif(staffing.attended_student_count, 0),
            events.registered_student_count
        ) as students,
        coalesce(events.attended_student_count, nullif(staffing.attended_student_count, 0))
            as attended_student_count,
        events.status,
        events.source,
        events.format,
        events.pathful_session_id,
        events.salesforce_id
    from wanted as events
    left join district_names using (event_key)
    left join school_names as schools_of using (event_key)
    left join educator_names using (event_key)
    left join presenter_names using (event_key)
    left join marts.agg_event_staffing as staffing
        on events.event_key = staffing.event_key and events.source = 'salesforce'
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


@dataclass(frozen=True)
class EventFilter:
    """What the person asked for; None means no restriction."""

    first_day: date | None = None
    last_day: date | None = None
    district: str | None = None
    school: str | None = None
    cluster: str | None = None
    status: str | None = None
    source: str | None = None
    form: str | None = None
    text: str = ""
    only_corrected: bool = False
    only_flagged: bool = False
    sort: str = "Date"
    is_descending: bool = True


def _listed(chosen: EventFilter) -> tuple[str, dict[str, Any]]:
    """The list's query, with `{columns}` to be put in, and its parameters."""
    simple = {
        "first_day": ("session_date >= $first_day", chosen.first_day),
        "last_day": ("session_date <= $last_day", chosen.last_day),
        "cluster": ("career_cluster = $cluster", chosen.cluster),
        "status": ("status = $status", chosen.status),
        "source": ("source = $source", chosen.source),
        "form": ("format = $form", chosen.form),
        "district": (lists.IN_DISTRICT, chosen.district),
        "school": (
            "event_key in (select event_key from marts.bridge_event_schools"
            " where school_key = $school)",
            chosen.school,
        ),
    }
    clauses, params = lists.given(simple)
    if chosen.only_corrected:
        clauses.append("(is_corrected or is_status_manual)")
    if chosen.only_flagged:
        clauses.append(
            "event_key in (select event_key from queues.queue_event_flags where not is_resolved)"
        )
    wanted = ("where " + " and ".join(clauses)) if clauses else ""
    named, words = lists.worded(
        chosen.text, "title", "educators", "presenters", "pathful_session_id", "salesforce_id"
    )
    where = ("where " + " and ".join(named)) if named else ""
    return f"{_LIST.format(wanted=wanted)} select {{columns}} from listed {where}", params | words


def all_districts(release: OpenRelease) -> list[str]:
    """Names of every district, in alphabetical order."""
    sql = """
        select distinct district_name as name from marts.dim_districts
        where not coalesce(is_deleted, false)
        order by name
    """
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


def count(release: OpenRelease, chosen: EventFilter, *, least: int = 0) -> dict[str, Any]:
    """How many sessions the filter finds, and how many students attended them.

    Args:
        release: to read from.
        chosen: the filter.
        least: sessions with fewer students are in no sum, so that none can be told from two sums.
    """
    sql, params = _listed(chosen)
    counted = (
        "count(*) as events, sum(attended_student_count)"
        " filter (where attended_student_count >= $least) as students"
    )
    return release.rows(sql.format(columns=counted), params | {"least": least})[0]


def page(
    release: OpenRelease, chosen: EventFilter, number: int | None, size: int = PAGE_SIZE
) -> pd.DataFrame:
    """One page of sessions (1 is the first); None gives all of them, for an export."""
    sql, params = _listed(chosen)
    direction = "desc" if chosen.is_descending else "asc"
    order = f"order by {SORTS[chosen.sort]} {direction} nulls last, event_key"
    sql = f"{sql.format(columns='*')} {order}"
    return release.frame(*lists.one_page(sql, params, number, size))
