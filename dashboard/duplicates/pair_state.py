"""What stored decisions make of pairs before the next build shows it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pending import Pending
from polaris.deciding.actions import REVOKE, catalogue


def after(item: Pending) -> str:
    """The state of a pair after the next build."""
    known = catalogue().get(item.action)
    if item.action == REVOKE or known is None:
        return "pending"
    return known.to_state or "pending"


def decided(waiting: Sequence[Pending]) -> dict[str, Pending]:
    """The last waiting decision about each pair, of teachers or of volunteers."""
    return {item.subject_key: item for item in waiting if item.subject_type == "pair"}


def states(waiting: Sequence[Pending]) -> tuple[tuple[str, str], ...]:
    """Each pair with a waiting decision and its state after the next build."""
    return tuple(sorted((key, after(item)) for key, item in decided(waiting).items()))
