"""What makes a decision valid: the catalogue, the current release and the decisions before it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from polaris import access
from polaris.actions import REVOKE, Action, catalogue
from polaris.decision_facts import Draft, Facts
from polaris.errors import BadInput

if TYPE_CHECKING:
    from polaris.decisions import Decision

_KEYS = {"action", "subject_type", "subject_key", "payload", "reason", "revokes", "actor"}
_NOTES_AT_MOST = 500
# The state of a subject no decision stands on, by what decisions turn it into.
_INITIAL = {"ticket": "pending", "roster_teacher": "active"}


def parse(text: str) -> dict[int, Any]:
    """Reads JSON lines: line number -> object; blank lines are left out.

    Raises:
        BadInput: the message names every line that is no JSON object.
    """
    lines: dict[int, Any] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            lines[number] = json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: {error.msg} at character {error.pos + 1}")
            continue
        if not isinstance(lines[number], dict):
            problems.append(f"line {number}: it is no JSON object")
    if problems:
        raise BadInput(f"No decision was stored, not every line is JSON: {'; '.join(problems)}.")
    return lines


def shape(
    lines: Mapping[int, Mapping[str, Any]], *, actor: str, role: str
) -> tuple[dict[int, Draft], dict[int, str]]:
    """Checks each line against the catalogue: (good lines, problem of each bad one)."""
    drafts: dict[int, Draft] = {}
    problems: dict[int, str] = {}
    for number, line in lines.items():
        problem = _shape_problem(line, role)
        if problem is not None:
            problems[number] = problem
            continue
        action = catalogue()[line["action"]]
        revokes = _revoked_id(line) if action.name == REVOKE else None
        drafts[number] = Draft(
            action=action,
            actor=str(line.get("actor") or actor),
            role=access.effective_role(role),
            subject_key=revokes or str(line["subject_key"]),
            payload=dict(line.get("payload") or {}),
            reason=(line.get("reason") or "").strip() or None,
            revokes=revokes,
        )
    return drafts, problems


def _revoked_id(line: Mapping[str, Any]) -> str:
    return str(line.get("revokes") or line.get("subject_key") or "")


def _shape_problem(line: Mapping[str, Any], role: str) -> str | None:  # noqa: PLR0911 one per rule
    unknown = sorted(set(line) - _KEYS)
    if unknown:
        return f"it has unknown keys: {', '.join(unknown)}"
    name = line.get("action")
    action = catalogue().get(name) if isinstance(name, str) else None
    if action is None:
        return f"unknown action {name!r}; known are: {', '.join(catalogue())}"
    if not access.may_decide(role, action.name):
        return f"the role {access.effective_role(role)} may not {action.name}"
    if line.get("actor") and access.effective_role(role) != access.ADMIN:
        return "only an admin may name another actor"
    if line.get("reason") is not None and not isinstance(line["reason"], str):
        return "reason is not text"
    given = str(line.get("subject_type") or action.subject_type).strip().lower().replace(" ", "_")
    if given != action.subject_type:
        return f"{action.name} needs the subject_type {action.subject_type}, not {given}"
    if action.name == REVOKE:
        ids = {str(line[key]) for key in ("revokes", "subject_key") if line.get(key)}
        return None if len(ids) == 1 else "revokes must name one decision_id"
    if line.get("revokes"):
        return "only the action revoke may have revokes"
    if not isinstance(line.get("subject_key"), str) or not line["subject_key"].strip():
        return "subject_key is missing"
    payload = line.get("payload") or {}
    if not isinstance(payload, dict):
        return "payload is no JSON object"
    return _payload_problem(action, payload)


def _payload_problem(action: Action, payload: Mapping[str, Any]) -> str | None:
    missing = [
        name
        for name in action.required_fields
        if not isinstance(payload.get(name), str) or not payload[name].strip()
    ]
    if missing:
        return f"{action.name} needs {', '.join(missing)} in its payload"
    unknown = sorted(set(payload) - {*action.required_fields, *action.optional_fields})
    if unknown:
        return f"{action.name} takes no {', '.join(unknown)}"
    for name, values in action.allowed_values.items():
        if payload[name] not in values:
            return f"{name} must be one of: {', '.join(values)}"
    if len(str(payload.get("notes") or "")) > _NOTES_AT_MOST:
        return f"notes are longer than {_NOTES_AT_MOST} characters"
    if "session_date" in payload and not _is_date(payload["session_date"]):
        return f"session_date {payload['session_date']!r} is no date written YYYY-MM-DD"
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def conflicts(
    drafts: Mapping[int, Draft], stored: Sequence[Decision], facts: Facts
) -> dict[int, str]:
    """Checks drafts, in order, against the release and all decisions; problem of each bad one.

    A draft is checked as if the good ones before it were stored.
    """
    history = _History(stored, facts)
    problems: dict[int, str] = {}
    for number, draft in drafts.items():
        if draft.revokes is not None:
            problem = _revoke_problem(draft, history)
        elif facts.release is None:
            problem = "nothing is published yet, so there is nothing to decide"
        else:
            problem = _subject_problem(draft, history, facts)
        if problem is None:
            history.add(draft)
        else:
            problems[number] = problem
    return problems


def _revoke_problem(draft: Draft, history: _History) -> str | None:
    target = history.by_id.get(draft.revokes or "")
    if target is None:
        return f"there is no decision {draft.revokes}"
    if draft.revokes in history.revoked:
        return f"decision {draft.revokes} is revoked already"
    action = catalogue().get(target.action)
    if action is None or not action.is_revocable:
        return f"a {target.action} cannot be revoked; decide anew instead"
    if not access.may_decide(draft.role, target.action):
        return f"the role {draft.role} may not revoke a {target.action}"
    return None


def _subject_problem(draft: Draft, history: _History, facts: Facts) -> str | None:
    action, key = draft.action, draft.subject_key
    if (action.subject_table, key) not in facts.states:
        return f"there is no {action.subject_type} {key} in release {facts.release}"
    if action.ticket_types and facts.types.get(key) not in action.ticket_types:
        return f"{action.name} does not fit tickets of type {facts.types.get(key)}"
    state, because = history.state(draft)
    if state != action.from_state:
        known = f"{action.subject_type} {key} is {state}{because}"
        return f"{known}, and {action.name} needs it to be {action.from_state}"
    return _target_problem(draft, history, facts) if action.target_table else None


def _target_problem(draft: Draft, history: _History, facts: Facts) -> str | None:
    action, key = draft.action, draft.subject_key
    target = draft.payload[action.target_column]
    if target in {key, facts.own_keys.get(key)} or (key, target) in facts.themselves:
        return f"{action.target_column} {target} is the ticket itself"
    if history.leads_back(draft):
        return f"{action.target_column} {target} is itself matched to this ticket's record"
    if (action.target_table, target) not in facts.targets:
        return f"there is no {action.target_column} {target} in release {facts.release}"
    return None


class _History:
    """Every decision so far, those of the batch included, and what stands of them."""

    def __init__(self, stored: Sequence[Decision], facts: Facts) -> None:
        self.by_id = {item.decision_id: item for item in stored}
        self.revoked = {item.revokes for item in stored if item.revokes}
        self._facts = facts
        self._stored: dict[tuple[str, str], list[Decision]] = {}
        for item in stored:
            self._stored.setdefault((item.subject_type, item.subject_key), []).append(item)
        self._drafts: dict[tuple[str, str], Draft] = {}
        self._revoked_now: set[str] = set()

    def add(self, draft: Draft) -> None:
        """Takes a good draft of this batch as decided."""
        if draft.revokes is not None:
            self.revoked.add(draft.revokes)
            self._revoked_now.add(draft.revokes)
        else:
            self._drafts[draft.action.subject_type, draft.subject_key] = draft

    def leads_back(self, draft: Draft) -> bool:
        """Whether the target was sent, directly or on, to the record the ticket stands for.

        Two people matched to each other would both stay what they are.
        """
        hops: dict[str, str] = {}
        for ticket, own_key in self._facts.own_keys.items():
            target = self._target_of(("ticket", ticket))
            if target is not None:
                hops[own_key] = target
        start = self._facts.own_keys.get(draft.subject_key)
        seen: set[str] = set()
        here: str | None = draft.payload.get(draft.action.target_column)
        while start is not None and here is not None and here not in seen:
            if here == start:
                return True
            seen.add(here)
            here = hops.get(here)
        return False

    def _target_of(self, subject: tuple[str, str]) -> str | None:
        """What the last standing decision on a subject matches it to."""
        if subject in self._drafts:
            earlier = self._drafts[subject]
            return earlier.payload.get(earlier.action.target_column)
        standing = [
            item for item in self._stored.get(subject, []) if item.decision_id not in self.revoked
        ]
        action = catalogue().get(standing[-1].action) if standing else None
        if action is None or not action.target_column:
            return None
        return dict(standing[-1].payload).get(action.target_column)

    def state(self, draft: Draft) -> tuple[str, str]:
        """The state of a draft's subject, and the words " because of …" where a decision made it.

        The release is right unless something was decided that it does not show yet.
        """
        subject = (draft.action.subject_type, draft.subject_key)
        if subject in self._drafts:
            earlier = self._drafts[subject]
            return earlier.action.to_state, f" by {earlier.action.name} earlier in this batch"
        decided = self._stored.get(subject, [])
        standing = [item for item in decided if item.decision_id not in self.revoked]
        if standing:
            last = standing[-1]
            words = f" by {last.action} of {last.actor} (decision {last.decision_id})"
        else:
            last, words = None, ""
        published = self._facts.states[draft.action.subject_table, draft.subject_key]
        if not self._has_unpublished(decided):
            return published, words
        if last is None:
            return _INITIAL.get(draft.action.subject_type, published), ""
        known = catalogue().get(last.action)
        return (known.to_state if known is not None else published), words

    def _has_unpublished(self, decided: Sequence[Decision]) -> bool:
        ids = {item.decision_id for item in decided}
        revokes = {item.decision_id for item in self.by_id.values() if item.revokes in ids}
        return bool(ids & self._revoked_now) or bool((ids | revokes) - self._facts.applied)
