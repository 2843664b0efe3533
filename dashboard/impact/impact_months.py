"""The months of a year of impact: a bar for each, and the numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import charts, downloads, view, words, words_crm
from dashboard.impact import year_scope

MEASURES: dict[str | None, str] = {
    "event_count": "Events",
    "volunteer_count": "Volunteers",
    "volunteer_hours": "Volunteer hours",
    "student_count": "Students",
    "student_attendance_count": "Student attendances",
    "organization_count": "Organizations",
    "first_time_volunteer_count": "First-time volunteers",
    "local_volunteer_count": "Local volunteers",
    "poc_volunteer_count": "Volunteers of color",
}
_COLUMNS = {
    "event_count": "Events",
    "virtual_event_count": "Virtual",
    "in_person_event_count": "In person",
    "cancelled_event_count": "Cancelled",
    "volunteer_count": "Volunteers",
    "engagement_count": "Engagements",
    "volunteer_hours": "Hours",
    "student_count": "Students",
    "student_attendance_count": "Attendances",
    "organization_count": "Organizations",
    "school_count": "Schools",
}

Row = dict[str, Any]


def between(first: date, last: date) -> list[date]:
    """The first day of each month from `first` to `last`, both included."""
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def draw(
    filters: view.Filters,
    rows: Sequence[Row],
    window: tuple[date, date],
    *,
    is_told: bool,
) -> None:
    """The chart and the table; `is_told` whether figures about few students may be shown."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### :material/bar_chart: Month by month", width="stretch")
        column = (
            filters.choice(
                "Measure",
                "measure",
                MEASURES,
                "event_count",
                label_visibility="collapsed",
                width=230,
            )
            or "event_count"
        )
    if not rows:
        st.markdown("No month of this year had an event.")
        return
    values = {row["month_date"]: year_scope.bar(row, column, is_told=is_told) for row in rows}
    shown = {month: values.get(month, 0) for month in between(*window)}
    charts.monthly_bars(shown, str(MEASURES[column]), "impact-months")
    year_scope.note_few(column, is_told=is_told)
    if any(words.is_missing(row[column]) for row in rows):
        st.caption("Months without a bar: it is known of none of their volunteers.")
    with st.expander("The months as a table"):
        _table(rows, is_told=is_told)
    st.caption(
        "Events, engagements, hours and attendances of the months add up to the year. Different "
        "volunteers, students, organizations and schools do not: who comes twice is one person."
    )


def _table(rows: Sequence[Row], *, is_told: bool) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {"month": [f"{row['month_date']:%b %Y}" for row in rows]}
        | {name: [_cell(row, name, is_told=is_told) for row in rows] for name in _COLUMNS}
    )
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {"month": st.column_config.TextColumn("Month", width=90)}
    for name, head in _COLUMNS.items():
        if name in words_crm.STUDENT_FIGURES and not is_told:
            columns[name] = st.column_config.TextColumn(head, width=100, alignment="right")
        else:
            columns[name] = number(head, format="localized", width=98)
    view.table(frame, columns, height="content", alt="Impact month by month")


def _cell(row: Row, name: str, *, is_told: bool) -> Any:
    if name in words_crm.STUDENT_FIGURES and not is_told:
        return words_crm.students(row[name], is_told=False)
    return row[name]


def sheet(rows: Sequence[Row], *, is_told: bool) -> downloads.Sheet:
    """The months for an export."""
    return downloads.Sheet(
        "Months",
        ["Month", *_COLUMNS.values(), "First-time", "Local", "Of color"],
        [
            [
                f"{row['month_date']:%Y-%m}",
                *(words_crm.figure(row, name, is_told=is_told) for name in _COLUMNS),
                row["first_time_volunteer_count"],
                row["local_volunteer_count"],
                row["poc_volunteer_count"],
            ]
            for row in rows
        ],
    )
