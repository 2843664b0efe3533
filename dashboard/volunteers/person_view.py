"""What the parts of a volunteer's page work with, and what staff said about the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard import pending, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.view import Context
from dashboard.volunteers import words_volunteers
from polaris.deciding import decisions
from polaris.errors import PolarisError
from polaris.settings import Settings

EDIT = "edit_person"


@dataclass(frozen=True)
class Word:
    """What staff say about one field.

    Attributes:
        value: as decided; None where an earlier word was taken back.
        decision_id: of the decision.
        actor: who decided.
        decided_at: UTC.
        is_waiting: whether the release does not show it yet.
    """

    value: Any
    decision_id: str
    actor: str
    decided_at: datetime
    is_waiting: bool


@dataclass(frozen=True)
class PersonView:
    """One volunteer as one request sees the person.

    Attributes:
        context: of the request.
        release: the published release.
        person: the row of dim_volunteers with the organization's name.
        owners: field -> its row of ops.field_ownership.
        said: field -> the newest word of staff that stands.
        taken_back: fields whose word of staff goes with the next build.
        waiting: stored decisions on the person, oldest first.
        heard: column -> the source whose word it is.
    """

    context: Context
    release: OpenRelease
    person: dict[str, Any]
    owners: Mapping[str, dict[str, Any]]
    said: Mapping[str, Word]
    taken_back: frozenset[str]
    waiting: Sequence[Pending]
    heard: Mapping[str, str]

    @property
    def key(self) -> str:
        """The person's key."""
        return str(self.person["person_key"])

    @property
    def name(self) -> str:
        """First and last name."""
        return words_volunteers.full_name(self.person)

    def published(self, field: str) -> Any:
        """What the release says about a field."""
        return self.person.get(words_volunteers.COLUMNS.get(field, field))

    def word(self, field: str) -> Any:
        """What staff say about a field with the stored decisions; None where they say nothing."""
        return self.said[field].value if field in self.said else None

    def sees(self, field: str) -> bool:
        """Whether this person at the screen may read the field at all."""
        is_hidden = field in words_volunteers.SENSITIVE
        return not is_hidden or self.context.may("view_birth_date_and_street")


def said(settings: Settings, key: str) -> tuple[dict[str, Word], frozenset[str]]:
    """What staff say about a person, and the fields whose word the next build takes back.

    Every decision that stands counts, whether the release shows it yet or not.
    """
    try:
        everything = decisions.read_all(settings)
    except PolarisError:
        return {}, frozenset()  # the frame of the page says so
    revoked = {item.revokes for item in everything if item.revokes}
    mine = [item for item in everything if item.action == EDIT and item.subject_key == key]
    shown = pending.applied(settings, [item.decision_id for item in mine])
    found: dict[str, Word] = {}
    before: set[str] = set()
    for item in mine:
        is_shown = item.decision_id in shown
        if is_shown:
            for name, value in item.payload.items():
                (before.discard if value is None else before.add)(name)
        if item.decision_id in revoked:
            continue
        for name, value in item.payload.items():
            found[name] = Word(
                value, item.decision_id, item.actor, item.decided_at, is_waiting=not is_shown
            )
    standing = {name: word for name, word in found.items() if word.value is not None}
    return standing, frozenset(before - set(standing))


def flags(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What everybody should know at once about a person: words and kind of badge."""
    status = person.get("volunteer_status")
    status = "active" if words.is_missing(status) else str(status)
    found = [
        (
            words.label(status, words_volunteers.STATUSES),
            words_volunteers.STATUS_KINDS.get(status, "neutral"),
        )
    ]
    marks = (
        ("is_deleted", "Deleted in Salesforce", "bad"),
        ("is_deceased", "Deceased", "bad"),
        ("do_not_contact", "Must not be contacted", "bad"),
        ("email_opt_out", "Wants no e-mail", "bad"),
        ("is_excluded_from_reports", "Left out of reports", "neutral"),
        ("is_provisional", "Not confirmed yet", "open"),
        ("possible_duplicate", "May be here twice", "open"),
    )
    found += [(text, kind) for name, text, kind in marks if person.get(name) is True]
    return found
