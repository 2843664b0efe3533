"""The exports of the progress page: sheets and columns as districts know them (pathful.md 5.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import downloads, words

if TYPE_CHECKING:
    import pandas as pd

_TEACHER_PROGRESS = {
    "building": "Building",
    "teacher_name": "Name",
    "email": "Email",
    "grade": "Grade",
    "target_sessions": "Target Sessions",
    "completed_sessions": "Completed Sessions",
    "progress_status": "Status",
}
_TEACHER_DETAILS = {
    "building": "School",
    "teacher_name": "Teacher Name",
    "email": "Email",
    "grade": "Grade",
    "target_sessions": "Target Sessions",
    "completed_sessions": "Completed Sessions",
    "planned_sessions": "Planned Sessions",
    "progress_pct": "Progress %",
    "progress_status": "Goal Status",
}
_COUNTS = {
    "total_teachers": "Total Teachers",
    "goals_achieved": "Goals Achieved",
    "goals_achieved_pct": "Goals Achieved %",
    "goals_in_progress": "In Progress",
    "goals_in_progress_pct": "In Progress %",
    "goals_not_started": "Not Started",
    "goals_not_started_pct": "Not Started %",
}


def teacher_progress(frame: pd.DataFrame) -> downloads.Sheet:
    """Export (a): the sheet "Teacher Progress"."""
    return downloads.sheet_of("Teacher Progress", frame, _TEACHER_PROGRESS)


def date_range(first_day: date, last_day: date) -> str:
    """`Aug 1, 2025 - Jul 31, 2026`."""
    return f"{words.day(first_day)} - {words.day(last_day)}"


def report(
    district: Mapping[str, Any],
    schools: Sequence[Mapping[str, Any]],
    teachers: pd.DataFrame,
    year: str,
) -> list[downloads.Sheet]:
    """Export (b): "Summary", "School Summary", "Teacher Details".

    `district` holds its counts and, as `window`, the first and last day.
    """
    head = ["District", "Virtual Year", "Date Range", "Total Schools"]
    first = [
        district["district_name"],
        year,
        date_range(*district["window"]),
        district["total_schools"],
    ]
    return [
        downloads.Sheet(
            "Summary",
            [*head, *_COUNTS.values()],
            [[*first, *(district[name] for name in _COUNTS)]],
        ),
        downloads.Sheet(
            "School Summary",
            ["School", *_COUNTS.values(), "Needs Review", "No-Shows"],
            [
                [
                    row["building"],
                    *(row[name] for name in _COUNTS),
                    row["needs_review"],
                    row["no_shows"],
                ]
                for row in schools
            ],
        ),
        downloads.sheet_of("Teacher Details", teachers, _TEACHER_DETAILS),
    ]
