"""Invented goals: rosters, the progress of their teachers, schools and districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

YEAR = "2025-2026"

Row = dict[str, Any]

# teacher, period, target, completed, planned, no-shows, status
_GOALS = [
    ("t-ana", "year", 1, 1, 0, 0, "Achieved"),
    ("t-ana", "fall", 1, 0, 0, 0, "Not Started"),
    ("t-ana", "spring", 1, 1, 0, 0, "Achieved"),
    ("t-ben", "year", 1, 0, 1, 0, "In Progress"),
    ("t-ben", "fall", 1, 0, 0, 0, "Not Started"),
    ("t-ben", "spring", 1, 0, 1, 0, "In Progress"),
    ("t-cara", "year", 2, 0, 0, 0, "Not Started"),
    ("t-eve", "year", 1, 0, 0, 1, "Not Started"),
    ("t-dev", "year", 1, 0, 0, 0, "Not Started"),
]


_WINDOWS = {
    "year": (date(2025, 8, 1), date(2026, 7, 31)),
    "fall": (date(2025, 8, 1), date(2025, 12, 31)),
    "spring": (date(2026, 1, 1), date(2026, 7, 31)),
}


def rows(teachers: Sequence[tuple[Any, ...]], schools: Mapping[str, str]) -> dict[str, list[Row]]:
    """The tables of rosters and progress.

    Args:
        teachers: key, name, e-mail, school and district of each.
        schools: key -> name.
    """
    people = {row[0]: row for row in teachers}
    facts = []
    for key, period, target, completed, planned, missed, status in _GOALS:
        _, name, email, school, district = people[key]
        facts.append(
            {
                "teacher_key": key,
                "district_key": district,
                "academic_year": YEAR,
                "virtual_year": YEAR,
                "period": period,
                "building": schools[school],
                "school_key": school,
                "email": email,
                "teacher_name": name,
                "grade": "9" if school == "s-central" else None,
                "target_sessions": target,
                "completed_sessions": completed,
                "planned_sessions": planned,
                "needs_review_sessions": 0,
                "no_show_sessions": missed,
                "progress_status": status,
                "progress_pct": min(100.0, completed / target * 100),
                "needed_sessions": max(0, target - completed - planned),
                "roster_key": f"r-{key[2:]}",
                "window_start_date": _WINDOWS[period][0],
                "window_end_date": _WINDOWS[period][1],
            }
        )
    return {
        "marts.fct_teacher_progress": facts,
        "marts.agg_school_progress": _rolled_up(facts, ("district_key", "building")),
        "marts.agg_district_progress": _rolled_up(facts, ("district_key",)),
        "marts.fct_teacher_roster": [
            {
                "teacher_key": row["teacher_key"],
                "district_key": row["district_key"],
                "academic_year": YEAR,
                "virtual_year": YEAR,
                "building": row["building"],
                "email": row["email"],
                "target_sessions": row["target_sessions"],
                "is_active": True,
                "roster_key": row["roster_key"],
                "teacher_name": row["teacher_name"],
                "school_key": row["school_key"],
                "grade": row["grade"],
                "source": "roster",
            }
            for row in facts
            if row["period"] == "year"
        ],
    }


def _rolled_up(facts: list[Row], keys: tuple[str, ...]) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in facts:
        groups.setdefault((row["period"], *(row[key] for key in keys)), []).append(row)
    rolled = []
    for (period, *values), members in groups.items():
        total = len(members)
        statuses = [row["progress_status"] for row in members]
        row = {"virtual_year": YEAR, "period": period, "total_teachers": total}
        row |= dict(zip(keys, values, strict=True))
        for column, status in (
            ("goals_achieved", "Achieved"),
            ("goals_in_progress", "In Progress"),
            ("goals_not_started", "Not Started"),
        ):
            row[column] = statuses.count(status)
            row[f"{column}_pct"] = round(100 * statuses.count(status) / total, 1)
        row["no_shows"] = sum(member["no_show_sessions"] for member in members)
        row["needs_review"] = 0
        if "building" not in keys:
            row["total_schools"] = len({member["building"] for member in members})
        rolled.append(row)
    return rolled
