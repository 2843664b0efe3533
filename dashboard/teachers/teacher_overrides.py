"""Corrections of attendance on their way to the store, and those that wait for a build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.pending import Pending
from polaris import access
from polaris.deciding.actions import REVOKE

ACTION = "override_attendance"
_UNDONE = "Undone before it was applied"

# (event_key, teacher_key) -> the stored decision about it.
Waiting = dict[tuple[str, str], Pending]


def may_correct(context: view.Context) -> bool:
    """Whether the person may correct attendance at all; the store checks the district."""
    return access.may_decide(context.person.role, ACTION)


def waiting(context: view.Context) -> Waiting:
    """The last correction, or reversal of one, that waits for the next build."""
    found: Waiting = {}
    for item in pending.standing(context.settings):
        if (item.revoked_action or item.action) == ACTION:
            found[item.subject_key, str(item.payload.get("teacher_key"))] = item
    return found


def action_of(item: Pending) -> str:
    """`add`, `remove`, or `reverse` where an earlier correction is taken back."""
    return "reverse" if item.action == REVOKE else str(item.payload.get("effect"))


def line(event_key: str, teacher_key: str, effect: str, reason: str) -> dict[str, Any]:
    """The decision that adds or removes a teacher's credit for a session."""
    payload = {"teacher_key": teacher_key, "effect": effect}
    return decide.line(ACTION, "event", event_key, payload, reason)


def reason_box(label: str, key: str, start: str = "") -> None:
    """The box for the reason, which every correction needs."""
    if key not in st.session_state:
        st.session_state[key] = start
    st.text_input(
        label,
        key=key,
        placeholder="Why? It stands in the audit log.",
    )


def reason_in(key: str) -> str | None:
    """What stands in that box; None, and a word about it, when it is empty or too long."""
    reason = str(st.session_state.get(key) or "").strip()
    if not reason:
        decide.refuse("Give a reason first. Nothing was stored.")
        return None
    return None if decide.is_too_long("The reason is", reason) else reason


def send(context: view.Context, lines: list[dict[str, Any]]) -> None:
    """Stores decisions; for a button."""
    decide.store(context.settings, context.person, lines)


def store(context: view.Context, make: Callable[[str], dict[str, Any]], key: str) -> None:
    """Stores one decision with the reason of the box `key`; for a button."""
    reason = reason_in(key)
    if reason is not None and decide.store(context.settings, context.person, [make(reason)]):
        st.session_state[key] = ""


def undo_button(context: view.Context, item: Pending, key: str) -> None:
    """Takes a stored correction back before a build applies it."""
    if item.action == REVOKE:
        return
    made = decide.revoke_line(item.decision_id, _UNDONE)
    st.button(
        "Undo",
        key=key,
        icon=":material/undo:",
        on_click=send,
        args=(context, [made]),
    )


def badge(session: dict[str, Any]) -> str:
    """The correction that stands on a session: effect, reason, who, when; Markdown."""
    effect = "Credit added" if session["override_effect"] == "add" else "Credit removed"
    who = words.inert(session["overridden_by"])
    when = words.inert(words.moment(session["overridden_at"]))
    return (
        f":blue-badge[:material/edit: {effect} by staff]  \n"
        f"“{words.inert(session['override_reason'])}”  \n:small[{who}, {when}]"
    )
