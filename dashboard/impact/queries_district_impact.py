"""The district year-end over sessions of Salesforce and Pathful (salesforce.md 6.2)."""

from __future__ import annotations

from typing import Any

from dashboard.impact import queries_school_year
from dashboard.release import OpenRelease

_TABLE, _YEAR = "agg_district_impact", "school_year"
_PROGRAMS = """
select * from marts.agg_district_programs
where school_year = $year and host = $host and scope_key = $scope
order by counting_rule = 'teachers', counting_rule = 'events', event_count desc, program_key
"""
_TYPES = """
select * from marts.agg_event_types
where school_year = $year and host = $host and scope_key = $scope
order by event_count desc, event_type
"""
_SCHOOLS = """
select
    facts.*,
    districts.district_name
from marts.agg_school_impact as facts
left join marts.dim_districts as districts using (district_key)
where
    facts.school_year = $year
    and (
        $scope = 'all'
        or facts.district_key = $scope
        or ($scope = 'Unknown' and facts.district_key is null)
    )
order by
    case facts.level
        when 'Elementary' then 1 when 'Middle' then 2 when 'High' then 3 else 4
    end,
    facts.level, facts.event_count desc, facts.school_name, facts.school_key
"""
# A session is virtual by its type here, whatever its format says.
_EVENTS = queries_school_year.COUNTED_EVENTS
_VIRTUAL = "events.event_type in ('virtual_session', 'connector_session')"
_CREDITED = """
credited as (
    select
        event_key,
        count(distinct person_key) as volunteer_count,
        sum(hours) as volunteer_hours
    from marts.fct_volunteer_participation
    where is_credited and event_key in (select event_key from chosen)
    group by event_key
)
"""
# Months leave connector sessions out, as the timeline of the year-end does.
_MONTHS = f"""
with chosen as (
    select
        events.event_key, cast(date_trunc('month', events.session_date) as date) as month_date,
        coalesce({_VIRTUAL}, false) as is_virtual
    {_EVENTS}
    and events.event_type is distinct from 'connector_session'
),
{_CREDITED.strip()}

select
    chosen.month_date,
    count(*) as event_count,
    count(*) filter (where not chosen.is_virtual) as in_person_event_count,
    count(*) filter (where chosen.is_virtual) as virtual_event_count,
    coalesce(sum(credited.volunteer_count), 0) as volunteer_engagement_count,
    coalesce(sum(credited.volunteer_hours), 0.0) as volunteer_hours
from chosen
left join credited using (event_key)
group by chosen.month_date
order by chosen.month_date
"""
_DETAIL = f"""
with chosen as (
    select events.*, coalesce({_VIRTUAL}, false) as is_virtual
    {_EVENTS}
),

{queries_school_year.PLACES.strip()},

{_CREDITED.strip()}

select
    chosen.event_key, chosen.session_date, chosen.title, chosen.event_type, chosen.format,
    chosen.is_virtual, chosen.session_host, chosen.source, districts.district_names,
    schools.school_names,
    coalesce(credited.volunteer_count, 0) as volunteer_count,
    coalesce(credited.volunteer_hours, 0.0) as volunteer_hours,
    coalesce(chosen.attended_student_count, staffing.attended_student_count) as student_count,
    coalesce(staffing.needs_attendance, false) as needs_attendance
from chosen
left join districts using (event_key)
left join schools using (event_key)
left join credited using (event_key)
left join marts.agg_event_staffing as staffing using (event_key)
order by chosen.session_date, chosen.title, chosen.event_key
"""


def years(release: OpenRelease) -> list[str]:
    """School years there are numbers for, newest first."""
    return queries_school_year.years(release, _TABLE, _YEAR)


def scopes(release: OpenRelease, year: str, host: str) -> list[dict[str, Any]]:
    """All districts together, where the reader may see that, then each one by name."""
    return queries_school_year.scopes(release, _TABLE, {_YEAR: year, "host": host})


def programs(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """Every program, those without an event too."""
    return release.rows(_PROGRAMS, {"year": year, "host": host, "scope": scope})


def event_types(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """Events that were not cancelled, by their type."""
    return release.rows(_TYPES, {"year": year, "host": host, "scope": scope})


def schools(release: OpenRelease, year: str, scope: str) -> list[dict[str, Any]]:
    """Every school of the scope by level, those without an event too."""
    return release.rows(_SCHOOLS, {"year": year, "scope": scope})


def months(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """Completed events month by month, without connector sessions."""
    return release.rows(_MONTHS, queries_school_year.params(year, scope) | {"host": host})


def events(release: OpenRelease, year: str, host: str, scope: str) -> list[dict[str, Any]]:
    """The completed events of a scope, one row each."""
    return release.rows(_DETAIL, queries_school_year.params(year, scope) | {"host": host})
