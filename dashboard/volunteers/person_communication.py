"""Messages with a volunteer: tasks and e-mails of the CRM, and what is not known about them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import looked, view, words, words_crm
from dashboard.volunteers import queries_person, words_volunteers
from dashboard.volunteers.person_view import PersonView

_OBJECTS = ("Task", "EmailMessage")


def draw(shown: PersonView) -> None:
    """The tab."""
    if not shown.context.may("view_communications"):
        view.refused("see messages")
        return
    _never_read(shown)
    total = queries_person.message_count(shown.release, shown.key)
    if not total:
        _none(shown)
        return
    if not shown.context.may("view_message_bodies"):
        st.caption("Your role sees that there was a message and about what, not its text.")
    filters = view.Filters("person-messages", opened="message")
    number = filters.page_number(total, queries_person.PAGE_SIZE)
    _list(queries_person.messages(shown.release, shown.key, number))
    filters.pager(total, queries_person.PAGE_SIZE, "message")
    opened = st.query_params.get("message")
    if opened and shown.context.may("view_message_bodies"):
        _message(shown, opened)


def unread(shown: PersonView) -> list[str]:
    """Objects of the CRM with messages that were never read; none where some of them are here."""
    read = queries_person.messages_read(shown.release)
    here = queries_person.message_sources(shown.release, shown.key)
    return [
        name
        for name in _OBJECTS
        if name not in here and (name not in read or read[name]["status"] == "never")
    ]


def _never_read(shown: PersonView) -> None:
    never = unread(shown)
    if never:
        named = " and ".join(words_crm.OBJECTS[name].lower() for name in never)
        st.warning(
            f"Salesforce's {named} have never been read, so nothing can be said about them. "
            "Read them with `polaris-load salesforce`.",
            icon=":material/sync_problem:",
        )


def _none(shown: PersonView) -> None:
    read = queries_person.messages_read(shown.release)
    times = [row["last_success_at"] for row in read.values() if row["last_success_at"]]
    if len(unread(shown)) == len(_OBJECTS):
        return
    since = f" They were last read {words.inert(words.moment(max(times)))}." if times else ""
    view.empty(
        "No communication",
        "Salesforce has no task and no e-mail that is about this person." + since,
        ":material/mark_email_read:",
    )


def _when(row: dict[str, Any]) -> str:
    at = row["occurred_at"]
    if at is None or type(at).__name__ == "NaTType":
        return words.DASH
    entered = " (entered)" if row["is_time_of_entry"] is True else ""
    if row["source_object"] == "Task":
        return words.day(words.site_day(at)) + entered
    return words.moment(at) + entered


def _known(value: Any) -> Any:
    return None if words.is_missing(value) or type(value).__name__ == "NAType" else value


def _list(rows: Any) -> None:
    import pandas as pd

    listed = rows.to_dict("records")
    frame = pd.DataFrame(
        {
            "open": ["Open"] * len(listed),
            "when": [_when(row) for row in listed],
            "kind": [
                words.label(row["activity_type"], words_volunteers.MESSAGE_KINDS) for row in listed
            ],
            "direction": [
                words.label(_known(row["direction"]), words_volunteers.DIRECTIONS) for row in listed
            ],
            "subject": [words.plain(_known(row["subject"])) for row in listed],
            "session": [words.plain(_known(row["event_title"])) for row in listed],
            "matched": [
                words.label(row["match_method"], words_volunteers.MATCHED_BY) for row in listed
            ],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "open": view.open_column(
                "person", "message", [row["communication_key"] for row in listed]
            ),
            "when": text("When", width=190),
            "kind": text("Kind", width=120),
            "direction": text("Direction", width=90),
            "subject": text("Subject", width=330),
            "session": text("Session", width=200),
            "matched": text("Whom it is about", width=170),
        },
        height="content",
        key="person-messages",
        alt="Messages",
    )


def _message(shown: PersonView, key: str) -> None:
    found = queries_person.message(shown.release, shown.key, key)
    if found is None:
        st.warning("This message is not in the release any more.", icon=":material/unsubscribe:")
        return
    looked.at(shown.context, "message", key)
    with st.container(border=True):
        st.markdown(f"**{words.inert(found['subject'])}**")
        kind = words.label(found["activity_type"], words_volunteers.MESSAGE_KINDS)
        by = shown.context.email(found["from_address"])
        parts = [kind, words.moment(found["occurred_at"]), found["status"], by and f"from {by}"]
        st.caption(" · ".join(words.inert(part) for part in parts if part))
        st.text(found["body"] or "The message has no text.")
        st.button("Close", on_click=view.go("message", None), key="person-message-close")
