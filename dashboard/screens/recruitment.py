"""Recruitment: coming virtual sessions that still need a presenter, the next one first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import district_filter, downloads, view, words
from dashboard.release import OpenRelease
from dashboard.sessions import queries_recruitment
from dashboard.sessions.queries_recruitment import URGENCIES, RecruitmentFilter

# Words beside the colours, so that neither has to be told apart from the other alone.
_WORDS = {"red": "Urgent", "yellow": "Soon", "blue": "Later"}
_SPANS = {"red": "7 days or less", "yellow": "8 to 14 days", "blue": "more than 14 days"}
_COLORS = {"Urgent": "#f3b8ae", "Soon": "#f7dc9a", "Later": "#bcd7ea"}
_OPENED = "recruitment-opened"


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    opened = st.session_state.pop(_OPENED, None)
    if opened is not None:
        st.switch_page("screens/events.py", query_params={"event": opened})
    filters = view.Filters("recruitment")
    chosen = _filters(release, filters)
    rows = queries_recruitment.rows(release, chosen)
    everything = queries_recruitment.rows(release, RecruitmentFilter())
    if not everything:
        st.success(
            "Every coming session has a presenter. Nothing to do.",
            icon=":material/celebration:",
        )
        return
    _cards(rows)
    if not rows:
        view.empty(
            "No session fits these filters",
            "Widen the dates, or reset the filters.",
            ":material/filter_alt_off:",
        )
        return
    _list(rows)
    st.caption(
        f"{words.counted(len(rows), 'session')}. Open one to tag its presenter; "
        "with the next build it leaves this list."
    )
    downloads.buttons(
        context.person, "Presenter_recruitment", "recruitment", lambda: [_sheet(rows)]
    )


def _filters(release: OpenRelease, filters: view.Filters) -> RecruitmentFilter:
    start, end, year_box, urgency_box = st.columns([1.3, 1.3, 1.4, 2])
    with start:
        first_day = filters.day("From", "from", None)
    with end:
        last_day = filters.day("To", "to", None)
    with year_box:
        years = view.any_of("All years", {one: one for one in queries_recruitment.years(release)})
        year = filters.choice("Academic year", "year", years)
    with urgency_box:
        named = {one: f"{_WORDS[one]}: {_SPANS[one]}" for one in URGENCIES}
        urgency = filters.choice("Urgency", "urgency", view.any_of("All", named))
    district_box, school_box, text_box, reset_box = st.columns(
        [2, 2, 3, 1.1], vertical_alignment="bottom"
    )
    with district_box:
        names = district_filter.options(release, queries_recruitment.districts(release))
        district = filters.choice("District", "district", names)
    with school_box:
        names = view.any_of("All schools", queries_recruitment.schools(release))
        school = filters.choice("School", "school", names)
    with text_box:
        text = filters.text("Search", "q", "Title or teacher")
    with reset_box:
        filters.reset_button()
    return RecruitmentFilter(first_day, last_day, year, district, school, text, urgency)


def _cards(rows: list[dict[str, Any]]) -> None:
    counts = {one: sum(row["urgency"] == one for row in rows) for one in URGENCIES}
    icons = {"red": "notification_important", "yellow": "schedule", "blue": "event_upcoming"}
    for column, one in zip(st.columns(len(URGENCIES)), URGENCIES, strict=True):
        column.metric(
            f":{one}-badge[:material/{icons[one]}: {_WORDS[one]}] {_SPANS[one]}",
            f"{counts[one]:,}",
            border=True,
        )


def _when(row: dict[str, Any]) -> str:
    if row["is_time_known"] and row["start_at"] is not None:
        return words.moment(row["start_at"])
    return words.day(row["session_date"])


def _until(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"{days:,} days")


def _list(rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "open": ["Open"] * len(rows),
            "urgency": [[_WORDS[row["urgency"]]] for row in rows],
            "until": [_until(row["days_until"]) for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "when": [_when(row) for row in rows],
            "school": [row["school_names"] for row in rows],
            "district": [row["district_names"] for row in rows],
            "teachers": [row["teacher_names"] for row in rows],
        }
    )
    keys = [row["event_key"] for row in rows]

    def opened() -> None:
        click = st.session_state.get("recruitment-open")
        if click is not None:
            st.session_state[_OPENED] = keys[click["row"]]

    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "open": st.column_config.ButtonColumn(
                "", width=58, type="tertiary", key="recruitment-open", on_click=opened, pinned=True
            ),
            "urgency": st.column_config.MultiselectColumn(
                "Urgency", width=84, options=list(_COLORS), color=list(_COLORS.values())
            ),
            "until": text("Days until", width=84),
            "title": text("Event title", width=215),
            "when": text("Date & time", width=178),
            "school": text("School", width=160),
            "district": text("District", width=170),
            "teachers": text("Teachers", width=170),
        },
        height="content" if len(rows) <= 20 else 760,
        alt="Sessions without a presenter",
    )


def _sheet(rows: list[dict[str, Any]]) -> downloads.Sheet:
    heads = ["Event Title", "Date & Time", "School", "District", "Teachers", "Days Until"]
    content = [
        [
            row["title"],
            row["start_at"] if row["is_time_known"] else row["session_date"],
            row["school_names"],
            row["district_names"],
            row["teacher_names"],
            row["days_until"],
        ]
        for row in rows
    ]
    urgency = [_WORDS[row["urgency"]] for row in rows]
    return downloads.Sheet(
        "Presenter recruitment",
        [*heads, "Urgency"],
        [[*row, word] for row, word in zip(content, urgency, strict=True)],
    )


view.show(
    "Presenter recruitment",
    "Coming virtual sessions that still need a presenter.",
    body,
    "view_recruitment",
)
