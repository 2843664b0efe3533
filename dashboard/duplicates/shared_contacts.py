"""E-mails and phone numbers of many people: a steward says once never to match records on one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from polaris import access
from polaris.deciding.actions import REVOKE

_ACTION, _SUBJECT = "never_match_on", "contact"
_SHOWN_AT_MOST = 50
_QUERY = f"""
    select * from queues.queue_shared_contacts
    order by status, person_count desc, contact_key
    limit {_SHOWN_AT_MOST}
"""
_KINDS = {"email": "E-mail", "phone": "Phone"}

Row = dict[str, Any]


def draw(context: view.Context, release: OpenRelease) -> None:
    """Every such contact with the button that sets it aside, or takes that back."""
    rows = release.rows(_QUERY)
    if not rows:
        return
    stored = {
        item.subject_key: item
        for item in pending.standing(context.settings)
        if item.subject_type == _SUBJECT
    }
    with st.expander("Contacts that many people share", icon=":material/groups:"):
        st.caption(
            "The mailbox of a school says nothing about who somebody is. What is set aside is not "
            "compared from the next build on, and merges that rest on it are undone."
        )
        may = access.may_decide(context.person.role, _ACTION)
        for row in rows:
            _line(context, row, stored.get(row["contact_key"]), may=may)


def _line(context: view.Context, row: Row, item: Pending | None, *, may: bool) -> None:
    is_set_aside = row["status"] == "never_matched" if item is None else item.action != REVOKE
    text_box, button_box = st.columns([8, 3], vertical_alignment="center")
    people = words.counted(row["person_count"], "person", "people")
    notes = [] if row["is_compared"] else ["too many to compare"]
    if is_set_aside:
        notes.append(f"never matched on, by {item.actor if item else row['decided_by']}")
    if item is not None:
        notes.append("stored, applied at the next build")
    said = f"{_KINDS[row['kind']]} {_shown(context, row)}, {people}"
    with text_box:
        st.markdown(words.inert("; ".join([said, *notes])))
    if not may:
        return
    label, icon, line = (
        "Never match on it",
        "link_off",
        decide.line(_ACTION, _SUBJECT, row["contact_key"]),
    )
    if is_set_aside or item is not None:
        undo = item.decision_id if item is not None else str(row["decision_id"])
        label, icon, line = "Match on it again", "undo", decide.revoke_line(undo)
    with button_box:
        st.button(
            label,
            icon=f":material/{icon}:",
            key=f"contact-{row['contact_key']}",
            on_click=_store,
            args=(context, line),
        )


def _shown(context: view.Context, row: Mapping[str, Any]) -> str:
    """The value as this person may see it."""
    value = str(row["contact_value"])
    if row["kind"] == "email":
        return str(context.email(value))
    return value if context.may("view_contact_details") else f"***{value[-4:]}"


def _store(context: view.Context, line: dict[str, Any]) -> None:
    decide.store(context.settings, context.person, [line])
