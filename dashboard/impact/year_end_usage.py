"""Virtual usage: the sessions of districts and schools, month by month."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, downloads, view, words, words_crm
from dashboard.impact import queries_year_end
from dashboard.impact.queries_school_year import ALL
from dashboard.release import OpenRelease

_DISTRICTS = {
    "district_name": "District",
    "virtual_event_count": "Sessions",
    "unique_teacher_count": "Teachers",
    "teacher_experience_count": "Experiences",
    "schools_reached_count": "Schools",
    "registered_student_count": "Students registered",
    "attended_student_count": "Students attended",
    "estimated_student_count": "Students (estimate)",
    "presenter_count": "Presenters",
    "presenter_hours": "Presenter hours",
    "local_session_pct": "Local %",
    "poc_session_pct": "Of color %",
}
# The same where a column is narrow.
_SHORT = {
    "registered_student_count": "Registered",
    "attended_student_count": "Attended",
    "estimated_student_count": "Estimated",
    "presenter_hours": "Hours",
}
_SCHOOLS = {
    "district_name": "District",
    "school_name": "School",
    "session_count": "Sessions",
    "completed_count": "Took place",
    "last_date": "Last session",
}

Row = dict[str, Any]


def draw(
    context: view.Context,
    release: OpenRelease,
    filters: view.Filters,
    year: str,
    scope: str,
) -> None:
    """The report of a year for all districts together or one of them."""
    months = queries_year_end.usage_months(release, year, scope)
    rows = queries_year_end.usage(release, year)
    if scope != ALL:
        rows = [one for one in rows if one["scope_key"] == scope]
    if not months and not rows:
        view.empty(
            "No session with a district",
            "Usage counts virtual sessions that have a district. This year has none here.",
            ":material/event_busy:",
        )
        return
    total = sum(one["session_count"] for one in months)
    held = sum(one["completed_count"] for one in months)
    schools = queries_year_end.usage_schools(release, year, scope)
    view.cards(
        [
            ("Virtual sessions", words.number(total), "Not cancelled, with a district."),
            ("Took place", words.number(held), "Completed or Simulcast."),
            ("To come or open", words.number(total - held), None),
            ("Schools", words.number(len(schools)), "Schools with a session."),
        ]
    )
    with st.container(border=True, key="block-usage"):
        st.markdown("#### :material/bar_chart: Sessions month by month")
        values = {one["month_date"]: one["session_count"] for one in months}
        charts.monthly_bars(charts.twelve_months(year, values), "Sessions", "usage-months")
    is_told = context.may("view_student_figures")
    shown = _districts(filters, rows, is_told=is_told)
    _schools(schools)

    def sheets() -> list[downloads.Sheet]:
        told = [words_crm.told(one, is_told=is_told) for one in shown]
        return [
            _sheet("Districts", told, _DISTRICTS),
            _sheet("Schools", schools, _SCHOOLS),
            _sheet(
                "Months",
                months,
                {
                    "month_date": "Month",
                    "session_count": "Sessions",
                    "completed_count": "Took place",
                },
            ),
        ]

    downloads.buttons(context.person, f"Virtual_Usage_{year}", "usage", sheets)


def _districts(filters: view.Filters, rows: list[Row], *, is_told: bool) -> list[Row]:
    """The districts; returns those that are shown."""
    import pandas as pd

    main = [one for one in rows if one["is_main"]]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### :material/apartment: Districts", width="stretch")
        hidden = len(rows) - len(main)
        everything = bool(hidden and main) and filters.flag(
            f"Show all districts ({hidden:,} more)",
            "everything",
            "Also those made from spellings nobody has placed.",
        )
    shown = rows if everything or not main else main
    if not shown:
        st.markdown("No district had a session.")
        return []
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        name: number(
            _SHORT.get(name, head),
            format="%.0f" if name.endswith("_pct") else "localized",
            width=80,
        )
        for name, head in _DISTRICTS.items()
    }
    columns["district_name"] = st.column_config.TextColumn("District", width=210)
    columns["virtual_event_count"] = st.column_config.ProgressColumn(
        "Sessions",
        format="%d",
        min_value=0,
        max_value=int(max(one["virtual_event_count"] for one in shown) or 1),
        width=120,
    )
    frame = pd.DataFrame(shown).astype({"local_session_pct": "float", "poc_session_pct": "float"})
    for name in sorted(words_crm.STUDENT_FIGURES & columns.keys()):
        columns[name] = st.column_config.TextColumn(_SHORT[name], width=96, alignment="right")
        frame[name] = [words_crm.students(value, is_told=is_told) for value in frame[name]]
    view.table(frame, columns, alt="Districts and their virtual sessions")
    st.caption(
        "Registered, attended and estimated are students. A dash is unknown: no presenter's record "
        "says whether local or of color."
    )
    return shown


def _schools(rows: list[Row]) -> None:
    import pandas as pd

    st.markdown("#### :material/school: Schools")
    if not rows:
        st.markdown("No school is known for these sessions.")
        return
    most = int(max(one["session_count"] for one in rows) or 1)
    view.table(
        pd.DataFrame(rows),
        {
            "district_name": st.column_config.TextColumn("District", width=220),
            "school_name": st.column_config.TextColumn("School", width=260),
            "session_count": st.column_config.ProgressColumn(
                "Sessions", format="%d", min_value=0, max_value=most, width=160
            ),
            "completed_count": st.column_config.NumberColumn("Took place", format="localized"),
            "last_date": st.column_config.DateColumn("Last session", format="MMM D, YYYY"),
        },
        height="content" if len(rows) <= 12 else 460,
        alt="Schools and their virtual sessions",
    )


def _sheet(title: str, rows: list[Row], heads: dict[str, str]) -> downloads.Sheet:
    return downloads.Sheet(
        title, list(heads.values()), [[one[name] for name in heads] for one in rows]
    )
