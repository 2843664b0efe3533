"""Sessions that roster teachers missed, those revised to attended among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

PAGE_SIZE = 50
MISSED, REVISED, BOTH = "missed", "revised", "both"

# A teacher on two rosters of a year stands in the list once, unless a district is chosen.
# Cancelled sessions are nobody's fault (pathful.md 9.3, lesson 47).
_ROWS = """
select
    events.event_key,
    participation.teacher_key,
    progress.district_key,
    progress.building,
    progress.teacher_name,
    events.session_date,
    events.title,
    events.series,
    events.status,
    participation.is_no_show,
    participation.override_decision_id,
    participation.override_effect,
    participation.override_reason,
    participation.overridden_by,
    participation.overridden_at
from marts.fct_teacher_participation as participation
inner join marts.dim_events as events on participation.event_key = events.event_key
inner join marts.fct_teacher_progress as progress
    on
        participation.teacher_key = progress.teacher_key
        and progress.virtual_year = $year
        and progress.period = $period
        and events.session_date >= progress.window_start_date
        and events.session_date <= progress.window_end_date
where
    events.status <> 'Cancelled'
    and (
        participation.is_no_show
        or (
            participation.has_override
            and participation.override_effect = 'add'
            and participation.imported_attendance_status in ('NoShow', 'Absent')
        )
    ){filters}
qualify
    row_number() over (
        partition by events.event_key, participation.teacher_key order by progress.district_key
    ) = 1
order by building, teacher_name, session_date desc, events.event_key
"""
_SCHOOLS = """
select distinct building
from marts.fct_teacher_progress
where virtual_year = $year and period = $period and building is not null{filters}
order by building
"""


@dataclass(frozen=True)
class NoShowFilter:
    """What of the list is shown; None and "" do not restrict."""

    year: str
    period: str = "year"
    district: str | None = None
    building: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    kind: str = MISSED


def schools(release: OpenRelease, year: str, period: str, district: str | None) -> list[str]:
    """Buildings of the year's roster."""
    params = {"year": year, "period": period}
    if district is None:
        return [row["building"] for row in release.rows(_SCHOOLS.format(filters=""), params)]
    sql = _SCHOOLS.format(filters=" and district_key = $district")
    return [row["building"] for row in release.rows(sql, params | {"district": district})]


def rows(release: OpenRelease, chosen: NoShowFilter) -> list[dict[str, Any]]:
    """One row per teacher and missed session, by school, teacher and day."""
    conditions, params = lists.given(
        {
            "district": ("progress.district_key = $district", chosen.district),
            "building": ("progress.building = $building", chosen.building),
            "first_day": ("events.session_date >= $first_day", chosen.first_day),
            "last_day": ("events.session_date <= $last_day", chosen.last_day),
        }
    )
    if chosen.kind == MISSED:
        conditions.append("participation.is_no_show")
    elif chosen.kind == REVISED:
        conditions.append("not participation.is_no_show")
    found, words = lists.worded(
        chosen.text, "progress.teacher_name", "progress.building", "events.title", "events.series"
    )
    filters = "".join(f"\n    and {condition}" for condition in conditions + found)
    params |= words | {"year": chosen.year, "period": chosen.period}
    return release.rows(_ROWS.format(filters=filters), params)
