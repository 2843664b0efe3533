"""A session of Salesforce on the session's page: what Salesforce says, and what is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import downloads, view, words, words_crm
from dashboard.sessions import (
    attendance_panel,
    event_history,
    event_shifts,
    event_status,
    publishing_panel,
    publishing_state,
    queries_crm_event,
)
from dashboard.sessions.event_view import EventView

SOURCE = "salesforce"
TABS = {
    "session": "Session",
    "people": "Volunteers and students",
    "publishing": "Website and districts",
    "status": "Cancellation",
    "history": "History",
}
_OWNED = (
    "Salesforce owns this session: what it says is changed there and comes with the next sync. "
    "Decided here are the website, further districts, the count of students, and the reason of a "
    "cancellation."
)

Row = dict[str, Any]


def is_crm(event: Row) -> bool:
    """Whether the session comes from Salesforce."""
    return event.get("source") == SOURCE


def cards(shown: EventView) -> None:
    """The numbers of the session."""
    event = shown.event
    people = queries_crm_event.volunteers(shown.release, shown.key)
    staffing = queries_crm_event.staffing(shown.release, shown.key) or {}
    credited = [row for row in people if row["is_credited"]]
    attended = words_crm.students(
        staffing.get("attended_student_count"), is_told=shown.context.may("view_student_figures")
    )
    view.cards(
        [
            (
                "Status",
                words.plain(event["status"]),
                f"In Salesforce: {words.inert(event['raw_status'])}",
            ),
            (
                "Volunteers asked for",
                words.number(event["requested_volunteer_count"]),
                f"Places still free: {words.number(event['available_slot_count'])}.",
            ),
            ("Volunteers with credit", words.number(len(credited)), "They attended."),
            (
                "Volunteer hours",
                words_crm.hours(sum(row["hours"] or 0 for row in credited)),
                "Recorded hours, else the length of the event but at least one hour.",
            ),
            ("Students attended", attended, "Students with attendance in Salesforce."),
        ]
    )


def tabs(shown: EventView) -> None:
    """The tabs; the URL may name one."""
    wanted = st.query_params.get("tab", "")
    boxes = st.tabs(list(TABS.values()), default=TABS.get(wanted), key=f"event-tabs-{shown.key}")
    waiting = publishing_state.stored(shown.waiting)
    with boxes[0]:
        _facts(shown)
        event_shifts.draw(shown)
    with boxes[1]:
        _volunteers(shown)
    with boxes[2]:
        publishing_panel.draw(shown.context, shown.release, shown.event, waiting)
    with boxes[3]:
        _cancellation(shown)
    with boxes[4]:
        event_history.draw(shown)


def _facts(shown: EventView) -> None:
    st.info(_OWNED, icon=":material/cloud_sync:")
    event = shown.event
    staff = not shown.context.may("view_crm")
    facts = {
        "Title": event["title"],
        "Type": words_crm.event_type(event["event_type"]),
        "Format": words.label(event["format"], words.FORMATS),
        "Status": _status(event),
        "School": ", ".join(row["school_name"] for row in shown.parts["schools"]) or None,
        "Place": event["location"],
        "Host": event["session_host"],
        "Volunteers asked for": words.number(event["requested_volunteer_count"]),
        "Places free": words.number(event["available_slot_count"]),
        "Places taken": words.number(event["filled_volunteer_count"]),
        "Skills": ", ".join(queries_crm_event.skills(shown.release, shown.key)) or None,
        "Sign-up page": event["registration_url"],
        "Salesforce id": None if staff else event["salesforce_id"],
    }
    st.markdown("#### What Salesforce says")
    st.markdown(
        "  \n".join(
            f"**{name}**\N{EN SPACE}{words.inert(value)}"
            for name, value in facts.items()
            if value is not None or name in {"School", "Place"}
        )
    )
    if event["is_unaffiliated"]:
        st.caption(
            "Salesforce names neither school nor district; districts come from the students who "
            "came, or from staff."
        )
    if event["description"]:
        st.markdown(f"**Description**  \n{words.inert(event['description'])}")


def _status(event: Row) -> str:
    return f"{words.plain(event['status'])} (Salesforce: {words.plain(event['raw_status'])})"


def _volunteers(shown: EventView) -> None:
    people = queries_crm_event.volunteers(shown.release, shown.key)
    st.markdown("#### Volunteers")
    if not people:
        st.markdown("Nobody signed up in Salesforce yet.")
    else:
        _table(shown, people)
        lost = sum(row["status"] == "Unknown" for row in people)
        if lost and shown.is_past:
            st.caption(
                f"{words.counted(lost, 'volunteer')} without attendance: enter it in Salesforce."
            )
    st.markdown("#### Students")
    staffing = queries_crm_event.staffing(shown.release, shown.key)
    if staffing is None or not staffing["attended_student_count"]:
        st.markdown("No student has attendance in Salesforce.")
    else:
        count = words_crm.students(
            staffing["attended_student_count"],
            is_told=shown.context.may("view_student_figures"),
        )
        st.markdown(f"**{count}** with attendance. Who they are is on no page of a session.")
    if staffing is not None and staffing["needs_attendance"]:
        st.warning(
            "It took place in person and nobody entered which students came, so it counts none.",
            icon=":material/person_off:",
        )
    attendance_panel.draw(shown, staffing)


def _table(shown: EventView, people: Sequence[Row]) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "name": [_name(row) for row in people],
            "organization": [row["organization"] for row in people],
            "email": [shown.context.email(row["email"]) for row in people],
            "status": [words.label(row["status"], {}) for row in people],
            "raw": [row["raw_status"] for row in people],
            "credit": ["Yes" if row["is_credited"] else "No" for row in people],
            "hours": [words_crm.hours(row["hours"]) for row in people],
            "source": [words.label(row["hours_source"], words_crm.HOURS_SOURCES) for row in people],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "name": text("Name", width=180),
            "organization": text("Organization", width=190),
            "email": text("E-mail", width=190),
            "status": text("Status", width=100),
            "raw": text("In Salesforce", width=140),
            "credit": text("Credit", width=70),
            "hours": text("Hours", width=70, alignment="right"),
            "source": text("Hours from", width=190),
        },
        height="content" if len(people) <= 20 else 560,
        key="crm-volunteers",
        alt="Volunteers",
    )


def _name(row: Row) -> str:
    name = words.plain(row["volunteer_name"] or None)
    return f"{name} (deleted in Salesforce)" if row["is_deleted"] else name


def _cancellation(shown: EventView) -> None:
    raw = shown.event["raw_cancellation_reason"]
    if raw:
        st.markdown(f"In Salesforce: **{words.inert(raw)}**")
    event_status.reason(shown)
    st.caption("A reason given here stays, whatever Salesforce says later.")


def sheets(shown: EventView) -> list[downloads.Sheet]:
    """The volunteers and the history for an export."""
    rows = [
        (
            _name(row),
            row["organization"],
            shown.context.email(row["email"]),
            words.label(row["status"], {}),
            row["raw_status"],
            row["is_credited"],
            row["hours"],
            words.label(row["hours_source"], words_crm.HOURS_SOURCES),
        )
        for row in queries_crm_event.volunteers(shown.release, shown.key)
    ]
    heads = ["Name", "Organization", "Email", "Status", "In Salesforce", "Credit", "Hours"]
    return [
        downloads.Sheet("Volunteers", [*heads, "Hours From"], rows),
        event_history.sheet(shown),
    ]
