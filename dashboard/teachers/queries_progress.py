"""Teacher progress: districts, their schools, their teachers, and archived semesters."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

# Beside the three statuses: short of the goal with a past sign-up nothing ever settled.
NEEDS_REVIEW = "Needs Review"

_YEARS = "select distinct virtual_year from marts.fct_teacher_progress order by virtual_year desc"
_PERIODS = """
select
    period,
    any_value(window_start_date) as first_day,
    any_value(window_end_date) as last_day
from marts.fct_teacher_progress
where virtual_year = $year
group by period
order by case period when 'year' then 0 when 'fall' then 1 else 2 end
"""
_DISTRICTS = """
select
    progress.district_key,
    coalesce(districts.district_name, 'Unknown') as district_name,
    progress.total_schools,
    progress.total_teachers,
    progress.goals_achieved,
    progress.goals_in_progress,
    progress.goals_not_started,
    progress.goals_achieved_pct,
    progress.goals_in_progress_pct,
    progress.goals_not_started_pct,
    progress.needs_review,
    progress.no_shows
from marts.agg_district_progress as progress
left join marts.dim_districts as districts using (district_key)
where progress.virtual_year = $year and progress.period = $period
order by district_name, progress.district_key
"""
_SCHOOLS = """
select
    building,
    total_teachers,
    goals_achieved,
    goals_in_progress,
    goals_not_started,
    goals_achieved_pct,
    goals_in_progress_pct,
    goals_not_started_pct,
    needs_review,
    no_shows
from marts.agg_school_progress
where district_key = $district and virtual_year = $year and period = $period
order by building
"""
_TEACHERS = """
select
    teacher_key,
    building,
    teacher_name,
    email,
    grade,
    target_sessions,
    completed_sessions,
    planned_sessions,
    no_show_sessions,
    needs_review_sessions,
    progress_pct,
    progress_status
from marts.fct_teacher_progress
where district_key = $district and virtual_year = $year and period = $period{filters}
order by building, teacher_name, teacher_key
"""
_TEACHER = """
select
    progress.*,
    coalesce(districts.district_name, 'Unknown') as district_name
from marts.fct_teacher_progress as progress
left join marts.dim_districts as districts using (district_key)
where
    progress.teacher_key = $teacher
    and progress.district_key = $district
    and progress.virtual_year = $year
    and progress.period = $period
"""
_ARCHIVES = """
select district_key, max(archived_at) as archived_at
from marts.fct_progress_archive
where virtual_year = $year and period = $period
group by district_key
"""
# The archived counts under the names of agg_district_progress, with today's beside them.
_ARCHIVED_DISTRICTS = """
with counts as (
    select
        district_key,
        count(distinct coalesce(building, 'Unknown')) as total_schools,
        count(*) as total_teachers,
        count(*) filter (where progress_status = 'Achieved') as goals_achieved,
        count(*) filter (where progress_status = 'In Progress') as goals_in_progress,
        count(*) filter (where progress_status = 'Not Started') as goals_not_started,
        max(archived_at) as archived_at
    from marts.fct_progress_archive
    where virtual_year = $year and period = $period
    group by district_key
)

select
    counts.*,
    coalesce(districts.district_name, 'Unknown') as district_name,
    round(100.0 * counts.goals_achieved / counts.total_teachers, 1) as goals_achieved_pct,
    round(100.0 * counts.goals_in_progress / counts.total_teachers, 1) as goals_in_progress_pct,
    round(100.0 * counts.goals_not_started / counts.total_teachers, 1) as goals_not_started_pct,
    coalesce(today.total_teachers, 0) as total_teachers_now,
    coalesce(today.goals_achieved, 0) as goals_achieved_now,
    coalesce(today.goals_in_progress, 0) as goals_in_progress_now,
    coalesce(today.goals_not_started, 0) as goals_not_started_now
from counts
left join marts.dim_districts as districts using (district_key)
left join marts.agg_district_progress as today
    on
        counts.district_key = today.district_key
        and today.virtual_year = $year
        and today.period = $period
