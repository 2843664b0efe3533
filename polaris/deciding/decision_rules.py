"""What makes a decision valid: the catalogue, the current release and the decisions before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from polaris.deciding import (
    decision_config,
    decision_crm,
    decision_pairs,
    decision_quality,
    decision_rights,
    decision_semesters,
)
from polaris.deciding.actions import catalogue
from polaris.deciding.decision_facts import EventValue
from polaris.deciding.decision_history import History, State
from polaris.deciding.decision_rights import Rights
from polaris.deciding.decision_shape import NUMBERS, ROLE_MAY_NOT, Draft, Problem

_EDIT = "edit_event"
_SET_GOAL = "set_target_sessions"


def conflicts(
    drafts: Mapping[int, Draft], history: History, rights: Rights, today: date
) -> dict[int, Problem]:
    """Checks drafts, in order, against the release and all decisions; problem of each bad one.

    A draft is checked as if the good ones before it were stored.
    """
    problems: dict[int, Problem] = {}
    edits = _Edits(history)
    config = decision_config.Judge(drafts.values(), history)
    changes_a_goal = any(item.revokes or _changes_goal(item, history) for item in drafts.values())
    for number, draft in drafts.items():
        if draft.revokes is not None:
            problem = _revoke_problem(draft, history, rights)
        else:
            problem = _draft_problem(draft, history, rights, today)
        if problem is None and draft.action.name == _EDIT:
            problem = _edit_problem(draft, history, edits)
        elif problem is None and draft.action.name == _SET_GOAL and not changes_a_goal:
            goal = draft.payload["target_sessions"]
            problem = Problem(f"nothing changes: target_sessions is already {goal}")
        if problem is None:
            problem = config.problem(draft)
        if problem is None:
            history.add(draft)
            edits.add(draft)
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
    message: str | Problem | None = None
    if action is None or not action.is_revocable:
        message = f"a {target.action} cannot be revoked; decide anew instead"
    elif draft.revokes in history.revoked:
        message = f"decision {draft.revokes} is revoked already{history.revoker(target)}"
    elif action.needs_reason and not draft.reason:
        message = f"to revoke a {target.action} needs a reason"
    else:
        message = decision_pairs.undo_problem(draft, target, history)
    return Problem(message) if isinstance(message, str) else message


def _draft_problem(draft: Draft, history: History, rights: Rights, today: date) -> Problem | None:
    facts, action = history.facts, draft.action
    if facts.release is None and (action.subject_table, draft.subject_key) not in facts.subjects:
        return Problem(
            "nothing is published yet, or its file is missing (`polaris-load status` says which),"
            " so there is nothing to decide"
        )
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
    message: str | Problem | None = (
        _subject_problem(draft, history)
        or decision_crm.owner_problem(draft, history, today)
        or _state_problem(draft, history)
        or (_target_problem(draft, history) if draft.payload.get(action.target_column) else None)
    )
    for rule in action.rules:
        if message is None and rule in STATE_RULES:
            message = STATE_RULES[rule](draft, history, today)
    return Problem(message) if isinstance(message, str) else message


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


def _load_of_a_file(draft: Draft, history: History, _today: date) -> str | None:
    """platform.md 11.2: what a file brought is left out; a reading of the CRM cannot be.

    Such a reading brings only what changed since the one before: without it those records would
    stand as they were until they change again.
    """
    source = history.facts.subjects[draft.action.subject_table, draft.subject_key].kind
    if source in {"csv", "roster", "pathful"}:
        return None
    if source is None:
        return f"run {draft.subject_key} landed nothing; {draft.action.name} is for files"
    return (
        f"run {draft.subject_key} is of {source}; {draft.action.name} is for files, and a reading "
        "of the CRM is put right by another one: polaris-load salesforce --full"
    )


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


class _Edits:
    """The last standing word on every detail of each event, the batch's own edits included."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._batch: list[Draft] = []
        self._words: dict[str, dict[str, Any]] | None = None
        self._revoked: set[tuple[str, str]] = set()

    def add(self, draft: Draft) -> None:
        """Takes a good draft of this batch as decided."""
        if draft.revokes is not None:
            self._words = None
        elif draft.action.name == _EDIT:
            self._batch.append(draft)
            if self._words is not None:
                self._words.setdefault(draft.subject_key, {}).update(draft.payload)

    def of(self, event: str) -> Mapping[str, Any]:
        """Detail -> its correction; None where one was taken back."""
        if self._words is None:
            self._words = self._read()
        return self._words.get(event, {})

    def was_taken_back(self, event: str, name: str) -> bool:
        """Whether a correction of a detail was revoked, or answered with a null."""
        return name in self.of(event) or (event, name) in self._revoked

    def _read(self) -> dict[str, dict[str, Any]]:
        words: dict[str, dict[str, Any]] = {}
        for item in self._history.by_id.values():
            if item.action != _EDIT:
                continue
            if item.decision_id in self._history.revoked:
                self._revoked |= {(item.subject_key, name) for name in item.payload}
            else:
                words.setdefault(item.subject_key, {}).update(item.payload)
        for draft in self._batch:
            words.setdefault(draft.subject_key, {}).update(draft.payload)
        return words


