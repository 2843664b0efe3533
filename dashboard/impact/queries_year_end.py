"""The district year-end and the usage of virtual sessions."""

from __future__ import annotations

from typing import Any

from dashboard.impact import queries_school_year
from dashboard.release import OpenRelease

_TABLE, _YEAR = "agg_district_year_end", "virtual_year"
_MONTHS = """
select
    month_date, event_count, teacher_engagements, unique_teachers, attended_student_count,
    volunteer_hours
from marts.agg_district_year_end_months
where virtual_year = $year and host = $host and scope_key = $scope
order by month_date
"""
_EVENTS = queries_school_year.COUNTED_EVENTS
_TYPES = f"""
select
    events.event_type,
    events.format,
    count(*) as event_count,
    sum(events.registered_student_count) as registered_student_count,
    sum(events.attended_student_count) as attended_student_count
{_EVENTS}
group by events.event_type, events.format
order by event_count desc, events.event_type
"""
_DETAIL = f"""
with chosen as (
    select events.*
    {_EVENTS}
),

{queries_school_year.PLACES.strip()},

teachers as (
    select event_key, count(distinct teacher_key) as teacher_count
    from marts.fct_teacher_participation
    where is_credited and event_key in (select event_key from chosen)
    group by event_key
),

presenters as (
    select
        presenting.event_key,
        string_agg(
            concat_ws(' ', volunteers.first_name, volunteers.last_name), ', '
            order by volunteers.last_name, volunteers.person_key
        ) as presenter_names
    from marts.fct_volunteer_participation as presenting
    inner join marts.dim_volunteers as volunteers using (person_key)
    where
        presenting.event_key in (select event_key from chosen)
        and (
            presenting.participant_type is distinct from 'Volunteer'
            or presenting.attendance_status in ('Attended', 'SignedUp')
        )
    group by presenting.event_key
)

select
    chosen.session_date, chosen.title, chosen.event_type, chosen.status,
    districts.district_names, schools.school_names, chosen.career_cluster,
    chosen.registered_student_count, chosen.attended_student_count,
    coalesce(teachers.teacher_count, 0) as teacher_count, presenters.presenter_names
from chosen
left join districts using (event_key)
left join schools using (event_key)
left join teachers using (event_key)
left join presenters using (event_key)
order by chosen.session_date, chosen.title, chosen.event_key
"""
_USAGE = f"""
select
    facts.scope_key, facts.virtual_event_count, facts.unique_teacher_count,
    facts.teacher_experience_count, facts.estimated_student_count, facts.schools_reached_count,
    facts.presenter_count, facts.presenter_hours, facts.registered_student_count,
    facts.attended_student_count,
    facts.local_session_pct, facts.poc_session_pct,
    {queries_school_year.NAMED.strip()}
from marts.agg_virtual_impact as facts
left join marts.dim_districts as districts on facts.scope_key = districts.district_key
where
    facts.period_type = 'school_year'
    and facts.period_label = $year
    and facts.scope_type = 'district'
    and facts.scope_key <> 'Unknown'
order by district_name, facts.scope_key
"""
# Sessions that have a district, each counted once in all and once in each of its districts.
_SESSIONS = """
with held as (
    select
        events.event_key,
        events.session_date,
        events.status = 'Completed' or events.status = 'Simulcast' as is_completed,
        bridge.district_key
    from marts.dim_events as events
    inner join marts.bridge_event_districts as bridge using (event_key)
    where
        events.format = 'virtual'
        and events.status <> 'Cancelled'
        and events.session_date >= $first_day
        and events.session_date < $next_first_day
        and ($scope = 'all' or bridge.district_key = $scope)
)
"""
_USAGE_MONTHS = f"""{_SESSIONS.rstrip()}

select
    cast(date_trunc('month', session_date) as date) as month_date,
    count(distinct event_key) as session_count,
    count(distinct case when is_completed then event_key end) as completed_count
from held
group by month_date
order by month_date
"""
_USAGE_SCHOOLS = f"""{_SESSIONS.rstrip()}

select
    coalesce(districts.district_name, 'No district') as district_name,
    schools.school_name,
    count(distinct held.event_key) as session_count,
    count(distinct case when held.is_completed then held.event_key end) as completed_count,
    max(held.session_date) as last_date
from held
inner join marts.bridge_event_schools as bridge using (event_key)
inner join marts.dim_schools as schools on bridge.school_key = schools.school_key
left join marts.dim_districts as districts on schools.district_key = districts.district_key
where $scope = 'all' or schools.district_key = $scope
group by schools.school_key, schools.school_name, districts.district_name
order by session_count desc, schools.school_name, schools.school_key
"""


def years(release: OpenRelease) -> list[str]:
    """Virtual years there are numbers for, newest first."""
    return queries_school_year.years(release, _TABLE, _YEAR)


def scopes(release: OpenRelease, year: str, host: str) -> list[dict[str, Any]]:
    """All districts together, where the reader may see that, then each one by name."""
    return queries_school_year.scopes(release, _TABLE, {_YEAR: year, "host": host})


def months(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """One row per month that had an event."""
    return release.rows(_MONTHS, {"year": year, "host": host, "scope": scope})


def event_types(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """The completed events of a scope by their type; together the total of the year-end."""
    return release.rows(_TYPES, queries_school_year.params(year, scope) | {"host": host})


def events(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """The completed events of a scope, one row each."""
    return release.rows(_DETAIL, queries_school_year.params(year, scope) | {"host": host})


def usage(release: OpenRelease, year: str) -> list[dict[str, Any]]:
    """Virtual sessions of each district; those of no district are left out."""
    return release.rows(_USAGE, {"year": year})


def usage_months(release: OpenRelease, year: str, scope: str) -> list[dict[str, Any]]:
    """Virtual sessions with a district, month by month."""
    return release.rows(_USAGE_MONTHS, queries_school_year.params(year, scope))


def usage_schools(release: OpenRelease, year: str, scope: str) -> list[dict[str, Any]]:
    """Virtual sessions of each school; a session of several schools counts in each."""
    return release.rows(_USAGE_SCHOOLS, queries_school_year.params(year, scope))
