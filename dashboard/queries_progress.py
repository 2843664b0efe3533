"""Teacher progress: districts, their schools, their teachers, one teacher's sessions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

_YEARS = "select distinct virtual_year from marts.fct_teacher_progress order by virtual_year desc"
_PERIODS = """
select distinct period from marts.fct_teacher_progress
where virtual_year = $year
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
_SESSIONS = """
select
    events.event_key,
    events.session_date,
    events.title,
    events.status,
    participation.attendance_status,
    participation.has_override,
    events.career_cluster
from marts.fct_teacher_participation as participation
inner join marts.dim_events as events using (event_key)
where
    participation.teacher_key = $teacher
    and events.session_date >= $first_day
    and events.session_date < $next_first_day
order by events.session_date desc, events.event_key
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


def periods(release: OpenRelease, year: str) -> list[str]:
    """The whole year first, then its semesters."""
    return [row["period"] for row in release.rows(_PERIODS, {"year": year})]


def window(virtual_year: str, period: str) -> tuple[date, date]:
    """First day and the day after the last: Aug 1 to Jul 31, split at Jan 1."""
    start = int(virtual_year[:4])
    first = date(start + 1, 1, 1) if period == "spring" else date(start, 8, 1)
    after = date(start + 1, 1, 1) if period == "fall" else date(start + 1, 8, 1)
    return first, after


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
    """One row per roster teacher, narrowed by building, status and words in name or e-mail."""
    params: dict[str, Any] = {"district": district, "year": year, "period": period}
    filters = ""
    if building is not None:
        filters += "\n    and building = $building"
        params["building"] = building
    if status is not None:
        filters += "\n    and progress_status = $status"
        params["status"] = status
    for position, word in enumerate(text.split()):
        filters += (
            "\n    and contains("
            "strip_accents(lower(concat_ws(' ', teacher_name, email, building))),"
            f" strip_accents(lower($word_{position})))"
        )
        params[f"word_{position}"] = word
    return release.frame(_TEACHERS.format(filters=filters), params)


def teacher(
    release: OpenRelease, teacher_key: str, district: str, year: str, period: str
) -> dict[str, Any] | None:
    """One teacher's progress; None when not on that roster."""
    return release.row(
        _TEACHER,
        {"teacher": teacher_key, "district": district, "year": year, "period": period},
    )


def sessions(release: OpenRelease, teacher_key: str, year: str, period: str) -> pd.DataFrame:
    """The sessions of a teacher inside the window, newest first."""
    first, after = window(year, period)
    return release.frame(
        _SESSIONS, {"teacher": teacher_key, "first_day": first, "next_first_day": after}
    )
