"""Coming virtual sessions without a presenter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

# Red, yellow, blue: the queue's own words for how soon a session is.
URGENCIES = ("red", "yellow", "blue")

_YEARS = """
select distinct virtual_year from queues.queue_presenter_recruitment order by virtual_year
"""
# A session of several districts or schools lists their names with commas between.
_DISTRICTS = """
select distinct bridge.district_key as value, districts.district_name as label
from queues.queue_presenter_recruitment as waiting
inner join marts.bridge_event_districts as bridge on waiting.event_key = bridge.event_key
inner join marts.dim_districts as districts on bridge.district_key = districts.district_key
order by label, value
"""
_SCHOOLS = """
select distinct schools.school_key as value, schools.school_name as label
from queues.queue_presenter_recruitment as waiting
left join marts.bridge_event_schools as bridge on waiting.event_key = bridge.event_key
inner join marts.dim_schools as schools
    on coalesce(bridge.school_key, waiting.school_key) = schools.school_key
order by label, value
"""
_ROWS = """
select
    waiting.event_key,
    waiting.title,
    waiting.status,
    waiting.session_date,
    waiting.start_at,
    waiting.is_time_known,
    waiting.days_until,
    waiting.urgency,
    waiting.school_names,
    waiting.district_names,
    waiting.teacher_names
from queues.queue_presenter_recruitment as waiting
where true{filters}
order by waiting.session_date, waiting.start_at, waiting.title, waiting.event_key
"""


@dataclass(frozen=True)
class RecruitmentFilter:
    """What of the queue is shown; None and "" do not restrict."""

    first_day: date | None = None
    last_day: date | None = None
    year: str | None = None
    district: str | None = None
    school: str | None = None
    text: str = ""
    urgency: str | None = None


def years(release: OpenRelease) -> list[str]:
    """Virtual years with a session in the queue."""
    return [row["virtual_year"] for row in release.rows(_YEARS)]


def districts(release: OpenRelease) -> dict[str, str]:
    """Districts with a session in the queue: key -> name."""
    return {row["value"]: row["label"] for row in release.rows(_DISTRICTS)}


def schools(release: OpenRelease) -> dict[str, str]:
    """Schools with a session in the queue: key -> name."""
    return {row["value"]: row["label"] for row in release.rows(_SCHOOLS)}


def rows(release: OpenRelease, chosen: RecruitmentFilter) -> list[dict[str, Any]]:
    """The sessions, the next one first."""
    clauses, params = lists.given(
        {
            "first_day": ("waiting.session_date >= $first_day", chosen.first_day),
            "last_day": ("waiting.session_date <= $last_day", chosen.last_day),
            "year": ("waiting.virtual_year = $year", chosen.year),
            "urgency": ("waiting.urgency = $urgency", chosen.urgency),
            "district": (f"waiting.{lists.IN_DISTRICT}", chosen.district),
            "school": (
                "(waiting.school_key = $school or waiting.event_key in (select event_key"
                " from marts.bridge_event_schools where school_key = $school))",
                chosen.school,
            ),
        }
    )
    found, words = lists.worded(chosen.text, "waiting.title", "waiting.teacher_names")
    filters = "".join(f"\n    and {clause}" for clause in clauses + found)
    return release.rows(_ROWS.format(filters=filters), params | words)
