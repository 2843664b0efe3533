"""What people may decide about the CRM's events, people and districts (salesforce.md §4).

A session of the CRM is the CRM's: what it says there is changed there. Whether the website shows
it, which districts it is linked to and how many students staff counted are decided here, and no
sync touches them. An event that a file brought is the file's, but for those students.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from polaris import district_inputs
from polaris.deciding.decision_history import History
from polaris.deciding.decision_shape import BOOLEANS, NUMBERS, Draft

CRM = "salesforce"
NOT_OURS = "Salesforce owns this session; change it there"
FILE = "csv"
OF_A_FILE = "a file brought this event; correct the file and import it again"
# The rules of the catalogue that say whose events an action is for.
OWNER_RULES = ("crm_session", "not_crm_session", "file_event_too")
# Students of these are counted by the teachers who came (salesforce.md §6.2).
VIRTUAL_TYPES = frozenset({"virtual_session", "connector_session"})


def owner_problem(draft: Draft, history: History, _today: date) -> str | None:
    """Why an action does not fit the event's owner; None where it does."""
    action = draft.action
    subject = history.facts.subjects.get((action.subject_table, draft.subject_key))
    if action.subject_type == "event" and subject is not None and subject.source == FILE:
        return None if "file_event_too" in action.rules else OF_A_FILE
    if not set(OWNER_RULES) & set(action.rules):
        return None
    is_crm = subject is not None and subject.source == CRM
    if is_crm and "not_crm_session" in action.rules:
        return NOT_OURS
    if not is_crm and "crm_session" in action.rules:
        return f"event {draft.subject_key} is no session of Salesforce; {action.name} is for those"
    return None


def person_word(draft: Draft, history: History, _today: date) -> str | None:
    """An edit of a person changes something, and each null takes an earlier word back."""
    said = _words(draft.subject_key, history)
    unsaid = sorted(
        name for name, value in draft.payload.items() if value is None and said.get(name) is None
    )
    if unsaid:
        return f"{', '.join(unsaid)}: there is no correction to take back"
    same = [
        name
        for name, value in draft.payload.items()
        if value is not None and _plain(name, value) == _plain(name, said.get(name))
    ]
    if len(same) == len(draft.payload):
        return f"nothing changes: {', '.join(sorted(same))}"
    return None


def in_person_session(draft: Draft, history: History, today: date) -> str | None:
    """Staff count the students of what took place in person, on the day itself at the earliest."""
    subject = history.facts.subjects[draft.action.subject_table, draft.subject_key]
    name = draft.action.name
    if subject.kind in VIRTUAL_TYPES:
        return f"event {draft.subject_key} is a {subject.kind}; {name} is for sessions in person"
    if subject.session_date is None or subject.session_date > today:
        return f"event {draft.subject_key} has not taken place; {name} comes after it"
    return None


def offered_year(draft: Draft, _history: History, today: date) -> str | None:
    """Numbers are taken from the first year of the report to the year to come."""
    offered = district_inputs.years(today)
    if draft.payload["school_year"] in offered:
        return None
    return f"school_year must be from {offered[-1]} to {offered[0]}"


def new_numbers(draft: Draft, history: History, _today: date) -> str | None:
    """Numbers that stand already say nothing."""
    subject = (draft.action.subject_type, draft.subject_key)
    word = history.standing(subject, draft.topic)
    if word is None:
        return None
    numbers = {name: value for name, value in draft.payload.items() if name in NUMBERS}
    said = {name: _plain(name, word.payload.get(name)) for name in numbers}
    if any(_plain(name, one) != said[name] for name, one in numbers.items()):
        return None
    return "nothing changes: " + ", ".join(f"{name} is already {one}" for name, one in said.items())


def _words(person: str, history: History) -> Mapping[str, Any]:
    """What stands of all edits of a person so far: field -> value, None where taken back."""
    words: dict[str, Any] = {}
    for key, payload in history.standing_of("edit_person"):
        if key == person:
            words |= payload
    return words


def _plain(name: str, value: object) -> str | None:
    """A value as text, so that 3 and "3", true and "true" are one."""
    if value is None:
        return None
    text = str(value).strip()
    if name in BOOLEANS:
        return text.lower()
    return str(int(text)) if name in NUMBERS else text


RULES: dict[str, Callable[[Draft, History, date], str | None]] = {
    **dict.fromkeys(OWNER_RULES, owner_problem),
    "person_word": person_word,
    "in_person_session": in_person_session,
    "offered_year": offered_year,
    "new_numbers": new_numbers,
}
