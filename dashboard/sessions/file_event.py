"""An event that a file brought on the session's page: what the file says, its shifts and people."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, view, words, words_crm
from dashboard.sessions import attendance_panel, event_history, event_shifts, queries_crm_event
from dashboard.sessions.event_view import EventView

SOURCE = "csv"
TABS = {"session": "Event", "people": "Sign-ups", "history": "History"}
_OWNED = (
    "A file brought this event: what it says is changed in that file and comes when the file is "
    "imported again. Here staff only say how many students they counted."
)
_SIGNUPS = """
select
    concat_ws(' ', first_name, last_name) as name,
    person_key is not null as is_known,
    email,
    rsvp_status,
    is_attended,
    hours,
    derived_hours,
    role
from marts.fct_signups
where event_key = $event
order by last_name nulls last, first_name, signup_key
"""

Row = dict[str, Any]


def is_file(event: Row) -> bool:
    """Whether a file brought the event."""
    return event.get("source") == SOURCE


def signups(shown: EventView) -> list[Row]:
    """Who signed up, as the sign-up says it; nobody for a role that may not read sign-ups."""
    return shown.release.rows(_SIGNUPS, {"event": shown.key})


def cards(shown: EventView) -> None:
    """The numbers of the event."""
    event, people = shown.event, signups(shown)
    view.cards(
        [
            (
                "Status",
                words.plain(event["status"]),
                f"In the file: {words.inert(event['raw_status'])}",
            ),
            (
                "Volunteers asked for",
                words.number(event["requested_volunteer_count"]),
                f"Places in the file: {words.number(event['available_slot_count'])}.",
            ),
            ("Signed up", words.number(len(people)), "Sign-ups that files brought."),
            (
                "Came",
                words.number(sum(bool(row["is_attended"]) for row in people)),
                "Sign-ups marked as attended. They count in no total of volunteers or hours.",
            ),
        ]
    )


def tabs(shown: EventView) -> None:
    """The tabs; the URL may name one."""
    wanted = st.query_params.get("tab", "")
    boxes = st.tabs(list(TABS.values()), default=TABS.get(wanted), key=f"event-tabs-{shown.key}")
    with boxes[0]:
        _facts(shown)
        event_shifts.draw(shown)
    with boxes[1]:
        _people(shown)
        _students(shown)
    with boxes[2]:
        event_history.draw(shown)


def _facts(shown: EventView) -> None:
    st.info(_OWNED, icon=":material/upload_file:")
    event = shown.event
    facts = {
        "Title": event["title"],
        "Type": words_crm.event_type(event["event_type"]) if event["event_type"] else None,
        "Format": words.label(event["format"], words.FORMATS) if event["format"] else None,
        "School": ", ".join(row["school_name"] for row in shown.parts["schools"]) or None,
        "District": ", ".join(row["district_name"] for row in shown.parts["districts"]) or None,
        "Place": event["location"],
        "Link to join": event["virtual_link"],
        "Host": event["session_host"],
        "Skills": ", ".join(queries_crm_event.skills(shown.release, shown.key)) or None,
        "Reason of the cancellation": event["raw_cancellation_reason"],
        "System": event["external_system"],
        "Id there": event["external_id"],
    }
    st.markdown("#### What the file says")
    st.markdown(
        "  \n".join(
            f"**{name}**\N{EN SPACE}{words.inert(value)}"
            for name, value in facts.items()
            if value is not None or name in {"School", "Place"}
        )
    )
    if event["description"]:
        st.markdown(f"**Description**  \n{words.inert(event['description'])}")


def _people(shown: EventView) -> None:
    import pandas as pd

    people = signups(shown)
    if not people:
        st.markdown("Nobody signed up in a file.")
        return
    frame = pd.DataFrame(
        {
            "name": [words.plain(row["name"] or None) for row in people],
            "email": [shown.context.email(row["email"]) for row in people],
            "known": ["Yes" if row["is_known"] else "No" for row in people],
            "rsvp": [words.label(row["rsvp_status"], {}) for row in people],
            "came": [_came(row["is_attended"]) for row in people],
            "hours": [row["hours"] for row in people],
            "derived": [row["derived_hours"] for row in people],
        }
    )
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "name": text("Name", width=190),
        "email": text("E-mail", width=200),
        "known": text("Volunteer of ours", width=130),
        "rsvp": text("Answer", width=110),
        "came": text("Came", width=90),
        "hours": number("Hours given", width=100),
        "derived": number("Hours of the event", width=130),
    }
    view.table(frame, columns, height="content", key="file-signups", alt="Sign-ups")


def _students(shown: EventView) -> None:
    staffing = queries_crm_event.staffing(shown.release, shown.key)
    if staffing is not None and staffing["needs_attendance"]:
        st.warning(
            "It took place in person and nobody counted its students, so it counts none.",
            icon=":material/person_off:",
        )
    attendance_panel.draw(shown, staffing)


def _came(is_attended: bool | None) -> str:
    if is_attended is None:
        return "Not known yet"
    return "Yes" if is_attended else "No"


def sheets(shown: EventView) -> list[downloads.Sheet]:
    """The sign-ups, the shifts and the history for an export."""
    rows = [
        (
            row["name"],
            shown.context.email(row["email"]),
            words.label(row["rsvp_status"], {}),
            _came(row["is_attended"]),
            row["hours"],
            row["derived_hours"],
        )
        for row in signups(shown)
    ]
    heads = ["Name", "Email", "Answer", "Came", "Hours Given", "Hours of the Event"]
    return [
        downloads.Sheet("Sign-ups", heads, rows),
        event_shifts.sheet(shown),
        event_history.sheet(shown),
    ]
