"""Decisions of the person at the screen: storing them, and which of them still wait for a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import pending, queries_pending, release, who, words
from dashboard.who import Person
from polaris import access
from polaris.deciding import decisions
from polaris.deciding.actions import MAIN_TOPIC, catalogue
from polaris.deciding.decision_shape import TEXT_AT_MOST
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
BULK_LIMIT = decisions.BULK_LIMIT
EXPIRED = (
    "Your sign-in has ended, so nothing was stored. What you typed is still here: "
    "sign in again and send it once more."
)
_ANSWER = MAIN_TOPIC["ticket"]
# Within this time the same decision of the same person is a second click.
_DOUBLE_CLICK = timedelta(seconds=10)
_NOTICE = "decide-notice"
_PROBLEMS_SHOWN = 5


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
    """Per ticket, the last decision on its answer that stands and waits for the next build."""
    found: dict[str, Waiting] = {}
    for item in pending.standing(settings):
        known = catalogue().get(item.revoked_action or item.action)
        if item.subject_type != "ticket" or known is None or known.topic != _ANSWER:
            continue
        if item.revokes is None:
            status = known.to_state
        else:
            status = known.from_states[0] if known.from_states else "pending"
        found[item.subject_key] = Waiting(
            ticket_key=item.subject_key,
            decision_id=None if item.revokes else item.decision_id,
            action=item.action,
            payload=item.payload,
            reason=item.reason,
            actor=item.actor,
            decided_at=item.decided_at,
            status=status,
        )
    return found


def store(settings: Settings, person: Person, lines: Sequence[Mapping[str, Any]]) -> bool:
    """Stores decisions, all or none, and leaves a notice for the next drawing of the page.

    What was typed stays on the screen when nothing is stored. A second click on the same decision
    counts as stored.
    """
    try:
        if not who.has_ended(settings, person) and _is_double_click(settings, person, lines):
            st.session_state[_NOTICE] = ("stored", "Stored already, applied at the next build.")
            return True
    except PolarisError as error:
        refuse(error.message)
        return False
    problem = attempt(settings, person, lines)
    if problem is not None:
        refuse(problem)
        return False
    many = "" if len(lines) == 1 else f"{len(lines)} decisions: "
    st.session_state[_NOTICE] = ("stored", f"{many}Stored, applied at the next build.")
    return True


def attempt(settings: Settings, person: Person, lines: Sequence[Mapping[str, Any]]) -> str | None:
    """Stores decisions, all or none, without a notice; what speaks against it, None when stored."""
    if who.has_ended(settings, person):
        return EXPIRED
    if len(lines) > BULK_LIMIT:
        return (
            f"{len(lines):,} decisions at once, and at most {BULK_LIMIT} are taken. "
            "Nothing was stored. Narrow the choice."
        )
    try:
        decisions.append(
            settings,
            lines,
            actor=person.name,
            role=person.role,
            districts=person.districts,
            teacher_email=person.email if person.role == access.TEACHER else None,
        )
    except decisions.Refused as error:
        if len(lines) > 1:
            return _of_several(settings, person, lines, error.problems)
        return _said_by_another(settings, person, lines, error.message) or error.message
    except PolarisError as error:
        return error.message
    return None


def _of_several(
    settings: Settings,
    person: Person,
    lines: Sequence[Mapping[str, Any]],
    problems: Mapping[int, str],
) -> str:
    """Which of several decisions cannot be stored: by the name of what they are about."""
    current = release.current(settings, release.scope_of(person))
    told: dict[str, None] = {}
    for number in list(problems)[:_PROBLEMS_SHOWN]:
        about = lines[number - 1]
        key = str(about.get("subject_key") or about.get("revokes"))
        name = queries_pending.name(current, str(about.get("subject_type")), key)
        told[f"{words.inert(name)}: {problems[number]}"] = None
    more = len(problems) - _PROBLEMS_SHOWN
    rest = f"; and {more:,} more" if more > 0 else ""
    return (
        f"Nothing was stored, {len(problems):,} of {len(lines):,} decisions cannot be: "
        f"{'; '.join(told)}{rest}."
    )


def _said_by_another(
    settings: Settings, person: Person, lines: Sequence[Mapping[str, Any]], refused: str
) -> str | None:
    """The refusal of one decision where somebody else was faster; None for any other refusal."""
    if len(lines) != 1 or lines[0].get("subject_key") is None:
        return None
    subject = str(lines[0].get("subject_type")), str(lines[0]["subject_key"])
    for item in reversed(pending.of(settings, *subject)):
        if item.actor != person.name and item.decision_id in refused:
            stands = pending.sentence(release.current(settings, release.scope_of(person)), item)
            return (
                f"No decision was stored: {item.actor} decided before you "
                f"({words.moment(item.decided_at)}): {stands}. "
                "Take that back first if it is wrong."
            )
    return None


def _is_double_click(
    settings: Settings, person: Person, lines: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether this person stored exactly these decisions moments ago and they still stand."""
    everything = decisions.read_all(settings)
    revoked = {item.revokes for item in everything if item.revokes}
    since = datetime.now(UTC) - _DOUBLE_CLICK
    recent = [
        (item.action, item.revokes or item.subject_key, item.payload, item.reason)
        for item in everything[-2 * BULK_LIMIT :]
        if item.actor == person.name
        and item.decided_at >= since
        and item.decision_id not in revoked
    ]
    return bool(lines) and all(
        (
            one["action"],
            one.get("revokes") or one.get("subject_key"),
            dict(one.get("payload") or {}),
            (one.get("reason") or "").strip() or None,
        )
        in recent
        for one in lines
    )


