"""What makes a decision valid: the catalogue, the current release and the decisions before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from polaris import decision_rights
from polaris.actions import catalogue
from polaris.decision_history import History, State
from polaris.decision_rights import Rights
from polaris.decision_shape import ROLE_MAY_NOT, Draft, Problem, is_school_year

_SEMESTER = re.compile(r"(\d{4}-\d{4})/(fall|spring)")


def conflicts(
    drafts: Mapping[int, Draft], history: History, rights: Rights, today: date
) -> dict[int, Problem]:
    """Checks drafts, in order, against the release and all decisions; problem of each bad one.

    A draft is checked as if the good ones before it were stored.
    """
    problems: dict[int, Problem] = {}
    for number, draft in drafts.items():
        if draft.revokes is not None:
            problem = _revoke_problem(draft, history, rights)
        else:
            problem = _draft_problem(draft, history, rights, today)
        if problem is None:
            history.add(draft)
        else:
            problems[number] = problem
    return problems


def _revoke_problem(draft: Draft, history: History, rights: Rights) -> Problem | None:
    target = history.by_id.get(draft.revokes or "")
    problem = decision_rights.revoke_problem(rights, target, history)
    if problem is not None:
        return problem
    if target is None:
        return Problem(f"there is no decision {draft.revokes}")
    action = catalogue().get(target.action)
    if action is not None and action.is_revocable and draft.role not in action.roles:
        return Problem(f"the role {draft.role} may not revoke a {target.action}", ROLE_MAY_NOT)
    message = None
    if action is None or not action.is_revocable:
        message = f"a {target.action} cannot be revoked; decide anew instead"
    elif draft.revokes in history.revoked:
        message = f"decision {draft.revokes} is revoked already{history.revoker(target)}"
    elif action.needs_reason and not draft.reason:
        message = f"to revoke a {target.action} needs a reason"
    return Problem(message) if message is not None else None


def _draft_problem(draft: Draft, history: History, rights: Rights, today: date) -> Problem | None:
    facts, action = history.facts, draft.action
    if facts.release is None:
        return Problem("nothing is published yet, so there is nothing to decide")
    lacking = {action.subject_table, action.target_table} & facts.missing
    if lacking:
        tables = ", ".join(sorted(lacking))
        return Problem(
            f"the release {facts.release} does not have all of {tables} that {action.name} needs;"
            " run `polaris-load build` first"
        )
    problem = decision_rights.draft_problem(rights, draft, history)
    if problem is not None:
        return problem
    message = (
        _subject_problem(draft, history)
        or _state_problem(draft, history)
        or (_target_problem(draft, history) if action.target_table else None)
    )
    for rule in action.rules:
        if message is None and rule in STATE_RULES:
            message = STATE_RULES[rule](draft, history, today)
    return Problem(message) if message is not None else None


def _subject_problem(draft: Draft, history: History) -> str | None:
    action, key, facts = draft.action, draft.subject_key, history.facts
    if not action.subject_table:
        return None
    subject = facts.subjects.get((action.subject_table, key))
    if subject is None and not (action.subject_type == "issue" and history.report(key)):
        return f"there is no {action.subject_type} {key} in release {facts.release}"
    if action.ticket_types and subject is not None and subject.kind not in action.ticket_types:
        return f"{action.name} does not fit tickets of type {subject.kind}"
    return None


def _state_problem(draft: Draft, history: History) -> str | None:
    action, key = draft.action, draft.subject_key
    main = history.main_state(action, key)
    if action.main_states and main.value not in action.main_states:
        return _not_in(f"{action.subject_type} {key}", main, action.name, action.main_states)
    state = history.state(action, key, draft.topic)
    what = _what(draft)
    if action.from_states and state.value not in action.from_states:
        if draft.topic.startswith("override:"):
            by = state.by.replace("override_attendance", f"override {state.value}", 1)
            return f"{what}: {by or f'override {state.value}'} is active; revoke it first"
        return _not_in(what, state, action.name, action.from_states)
    if (
        not action.from_states
        and action.to_state
        and state.value == action.state_after(draft.payload)
    ):
        return f"{what} is {state.value} already{state.because}"
    return None


def _what(draft: Draft) -> str:
    """The subject, or the part of it that a topic names, in words."""
    subject = f"{draft.action.subject_type} {draft.subject_key}"
    kind, _, value = draft.topic.partition(":")
    if not value:
        return subject
    if kind == "override":
        return f"teacher {value} of {subject}"
    return f"{kind} {value} of {subject}"


def _not_in(what: str, state: State, action: str, needed: tuple[str, ...]) -> str:
    return f"{what} is {state.value}{state.because}, and {action} needs it to be " + " or ".join(
        needed
    )


def _target_problem(draft: Draft, history: History) -> str | None:
    action, key, facts = draft.action, draft.subject_key, history.facts
    target = draft.payload[action.target_column]
    if target in {key, facts.own_keys.get(key)} or (key, target) in facts.themselves:
        return f"{action.target_column} {target} is the ticket itself"
    if action.subject_type == "ticket" and _leads_back(draft, history):
        return f"{action.target_column} {target} is itself matched to this ticket's record"
    if (action.target_table, target) not in facts.targets:
        return f"there is no {action.target_column} {target} in release {facts.release}"
    return None


def _leads_back(draft: Draft, history: History) -> bool:
    """Whether the target was sent, directly or on, to the record the ticket stands for.

    Two people matched to each other would both stay what they are.
    """
    own_keys = history.facts.own_keys
    start = own_keys.get(draft.subject_key)
    tickets = {own_key: ticket for ticket, own_key in own_keys.items()} if start else {}
    seen: set[str] = set()
    here: str | None = draft.payload.get(draft.action.target_column)
    while start is not None and here is not None and here not in seen:
        if here == start:
            return True
        seen.add(here)
        here = _matched_to(tickets.get(here), history)
    return False


def _matched_to(ticket: str | None, history: History) -> str | None:
    """What the last standing decision on a ticket matches it to."""
    word = history.standing(("ticket", ticket), "answer") if ticket is not None else None
    if word is None:
        return None
    name = word.action if isinstance(word.action, str) else word.action.name
    action = catalogue().get(name)
    return word.payload.get(action.target_column) if action and action.target_column else None


def _past_session(draft: Draft, history: History, today: date) -> str | None:
    """pathful.md 4.9, 2.6: a session of today is not past."""
    subject = history.facts.subjects[draft.action.subject_table, draft.subject_key]
    day = subject.session_date
    for payload in history.unpublished(("event", draft.subject_key), "edit"):
        if payload.get("session_date"):
            day = date.fromisoformat(str(payload["session_date"]))
            break
    if day is not None and day < today:
        return None
    when = f"is on {day.isoformat()}" if day is not None else "has no date"
    return f"event {draft.subject_key} {when}, and {draft.action.name} needs it to be past"


def _virtual_session(draft: Draft, history: History, _today: date) -> str | None:
    """pathful.md 4.10: credit is given for virtual sessions only."""
    kind = history.facts.subjects[draft.action.subject_table, draft.subject_key].kind
    if kind in {None, "virtual_session"}:
        return None
    return f"event {draft.subject_key} is no virtual session but {kind}"


def _new_on_roster(draft: Draft, history: History, _today: date) -> str | None:
    scope = (draft.payload["district_key"], draft.payload["academic_year"])
    email = str(draft.payload["email"]).strip().lower()
    known = history.facts.on_roster.get((*scope, email))
    if known is not None:
        state = "already" if known else "already, but inactive; reactivate that teacher"
        return f"{email} is on the roster of that district and year {state}"
    for key, payload in history.standing_of("add_to_roster"):
        other = (payload.get("district_key"), payload.get("academic_year"))
        if other == scope and str(payload.get("email")).strip().lower() == email:
            return f"{email} is added to that roster already, for ticket {key}"
    return None


def _no_circle(draft: Draft, history: History, _today: date) -> str | None:
    """Two teachers merged into each other, directly or through others, would both be gone."""
    pairs = history.facts.pairs
    into: dict[str, str] = {}
    for key, payload in history.standing_of("merge"):
        if key in pairs:
            gone, stays = _sides(pairs[key], payload.get("survivor"))
            into[gone] = stays
    gone, here = _sides(pairs[draft.subject_key], draft.payload["survivor"])
    seen = set()
    while here in into and here not in seen:
        seen.add(here)
        here = into[here]
    if here == gone or gone in seen:
        return f"the teacher to stay was itself merged into {gone}; keep that one"
    return None


def _sides(pair: tuple[str, str], survivor: object) -> tuple[str, str]:
    """Who goes and who stays."""
    left, right = pair
    return (right, left) if survivor == "left" else (left, right)


def _known_semester(draft: Draft, _history: History, today: date) -> str | None:
    """pathful.md 5.3: fall begins in August, spring in January; one to come has nothing to keep."""
    found = _SEMESTER.fullmatch(draft.subject_key)
    if found is None or not is_school_year(found[1]):
        return f"{draft.subject_key} is no semester written 2025-2026/fall or 2025-2026/spring"
    first = int(found[1][:4])
    begins = date(first, 8, 1) if found[2] == "fall" else date(first + 1, 1, 1)
    return None if begins <= today else f"the semester {draft.subject_key} has not begun"


STATE_RULES: dict[str, Callable[[Draft, History, date], str | None]] = {
    "past_session": _past_session,
    "virtual_session": _virtual_session,
    "new_on_roster": _new_on_roster,
    "no_circle": _no_circle,
    "known_semester": _known_semester,
}
