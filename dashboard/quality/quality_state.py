"""What stored decisions make of findings before a build shows it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pending import Pending
from polaris.deciding import decisions
from polaris.deciding.actions import catalogue
from polaris.errors import PolarisError
from polaris.quality_rows import Fixes
from polaris.settings import Settings

SUBJECT = "violation"


def states(waiting: Sequence[Pending]) -> tuple[tuple[str, str], ...]:
    """Finding and state after the next build, for every stored decision that waits."""
    found: dict[str, str] = {}
    for item in waiting:
        action = catalogue().get(item.revoked_action or item.action)
        if item.subject_type != SUBJECT or action is None:
            continue
        found[item.subject_key] = action.from_states[0] if item.revokes else action.to_state
    return tuple(sorted(found.items()))


def fixes(settings: Settings) -> Fixes:
    """The corrections that stand; none when the store cannot be read, which the page says."""
    try:
        return Fixes(decisions.read_all(settings))
    except PolarisError:
        return Fixes([])
