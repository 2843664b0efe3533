"""What people may decide about two records that may be one (platform.md 4.12, pathful.md 3.6).

Of two teachers one survives, so a merge names the side. Of two volunteers neither goes: their
records stay, so a merge may choose whose value counts, and merges are undone last one first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from polaris import access
from polaris.deciding.decision_history import History
from polaris.deciding.decision_shape import ROLE_MAY_NOT, Draft, Problem
from polaris.deciding.decision_store import Decision
from polaris.deciding.pair_facts import PAIRS, VOLUNTEER

AUTO_MERGED = "auto_merged"
_NAMED_AT_MOST = 5


def _is_of_volunteers(key: str, history: History) -> bool:
    subject = history.facts.subjects.get((PAIRS, key))
    return subject is not None and subject.kind == VOLUNTEER


def merge_payload(draft: Draft, history: History, _today: date) -> str | None:
    """A merge of teachers names who stays, one of volunteers at most whose values count."""
    given = {name for name, value in draft.payload.items() if value is not None}
    if _is_of_volunteers(draft.subject_key, history):
        if "survivor" in given:
            return "survivor is for teachers: both records of a volunteer stay"
        return None
    if "winners" in given:
        return "winners is for volunteers; for teachers say survivor"
    if "survivor" not in given:
        return "merge needs survivor in its payload"
    return None


def pulls_apart(draft: Draft, history: History, _today: date) -> str | Problem | None:
    """To tell apart what a rule merged is an undo (platform.md 4.12, R-19)."""
    state = history.state(draft.action, draft.subject_key, draft.topic)
    if state.value != AUTO_MERGED:
        return None
    if draft.role != access.ADMIN:
        message = f"the role {draft.role} may not undo a merge, and a rule merged this pair"
        return Problem(message, ROLE_MAY_NOT)
    return None if draft.reason else "to undo a merge needs a reason"


def no_circle(draft: Draft, history: History, _today: date) -> str | None:
    """Two teachers merged into each other, directly or through others, would both be gone."""
    pairs = history.facts.pairs
    if draft.subject_key not in pairs:
        return None
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


def undo_problem(draft: Draft, target: Decision, history: History) -> str | Problem | None:
    """Why what was said about volunteers is not taken back; None where it may be."""
    if not _is_of_volunteers(target.subject_key, history):
        return None
    if target.action == "not_duplicate":
        return _merges_again(draft, target, history)
    if target.action != "merge":
        return None
    if not draft.reason:
        return "to revoke a merge of volunteers needs a reason"
    dependents = _built_on(target.subject_key, history)
    if not dependents:
        return None
    named = ", ".join(dependents[:_NAMED_AT_MOST])
    more = len(dependents) - _NAMED_AT_MOST
    rest = f" and {more} more" if more > 0 else ""
    return f"later merges build on this one, take them back first: {named}{rest}"


def _merges_again(draft: Draft, target: Decision, history: History) -> Problem | None:
    """Two whom a rule merges are one again when nobody tells them apart: that is a merge (R-19).

    To pull a merge apart takes an administrator with a reason; whether that is what the decision
    did is not known any more once a release shows it, nor what a rule makes of the pair since.
    """
    if draft.role == access.ADMIN:
        return None
    was_pulled_apart = target.role == access.ADMIN and target.reason
    if not was_pulled_apart and target.subject_key not in history.facts.would_merge:
        return None
    message = f"the role {draft.role} may not take this back: a rule may merge the pair again"
    return Problem(message, ROLE_MAY_NOT)


def _built_on(key: str, history: History) -> list[str]:
    """Standing merges that came after this one and touch a record of the group it made."""
    merges = [one for one, payload in history.standing_of("merge") if "survivor" not in payload]
    if key not in merges:
        return []
    place = merges.index(key)
    group = _group(key, [*history.facts.merged_by_rule, *merges[: place + 1]])
    return [one for one in merges[place + 1 :] if set(_records(one)) & group]


def _group(key: str, pairs: Iterable[str]) -> set[str]:
    """The records that are one person through these pairs, starting from one of them."""
    beside: dict[str, set[str]] = {}
    for pair in pairs:
        left, right = _records(pair)
        beside.setdefault(left, set()).add(right)
        beside.setdefault(right, set()).add(left)
    group: set[str] = set()
    open_ones = list(_records(key))
    while open_ones:
        record = open_ones.pop()
        if record not in group:
            group.add(record)
            open_ones += beside.get(record, set())
    return group


def _records(pair_key: str) -> tuple[str, str]:
    """A pair's key is the hashes of its two records with a hyphen between."""
    left, _, right = pair_key.partition("-")
    return left, right


RULES: dict[str, Callable[[Draft, History, date], str | Problem | None]] = {
    "merge_payload": merge_payload,
    "no_circle": no_circle,
    "pulls_apart": pulls_apart,
}
