"""What was achieved in a year or month: events, volunteers, hours and students."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.release import OpenRelease

ALL = "all"
NO_DISTRICT = "Unknown"

_YEARS = """
select distinct year_label, starts_on, ends_on
from marts.agg_impact_years
where year_type = $year_type
order by year_label desc
"""
_SCOPES = """
select
    facts.*,
    case
        when facts.scope_type = 'all' then 'All districts'
        else coalesce(districts.district_name, 'No district')
    end as district_name,
    facts.scope_type = 'all'
    or (districts.district_key is not null and not coalesce(districts.is_provisional, false))
        as is_main
from marts.agg_impact_years as facts
left join marts.dim_districts as districts on facts.scope_key = districts.district_key
where facts.year_type = $year_type and facts.year_label = $year and facts.format = $format
order by facts.scope_type <> 'all', district_name = 'No district', district_name, facts.scope_key
"""
_MONTHS = """
select * from marts.agg_monthly_impact
where
    scope_key = $scope
    and format = $format
    and month_date >= $first_day
    and month_date <= $last_day
order by month_date
"""
# The estimates stand in the year-end of the same window, which is the school year.
_ESTIMATES = """
select
    virtual_student_estimate, virtual_student_upper_estimate, unique_teacher_count,
    attendance_without_school_count, student_count_by_home_district,
    student_count_by_event_district, student_attendance_count
from marts.agg_district_impact
where scope_key = $scope and school_year = $year and host = 'all'
"""


def years(release: OpenRelease, year_type: str) -> list[dict[str, Any]]:
    """Years there are numbers for, newest first, with their first and last day."""
    return release.rows(_YEARS, {"year_type": year_type})


def scopes(release: OpenRelease, year_type: str, year: str, form: str) -> list[dict[str, Any]]:
    """All districts together, where the reader may see that, then each one by name."""
    return release.rows(_SCOPES, {"year_type": year_type, "year": year, "format": form})


def months(
    release: OpenRelease, scope: str, form: str, first_day: date, last_day: date
) -> list[dict[str, Any]]:
    """One row per month that had an event."""
    return release.rows(
        _MONTHS,
        {"scope": scope, "format": form, "first_day": first_day, "last_day": last_day},
    )


def estimates(release: OpenRelease, scope: str, year: str) -> dict[str, Any] | None:
    """What is estimated for a school year beside what was counted; None without any event."""
    return release.row(_ESTIMATES, {"scope": scope, "year": year})
