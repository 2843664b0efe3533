"""What people decided: stored after every line was checked, all or none (interface.md §4).

Nothing is ever updated or deleted. Undoing is a new decision that revokes an old one.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from polaris import access
from polaris.deciding import decision_store
from polaris.deciding.decision_rights import Rights
from polaris.deciding.decision_shape import Draft, Problem
from polaris.deciding.decision_store import Decision, Refusal, read_all
from polaris.errors import BadInput
from polaris.settings import Settings

__all__ = [
    "BULK_LIMIT",
    "Decision",
    "Refusal",
    "Refused",
    "append",
    "pending",
    "read_all",
    "refusals",
]

# The most decisions a person takes at once in the dashboard (pathful.md 4.9); a file has no limit.
BULK_LIMIT = 100
_PROBLEMS_SHOWN = 50
# What keys of ours look like: a hash, a pair of hashes, a UUID or a semester.
_KEY = re.compile(
    r"[0-9a-f]{32}(-[0-9a-f]{32})?"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9]{4}-[0-9]{4}/(fall|spring)"
)
_log = logging.getLogger(__name__)


class Refused(BadInput):
    """Lines of which not every one is valid; nothing was stored.

    Attributes:
        problems: the number of each bad line, and what is wrong with it.
    """

    def __init__(self, message: str, problems: Mapping[int, str]) -> None:
        super().__init__(message)
        self.problems = problems


def append(
    settings: Settings,
    lines: Sequence[Mapping[str, Any]],
    *,
    actor: str,
    role: str,
    districts: Collection[str] = (),
    teacher_email: str | None = None,
    numbers: Sequence[int] | None = None,
    dry_run: bool = False,
) -> list[Decision]:
    """Stores all lines or none.

    Every line is checked against the catalogue, the rights of the role, the current release and
    the decisions before it; the last check and the writing are one transaction, so that of two
    people who decide the same thing at once one is refused and told what the other did. What is
    refused for want of rights is kept in the store too.

    Args:
        settings: where the store and the current release are.
        lines: {action, subject_type, subject_key, payload, reason, revokes?, actor?}.
        actor: who decides, where a line does not say.
        role: of the actor; it is checked for every line.
        districts: keys of the districts that a district role is limited to.
        teacher_email: the roster e-mail that the role teacher is limited to.
        numbers: the lines' numbers for messages; 1, 2, 3 when not given.
        dry_run: checks everything and stores nothing; the answer is empty.

    Raises:
        Refused: the message names every bad line by its number and what is wrong.
        PolarisError: the store or the release cannot be read.
    """
    from polaris.deciding import decision_facts, decision_rules, decision_shape
    from polaris.deciding.decision_history import History
    from polaris.landed_files import landed_source

    rights = Rights(actor, access.effective_role(role), frozenset(districts), teacher_email)
    numbered = dict(zip(numbers or range(1, len(lines) + 1), lines, strict=True))
    drafts, problems = decision_shape.shape(numbered, actor=actor, role=rights.role)
    stored: list[Decision] = []
    runs = {draft.subject_key for draft in drafts.values() if draft.action.subject_type == "run"}
    landed = {run: source for run in runs if (source := landed_source(settings, run)) is not None}
    with (
        decision_facts.open_release(settings) as release,
        decision_store.exclusive(settings) as connection,
    ):
        history = History(decision_store.read(connection))
        history.look_up(release, list(drafts.values()), rights.districts, landed)
        problems |= decision_rules.conflicts(drafts, history, rights, settings.logical_date)
        if not problems and not dry_run:
            stored = decision_store.insert(connection, _rows(drafts.values()))
    if problems:
        if not dry_run:
            _keep_refusals(settings, rights, numbered, problems)
        is_one_word = numbers is None and len(lines) == 1
        message = _refusal(problems, len(lines), is_one_word=is_one_word)
        raise Refused(message, {number: problems[number].message for number in sorted(problems)})
    return stored


def pending(settings: Settings) -> list[Decision]:
    """Decisions the current release does not show yet, oldest first."""
    from polaris.deciding import decision_facts

    stored = read_all(settings)
    shown = decision_facts.applied(settings, [item.decision_id for item in stored])
    return [item for item in stored if item.decision_id not in shown]


def refusals(settings: Settings) -> list[Refusal]:
    """Every decision that was refused for want of rights, oldest first; keys and codes only."""
    if decision_store.is_absent(settings):
        return []
    with decision_store.opened(settings) as connection:
        return decision_store.read_refusals(connection)


def _rows(drafts: Collection[Draft]) -> list[dict[str, Any]]:
    decided_at = datetime.now(UTC).isoformat(timespec="microseconds")
    return [
        {
            "decision_id": str(uuid.uuid4()),
            "decided_at": decided_at,
            "actor": draft.actor,
            "role": draft.role,
            "action": draft.action.name,
            "subject_type": draft.action.subject_type,
            "subject_key": draft.subject_key,
            "payload": json.dumps(draft.payload, sort_keys=True),
            "reason": draft.reason,
            "revokes": draft.revokes,
        }
        for draft in drafts
    ]


def _keep_refusals(
    settings: Settings,
    rights: Rights,
    lines: Mapping[int, Mapping[str, Any]],
    problems: Mapping[int, Problem],
) -> None:
    """Writes the refusals for want of rights down, at most a page of one call."""
    refused_at = datetime.now(UTC).isoformat(timespec="microseconds")
    rows = [
        {
            "refusal_id": str(uuid.uuid4()),
            "refused_at": refused_at,
            "actor": rights.actor,
            "role": rights.role,
            **_of_the_catalogue(lines[number]),
            "subject_key": _key(lines[number].get("subject_key") or lines[number].get("revokes")),
            "rule_code": problems[number].rule_code,
        }
        for number in sorted(problems)
        if problems[number].rule_code is not None
    ][:BULK_LIMIT]
    if not rows:
        return
    with decision_store.exclusive(settings) as connection:
        decision_store.add(connection, "refusals", rows)
    for row in rows:
        _log.warning(
            "refused %s of %s %s to the role %s: %s",
            row["action"],
            row["subject_type"],
            row["subject_key"],
            row["role"],
            row["rule_code"],
        )


def _of_the_catalogue(line: Mapping[str, Any]) -> dict[str, str]:
    """Action and subject type as the catalogue writes them; what was sent could be a name."""
    from polaris.deciding.actions import catalogue

    known = catalogue().get(str(line.get("action")))
    if known is None:
        return {"action": "?", "subject_type": "?"}
    return {"action": known.name, "subject_type": known.subject_type}


def _key(value: Any) -> str:
    """A key as it came; what has not the shape of our keys could be anybody's name."""
    return value if isinstance(value, str) and _KEY.fullmatch(value) else "?"


def _refusal(problems: Mapping[int, Problem], total: int, *, is_one_word: bool) -> str:
    """What is not valid; who gave one word, and no file, knows of no lines."""
    if is_one_word:
        return f"No decision was stored: {_ended(next(iter(problems.values())).message)}"
    shown = sorted(problems)[:_PROBLEMS_SHOWN]
    lines = "; ".join(f"line {number}: {problems[number].message}" for number in shown)
    more = len(problems) - len(shown)
    rest = f"; and {more} more" if more else ""
    what = "line is" if total == 1 else "lines are"
    said = f"No decision was stored, {len(problems)} of {total} {what} not valid: {lines}{rest}"
    return _ended(said)


def _ended(text: str) -> str:
    """A sentence with its full stop; a question has its mark."""
    return text if text.endswith("?") else f"{text}."