def _edit_problem(draft: Draft, history: History, edits: _Edits) -> Problem | None:
    """An edit changes something, and each null takes a correction back."""
    event = draft.subject_key
    uncorrected = sorted(
        name
        for name, value in draft.payload.items()
        if value is None and not _is_corrected(event, name, history, edits)
    )
    if uncorrected:
        return Problem(f"{', '.join(uncorrected)}: there is no correction to take back")
    same = []
    for name, value in draft.payload.items():
        known = _effective(event, name, history, edits)
        if value is None or known is None or _plain(name, value) != _plain(name, known):
            return None
        same.append(f"{name} is already {' '.join(str(known).split())[:50]}")
    return Problem(f"nothing changes: {', '.join(same)}")


def _is_corrected(event: str, name: str, history: History, edits: _Edits) -> bool:
    words = edits.of(event)
    if name in words:
        return words[name] is not None
    published = history.facts.event_values.get((event, name))
    if published is None:
        return False
    if name == "notes":  # only people write them
        return published.final is not None and not edits.was_taken_back(event, name)
    return _is_edited(published, history) and published.decision_id not in history.revoked


def _effective(event: str, name: str, history: History, edits: _Edits) -> Any:
    """What a detail will be after the next build; None where it is empty or nobody knows."""
    word = edits.of(event).get(name)
    published = history.facts.event_values.get((event, name))
    if word is not None or published is None:
        return word
    if not edits.was_taken_back(event, name):
        return published.final
    if name == "notes":
        return None
    return published.imported if _is_edited(published, history) else published.final


def _is_edited(published: EventValue, history: History) -> bool:
    """Whether an edit gives the value; a day given to an undated session is none."""
    if published.decision_id is None:
        return False
    decision = history.by_id.get(published.decision_id)
    return decision is None or decision.action == _EDIT


def _plain(name: str, value: object) -> str:
    """A value as text, so that one of a payload and one of a release compare."""
    text = str(value).strip()
    return str(int(text)) if name in NUMBERS and text.isdecimal() else text


def _changes_goal(draft: Draft, history: History) -> bool:
    """Whether a draft gives a teacher another goal; one for many is stored if it changes any."""
    if draft.action.name != _SET_GOAL:
        return False
    subject = ("roster_teacher", draft.subject_key)
    word = history.standing(subject, draft.topic)
    if word is not None:
        known = word.payload.get("target_sessions")
    elif _was_revoked(draft, history):
        return True
    else:
        known = history.facts.goals.get(draft.subject_key)
    wanted = _plain("target_sessions", draft.payload["target_sessions"])
    return known is None or _plain("target_sessions", known) != wanted


def _was_revoked(draft: Draft, history: History) -> bool:
    """Whether a decision like the draft was taken back: the release may still show it."""
    about = (draft.action.name, draft.subject_key)
    taken_back = (history.by_id.get(key) for key in history.revoked)
    return any(item and (item.action, item.subject_key) == about for item in taken_back)


STATE_RULES: Mapping[str, Callable[[Draft, History, date], str | Problem | None]] = (
    {
        "past_session": _past_session,
        "virtual_session": _virtual_session,
        "new_on_roster": _new_on_roster,
        "known_semester": decision_semesters.known,
        "load_of_a_file": _load_of_a_file,
    }
    | decision_config.RULES
    | decision_crm.RULES
    | decision_pairs.RULES
    | decision_quality.RULES
)