def say(message: str) -> None:
    """Leaves good news for the next drawing of the page."""
    st.session_state[_NOTICE] = ("news", message)


def refuse(message: str) -> None:
    """Leaves a refusal for the next drawing of the page."""
    st.session_state[_NOTICE] = ("error", message)


def refusal() -> str | None:
    """Takes the refusal that was left, for a form that shows it beside its fields."""
    kind, message = st.session_state.get(_NOTICE, (None, ""))
    if kind != "error":
        return None
    del st.session_state[_NOTICE]
    return str(message)


def is_too_long(what: str, text: Any, at_most: int = TEXT_AT_MOST) -> bool:
    """Whether a typed text is longer than what is kept; says so, and the text stays in its box.

    Args:
        what: the text with its verb: `The notes are`.
        text: what was typed; nothing typed is never too long.
        at_most: characters that are kept.
    """
    length = len(str(text or "").strip())
    if length <= at_most:
        return False
    refuse(f"{what} {length:,} characters long, at most {at_most:,} are kept. Nothing was stored.")
    return True


def notice() -> None:
    """Shows, once, what became of the last decision."""
    kind, message = st.session_state.pop(_NOTICE, (None, ""))
    if kind == "stored":  # above the page, so that nothing moves under the hand
        st.toast(message, icon=":material/check_circle:")
    elif kind == "news":
        st.success(message, icon=":material/check_circle:")
    elif kind == "error":
        st.error(message.replace("$", "\\$"), icon=":material/error:")


def line(
    action: str,
    subject_type: str,
    subject_key: str,
    payload: Mapping[str, Any] | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """A decision as the store takes it; a blank reason is none."""
    made: dict[str, Any] = {
        "action": action,
        "subject_type": subject_type,
        "subject_key": subject_key,
        "payload": dict(payload or {}),
    }
    return made | ({"reason": reason.strip()} if reason.strip() else {})


def revoke_line(decision_id: str, reason: str = "") -> dict[str, Any]:
    """The decision that takes an earlier one back."""
    made = {"action": "revoke", "revokes": decision_id}
    return made | ({"reason": reason.strip()} if reason.strip() else {})


def match_line(ticket: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The decision that matches a ticket to a person, school or company."""
    action, field, _ = MATCHES[ticket["unmatched_type"]]
    return line(action, "ticket", ticket["ticket_key"], {field: key})


def ignore_line(ticket_key: str, notes: str) -> dict[str, Any]:
    """The decision that sets a ticket aside for good."""
    return line("ignore_ticket", "ticket", ticket_key, reason=notes)


def reopen_line(ticket_key: str) -> dict[str, Any]:
    """The decision that brings an ignored ticket back."""
    return line("reopen_ticket", "ticket", ticket_key)


def date_line(ticket_key: str, session_date: str) -> dict[str, Any]:
    """The decision that gives an undated session its date, `YYYY-MM-DD`."""
    return line("set_session_date", "ticket", ticket_key, {"session_date": session_date})