order by district_name, counts.district_key
"""
_ARCHIVED_TEACHERS = """
with archived as (
    select * from marts.fct_progress_archive
    where district_key = $district and virtual_year = $year and period = $period
),

today as (
    select * from marts.fct_teacher_progress
    where district_key = $district and virtual_year = $year and period = $period
)

select
    coalesce(archived.building, today.building) as building,
    coalesce(archived.teacher_name, today.teacher_name) as teacher_name,
    coalesce(archived.email, today.email) as email,
    archived.target_sessions,
    archived.completed_sessions,
    archived.planned_sessions,
    archived.progress_status,
    today.completed_sessions as completed_now,
    today.progress_status as status_now,
    archived.teacher_key is null as is_new,
    today.teacher_key is null as is_gone,
    archived.teacher_key is null
    or today.teacher_key is null
    or archived.completed_sessions <> today.completed_sessions
    or archived.progress_status <> today.progress_status as is_different
from archived
full outer join today on archived.teacher_key = today.teacher_key
order by building, teacher_name, coalesce(archived.teacher_key, today.teacher_key)
"""


def years(release: OpenRelease) -> list[str]:
    """Virtual years with a roster, newest first."""
    return [row["virtual_year"] for row in release.rows(_YEARS)]


def default_year(found: list[str], today: date) -> str | None:
    """The virtual year `today` lies in, else the newest one there is."""
    start = today.year if today.month >= 8 else today.year - 1
    label = f"{start}-{start + 1}"
    if label in found:
        return label
    return found[0] if found else None


def periods(release: OpenRelease, year: str) -> list[dict[str, Any]]:
    """Period, first and last day: the whole year first, then its semesters."""
    return release.rows(_PERIODS, {"year": year})


def districts(release: OpenRelease, year: str, period: str) -> list[dict[str, Any]]:
    """One row per district that has a roster."""
    return release.rows(_DISTRICTS, {"year": year, "period": period})


def schools(release: OpenRelease, district: str, year: str, period: str) -> list[dict[str, Any]]:
    """One row per building of a district."""
    return release.rows(_SCHOOLS, {"district": district, "year": year, "period": period})


def teachers(
    release: OpenRelease,
    district: str,
    year: str,
    period: str,
    *,
    building: str | None = None,
    status: str | None = None,
    text: str = "",
) -> pd.DataFrame:
    """One row per roster teacher, narrowed by building, status and words in name or e-mail.

    `status` is one of the three, or `NEEDS_REVIEW`.
    """
    params: dict[str, Any] = {"district": district, "year": year, "period": period}
    filters = ""
    if building is not None:
        filters += "\n    and building = $building"
        params["building"] = building
    if status == NEEDS_REVIEW:
        filters += "\n    and needs_review_sessions > 0 and progress_status <> 'Achieved'"
    elif status is not None:
        filters += "\n    and progress_status = $status"
        params["status"] = status
    found, words = lists.worded(text, "teacher_name", "email", "building")
    filters += "".join(f"\n    and {clause}" for clause in found)
    return release.frame(_TEACHERS.format(filters=filters), params | words)


def teacher(
    release: OpenRelease, teacher_key: str, district: str, year: str, period: str
) -> dict[str, Any] | None:
    """One teacher's progress; None when not on that roster."""
    return release.row(
        _TEACHER,
        {"teacher": teacher_key, "district": district, "year": year, "period": period},
    )


def archives(release: OpenRelease, year: str, period: str) -> dict[str, datetime]:
    """When each district's numbers of a semester were archived; empty before that."""
    rows = release.rows(_ARCHIVES, {"year": year, "period": period})
    return {row["district_key"]: row["archived_at"] for row in rows}


def archived_districts(release: OpenRelease, year: str, period: str) -> list[dict[str, Any]]:
    """One row per archived district; columns that end in `_now` are today's counts."""
    return release.rows(_ARCHIVED_DISTRICTS, {"year": year, "period": period})


def archived_teachers(
    release: OpenRelease, district: str, year: str, period: str
) -> list[dict[str, Any]]:
    """One row per teacher in the archive or on the roster now, then beside now."""
    return release.rows(_ARCHIVED_TEACHERS, {"district": district, "year": year, "period": period})
