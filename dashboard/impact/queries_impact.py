"""What was achieved in a year or month: events, volunteers, hours and students."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.impact import queries_school_year
from dashboard.release import OpenRelease

_YEARS = """
select distinct year_label, starts_on, ends_on
from marts.agg_impact_years
where year_type = $year_type
order by year_label desc
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
    wanted = {"year_type": year_type, "year_label": year, "format": form}
    return queries_school_year.scopes(release, "agg_impact_years", wanted)


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
