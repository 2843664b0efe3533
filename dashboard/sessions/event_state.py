"""What stored decisions, which no release shows yet, make of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.pending import Pending
from dashboard.sessions import words_events

# Decision on the status -> the status it gives; None stands in the payload.
STATUSES = {"set_status": None, "promote_draft": "Completed", "dismiss_draft": "Cancelled"}
_LEAST_NOTES = 10
_PEOPLE = {"teacher_key": "teacher", "person_key": "presenter"}
# Decision on a session -> the type of flag it settles.
_ANSWERS = {
    "set_cancellation_reason": "NEEDS_REASON",
    "tag_teacher": "MISSING_TEACHER",
    "tag_presenter": "MISSING_PRESENTER",
}


@dataclass(frozen=True)
class EventState:
    """A session as it will be after the next build.

    Attributes:
        status: its status.
        waiting_status: the stored decision on the status; None where none waits.
        reason: code and notes of the cancellation reason; empty where there is none.
        waiting_reason: the stored decision on the reason.
        fields: corrected field -> its value, for stored corrections; None clears a correction.
        teachers: teacher -> the last stored tag, untag or correction of attendance.
        presenters: presenter -> the last stored tag or untag.
        overrides: teacher -> the stored correction of attendance, or the revoke of one.
        decisions: every stored decision on the session, oldest first.
    """

    status: str
    waiting_status: Pending | None
    reason: Mapping[str, Any]
    waiting_reason: Pending | None
    fields: Mapping[str, Any]
    teachers: Mapping[str, Pending]
    presenters: Mapping[str, Pending]
    overrides: Mapping[str, Pending]
    decisions: Sequence[Pending]


def state(event: Mapping[str, Any], waiting: Sequence[Pending]) -> EventState:
    """The session of a release with the decisions that wait laid over it."""
    mine = [
        item
        for item in waiting
        if item.subject_type == "event" and item.subject_key == event["event_key"]
    ]
    last: dict[str, Pending] = {}
    people: dict[str, dict[str, Pending]] = {"teacher": {}, "presenter": {}, "override": {}}
    fields: dict[str, Any] = {}
    for item in mine:
        action = item.revoked_action or item.action
        if action in STATUSES:
            last["status"] = item
        elif action == "set_cancellation_reason":
            last["reason"] = item
        elif action == "override_attendance":
            people["override"][str(item.payload.get("teacher_key"))] = item
        elif action == "edit_event":
            fields |= dict.fromkeys(item.payload) if item.revokes else dict(item.payload)
        else:
            for field, kind in _PEOPLE.items():
                if item.payload.get(field):
                    people[kind][str(item.payload[field])] = item
    status = status_of(event, last.get("status"))
    return EventState(
        status=status,
        waiting_status=last.get("status"),
        reason=_reason(event, status, last.get("status"), last.get("reason")),
        waiting_reason=last.get("reason"),
        fields=fields,
        teachers=people["teacher"],
        presenters=people["presenter"],
        overrides=people["override"],
        decisions=mine,
    )


def status_of(event: Mapping[str, Any], waiting: Pending | None) -> str:
    """The status of a session after the next build; `waiting` is the last decision on it."""
    if waiting is None:
        return str(event["status"])
    if waiting.revokes:
        return str(event.get("imported_status") or event["status"])
    return str(STATUSES[waiting.action] or waiting.payload.get("status") or event["status"])


def _reason(
    event: Mapping[str, Any], status: str, moved: Pending | None, given: Pending | None
) -> dict[str, Any]:
    """The cancellation reason after the next build; leaving Cancelled clears it."""
    if status != "Cancelled":
        return {}
    if given is not None:
        return {} if given.revokes else dict(given.payload)
    if moved is not None and moved.action == "dismiss_draft":
        return {"code": "OTHER", "notes": _dismissal_notes(moved.payload)}
    if event["cancellation_reason"] and event["status"] == "Cancelled":
        return {"code": event["cancellation_reason"], "notes": event["cancellation_notes"]}
    return {}


def _dismissal_notes(payload: Mapping[str, Any]) -> str:
    """What a dismissed draft carries as notes; short words get a prefix (pathful.md 4.9)."""
    text = str(payload.get("text") or "").strip()
    if not text:
        preset = str(payload.get("preset"))
        return words_events.DISMISSALS.get(preset, preset)
    return text if len(text) >= _LEAST_NOTES else f"Draft review: {text}"


def is_added(item: Pending) -> bool:
    """Whether a stored tag, untag, or revoke of one, puts its person on the session."""
    action = item.revoked_action or item.action
    return action.startswith("tag_") != (item.revokes is not None)


def flag_states(waiting: Sequence[Pending]) -> tuple[tuple[str, str], ...]:
    """Flag and its state after the next build, for stored decisions on flags themselves."""
    found = {
        item.subject_key: "open" if item.revokes else "resolved"
        for item in waiting
        if item.subject_type == "flag"
    }
    return tuple(sorted(found.items()))


def answered_flags(waiting: Sequence[Pending]) -> tuple[tuple[str, str], ...]:
    """Session and type of flag that a stored decision on the session settles at the next build."""
    found = set()
    for item in waiting:
        if item.subject_type != "event" or item.revokes:
            continue
        if item.action in _ANSWERS:
            found.add((item.subject_key, _ANSWERS[item.action]))
        elif item.action in STATUSES:
            status = STATUSES[item.action] or item.payload.get("status")
            if status != "Draft":
                found.add((item.subject_key, "NEEDS_ATTENTION"))
            if status != "Cancelled":
                found.add((item.subject_key, "NEEDS_REASON"))
            if status != "Completed":
                found.add((item.subject_key, "MISSING_PRESENTER"))
    return tuple(sorted(found))


def statuses(waiting: Sequence[Pending]) -> dict[str, str]:
    """Session -> the status a stored decision gives it; what a revoke gives, a build says."""
    found: dict[str, str] = {}
    for item in waiting:
        if item.subject_type == "event" and not item.revokes and item.action in STATUSES:
            found[item.subject_key] = str(STATUSES[item.action] or item.payload.get("status"))
    return found


def given_presenters(waiting: Sequence[Pending]) -> set[str]:
    """Sessions on which a stored decision puts a presenter."""
    return {
        item.subject_key for item in waiting if item.payload.get("person_key") and is_added(item)
    }


def decided_drafts(waiting: Sequence[Pending]) -> tuple[str, ...]:
    """Sessions whose status a stored decision changes: they are no longer to be triaged."""
    return tuple(sorted(key for key, status in statuses(waiting).items() if status != "Draft"))
