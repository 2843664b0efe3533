"""Decisions of the person at the screen: storing them, and which of them still wait for a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.who import Person
from polaris import decisions
from polaris.actions import catalogue
from polaris.errors import PolarisError
from polaris.settings import Settings

# What each kind of ticket is matched to: the action, the payload's field, and whom to search.
MATCHES = {
    "teacher": ("match_teacher", "teacher_key", "teacher"),
    "teacher_and_event": ("match_teacher", "teacher_key", "teacher"),
    "volunteer": ("match_volunteer", "person_key", "volunteer"),
    "volunteer_and_event": ("match_volunteer", "person_key", "volunteer"),
    "school_unresolved": ("match_school", "school_key", "school"),
    "organization": ("match_organization", "organization_key", "organization"),
}
BULK_LIMIT = 100
_NOTICE = "decide-notice"


@dataclass(frozen=True)
class Waiting:
    """A stored decision on a ticket that the release does not show yet.

    Attributes:
        ticket_key: the ticket.
        decision_id: None where an earlier decision was taken back.
        action: of the decision; `revoke` where an earlier one was taken back.
        payload: of the decision.
        reason: notes.
        actor: who decided.
        decided_at: UTC.
        status: the ticket's status after the next build.
    """

    ticket_key: str
    decision_id: str | None
    action: str
    payload: Mapping[str, Any]
    reason: str | None
    actor: str
    decided_at: datetime
    status: str


def waiting(settings: Settings) -> dict[str, Waiting]:
    """Per ticket, the last decision that stands and waits for the next build."""
    try:
        pending = decisions.pending(settings)
        revokes = [item for item in pending if item.revokes]
        if not pending:
            return {}
        known = {item.decision_id: item for item in pending}
        if any(item.revokes not in known for item in revokes):
            known = {item.decision_id: item for item in decisions.read_all(settings)}
    except PolarisError as error:
        st.error(error.message, icon=":material/error:")
        return {}
    revoked = {item.revokes for item in revokes}
    unpublished = {item.decision_id for item in pending}
    found: dict[str, Waiting] = {}
    for item in pending:
        target = known.get(item.revokes or "")
        if item.revokes and target is not None and target.subject_type == "ticket":
            if item.revokes not in unpublished:
                found[target.subject_key] = _waiting(target.subject_key, None, item, "pending")
        elif item.subject_type == "ticket" and item.decision_id not in revoked:
            status = catalogue()[item.action].to_state if item.action in catalogue() else "pending"
            found[item.subject_key] = _waiting(
                item.subject_key, item.decision_id, item, status or "pending"
            )
    return found


def _waiting(
    ticket_key: str, decision_id: str | None, item: decisions.Decision, status: str
) -> Waiting:
    return Waiting(
        ticket_key=ticket_key,
        decision_id=decision_id,
        action=item.action,
        payload=item.payload,
        reason=item.reason,
        actor=item.actor,
        decided_at=item.decided_at,
        status=status,
    )


def store(settings: Settings, person: Person, lines: Sequence[Mapping[str, Any]]) -> bool:
    """Stores decisions, all or none, and leaves a notice for the next drawing of the page."""
    try:
        stored = decisions.append(settings, lines, actor=person.name, role=person.role)
    except PolarisError as error:
        st.session_state[_NOTICE] = ("error", error.message)
        return False
    many = "" if len(stored) == 1 else f"{len(stored)} decisions: "
    st.session_state[_NOTICE] = ("stored", f"{many}Stored, applied at the next build.")
    return True


def say(message: str) -> None:
    """Leaves good news for the next drawing of the page."""
    st.session_state[_NOTICE] = ("news", message)


def refuse(message: str) -> None:
    """Leaves a refusal for the next drawing of the page."""
    st.session_state[_NOTICE] = ("error", message)


def notice() -> None:
    """Shows, once, what became of the last decision."""
    kind, message = st.session_state.pop(_NOTICE, (None, ""))
    if kind == "stored":  # above the page, so that nothing moves under the hand
        st.toast(message, icon=":material/check_circle:")
    elif kind == "news":
        st.success(message, icon=":material/check_circle:")
    elif kind == "error":
        st.error(message.replace("$", "\\$"), icon=":material/error:")


def match_line(ticket: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The decision that matches a ticket to a person, school or company."""
    action, field, _ = MATCHES[ticket["unmatched_type"]]
    return _line(action, ticket["ticket_key"], {field: key})


def ignore_line(ticket_key: str, notes: str) -> dict[str, Any]:
    """The decision that sets a ticket aside for good."""
    return _line("ignore_ticket", ticket_key, {}, notes)


def reopen_line(ticket_key: str) -> dict[str, Any]:
    """The decision that brings an ignored ticket back."""
    return _line("reopen_ticket", ticket_key, {})


def date_line(ticket_key: str, session_date: str) -> dict[str, Any]:
    """The decision that gives an undated session its date, `YYYY-MM-DD`."""
    return _line("set_session_date", ticket_key, {"session_date": session_date})


def revoke_line(decision_id: str) -> dict[str, Any]:
    """The decision that takes an earlier one back."""
    return {"action": "revoke", "revokes": decision_id}


def _line(
    action: str, ticket_key: str, payload: dict[str, Any], reason: str = ""
) -> dict[str, Any]:
    line: dict[str, Any] = {
        "action": action,
        "subject_type": "ticket",
        "subject_key": ticket_key,
        "payload": payload,
    }
    return line | ({"reason": reason} if reason.strip() else {})
