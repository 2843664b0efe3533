"""Presenters of a session: who they are, tags, and whom staff took off."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import event_forms, view, words
from dashboard.sessions import event_people
from dashboard.sessions.event_state import is_added
from dashboard.sessions.event_view import EventView
from dashboard.unmatched import queries_unmatched

Row = dict[str, Any]


def draw(shown: EventView) -> None:
    """The presenters' part of the tab."""
    rows = shown.parts["presenters"]
    keys = [row["person_key"] for row in rows]
    st.markdown("#### Presenters")
    added = [
        key for key, item in shown.state.presenters.items() if is_added(item) and key not in keys
    ]
    if not rows and not added:
        st.markdown("No presenter yet.")
    else:
        _list(shown, rows, added)
    chosen = next((r for r in rows if r["person_key"] == st.query_params.get("presenter")), None)
    if chosen is not None:
        with st.container(border=True):
            _panel(shown, chosen)
    event_people.removed(shown, "presenter")
    event_people.search(shown, "presenter", set(keys))


def _list(shown: EventView, rows: list[Row], added: list[str]) -> None:
    import pandas as pd

    names = queries_unmatched.names(shown.release, "volunteer", added)
    people = [*rows, *({"person_key": key, "presenter_name": names.get(key)} for key in added)]
    frame = pd.DataFrame(
        {
            "open": ["Open" if "email" in row else "" for row in people],
            "name": [words.plain(row["presenter_name"]) for row in people],
            "organization": [row.get("organization") for row in people],
            "email": [shown.context.email(row.get("email")) for row in people],
            "attendance": [
                words.label(row.get("attendance_status"), words.ATTENDANCE) for row in people
            ],
            "hours": pd.array([row.get("delivery_hours") for row in people], dtype="Float64"),
            "note": [_note(shown, row) for row in people],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "open": view.open_column("event", "presenter", [row["person_key"] for row in people]),
        "name": text("Name", width=190),
        "organization": text("Organization", width=210),
        "email": text("E-mail", width=210),
        "attendance": text("Attendance", width=110),
        "hours": st.column_config.NumberColumn("Hours", format="localized", width=70),
        "note": text("Corrections", width=270),
    }
    view.table(frame, columns, height="content", key="event-presenters", alt="Presenters")


def _note(shown: EventView, row: Row) -> str | None:
    notes = []
    waiting = shown.state.presenters.get(row["person_key"])
    if waiting is not None:
        notes.append("stored: tagged" if is_added(waiting) else "stored: taken off")
    if row.get("is_tagged"):
        notes.append("Tagged by staff")
    if row.get("is_provisional"):
        notes.append("Not matched yet")
    return "; ".join(notes) or None


def _panel(shown: EventView, row: Row) -> None:
    """One presenter, and what may be decided."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{words.inert(row['presenter_name'])}**  \n{words.inert(row['organization'])}",
            width="stretch",
        )
        if row["person_key"] in shown.state.presenters:
            st.markdown(view.status_badge("Stored", "open"))
        elif event_forms.may(shown.context, "untag_presenter"):
            event_people.untag(shown, "untag_presenter", {"person_key": row["person_key"]})
        st.button("Close", key="event-presenter-close", on_click=view.go("presenter", None))
