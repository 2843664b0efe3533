"""What a volunteer did: every participation with its status, credit and hours, and the years."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import crm_definitions, downloads, view, words, words_crm
from dashboard.volunteers import queries_person, words_volunteers
from dashboard.volunteers.person_view import PersonView

_OPENED = "person-session"
_ROWS_AT_ONCE = 20
_COLUMNS = {
    "session_date": "Date",
    "title": "Session",
    "kind": "Kind",
    "event_status": "Session is",
    "status": "Status",
    "credit": "Credited",
    "hours": "Hours",
    "hours_source": "Hours from",
    "source": "Source",
}


def draw(shown: PersonView) -> None:
    """The tab."""
    opened = st.session_state.pop(_OPENED, None)
    if opened is not None:
        st.switch_page("screens/events.py", query_params={"event": opened})
    rows = queries_person.history(shown.release, shown.key)
    if not len(rows):
        view.empty(
            "No session yet",
            "Neither Salesforce nor Pathful has this person in a session. "
            "Sessions come with the next import.",
            ":material/event_busy:",
        )
        return
    _years(shown)
    frame = table(rows)
    _list(frame)
    st.caption(
        "Credited is who attended a session that was not cancelled in the source's words; "
        "*Confirmed* alone is never credited. Sessions that were cancelled count nowhere."
    )
    crm_definitions.button(crm_definitions.catalogue(shown.release), ("M20", "M30", "M92"))
    downloads.buttons(
        shown.context.person,
        f"{shown.name}_sessions",
        "person-history",
        lambda: [downloads.sheet_of("Sessions", frame, _COLUMNS)],
    )


def table(rows: Any) -> Any:
    """Participations in words."""
    import pandas as pd

    listed = rows.to_dict("records")
    return pd.DataFrame(
        {
            "event_key": [row["event_key"] for row in listed],
            "session_date": [row["session_date"] for row in listed],
            "title": [words.plain(row["title"]) for row in listed],
            "kind": [words_crm.event_type(row["event_type"]) for row in listed],
            "event_status": [words.plain(row["event_status"]) for row in listed],
            "status": [_status(row) for row in listed],
            "credit": ["Yes" if row["is_credited"] is True else "No" for row in listed],
            "hours": [None if words.is_missing(row["hours"]) else row["hours"] for row in listed],
            "hours_source": [
                words.label(_known(row["hours_source"]), words_crm.HOURS_SOURCES) for row in listed
            ],
            "source": [words.label(_known(row["source"]), words_crm.SOURCES) for row in listed],
        }
    )


def _known(value: Any) -> Any:
    return None if words.is_missing(value) or type(value).__name__ == "NAType" else value


def _status(row: dict[str, Any]) -> str:
    """The status in words; what the CRM called it beside where it said something else."""
    said = words.label(_known(row["status"]), words_volunteers.PARTICIPATIONS)
    raw = _known(row["raw_status"])
    tagged = ", by staff" if row["is_tagged"] is True else ""
    return f"{said} ({words.plain(raw)})" if raw and str(raw) != said else f"{said}{tagged}"


def _list(frame: Any) -> None:
    keys = frame["event_key"].tolist()

    def opened() -> None:
        click = st.session_state.get("person-history-open")
        if click is not None:
            st.session_state[_OPENED] = keys[click["row"]]

    text = st.column_config.TextColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": st.column_config.ButtonColumn(
                "",
                width=58,
                type="tertiary",
                key="person-history-open",
                on_click=opened,
                pinned=True,
            ),
            "session_date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=106),
            "title": text("Session", width=212),
            "kind": text("Kind", width=130),
            "event_status": text("Session is", width=96),
            "status": text("Status", width=214),
            "credit": text("Credited", width=74),
            "hours": st.column_config.NumberColumn("Hours", format="localized", width=66),
            "hours_source": text("Hours from", width=150),
            "source": text("Source", width=90),
        },
        height="content" if len(frame) <= _ROWS_AT_ONCE else 760,
        key="person-history",
        alt="Sessions of this volunteer",
    )


def _years(shown: PersonView) -> None:
    """What counts per school year."""
    import pandas as pd

    rows = queries_person.years(shown.release, shown.key)
    if not rows:
        return
    frame = pd.DataFrame(rows)
    frame["school_year"] = ["All years" if one == "all" else one for one in frame["school_year"]]
    frame["first"] = [
        words.DASH if words.is_missing(one) else ("Yes" if one else "No")
        for one in frame["is_first_time"]
    ]
    number = st.column_config.NumberColumn
    text = st.column_config.TextColumn
    with st.expander("By school year (August to July)", expanded=len(rows) <= 4):
        view.table(
            frame,
            {
                "school_year": text("School year", width=110),
                "event_count": number("Sessions", width=90),
                "in_person_event_count": number("In person", width=90),
                "virtual_event_count": number("Virtual", width=90),
                "volunteer_hours": number("Hours", format="localized", width=90),
                "in_person_hours": number("In person", format="localized", width=100),
                "virtual_hours": number("Virtual", format="localized", width=90),
                "strict_volunteer_hours": number("Recorded", format="localized", width=100),
                "first": text("First time", width=90),
                "organization_name": text("Counts for", width=220),
            },
            height="content",
            key="person-years",
            alt="By school year",
        )
