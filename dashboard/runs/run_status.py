"""How a run ended or stands: its word, and the colour of each status (platform.md 6.2).

The word is always there; the colour only helps the eye to find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import words
from polaris import ledger


@dataclass(frozen=True)
class _Look:
    """A colour as Markdown names it and as a list draws it, and an icon."""

    name: str
    pale: str
    icon: str


_LOOKS = {
    "pending": _Look("yellow", "#f7dc9a", "schedule"),
    "running": _Look("blue", "#bcd7ea", "progress_activity"),
    "succeeded": _Look("green", "#bfe3c3", "check_circle"),
    "failed": _Look("red", "#f3b8b0", "error"),
    "partially_failed": _Look("orange", "#f6c58f", "warning"),
}
# Of a run that somebody stopped, or paused, the platform names no colour.
_CANCELLED = _Look("gray", "#d9e0e7", "cancel")
_PAUSED_ICON = "pause_circle"
PAUSED = "Paused"


def word(run: Mapping[str, Any]) -> str:
    """The status in words; a backfill that somebody paused is told from a run that was stopped.

    Args:
        run: its report.
    """
    return PAUSED if _is_paused(run) else words.label(run["status"], words.RUN_STATUSES)


def colour(run: Mapping[str, Any]) -> str:
    """What its word stands on in a list, for dark letters: `#bfe3c3`."""
    return _look(run).pale


def badge(run: Mapping[str, Any]) -> str:
    """An icon and the word on the status's colour, as Markdown."""
    look = _look(run)
    icon = _PAUSED_ICON if _is_paused(run) else look.icon
    return f":{look.name}-background[:material/{icon}: {words.inert(word(run))}]"


def _look(run: Mapping[str, Any]) -> _Look:
    return _LOOKS.get(run["status"], _CANCELLED)


def _is_paused(run: Mapping[str, Any]) -> bool:
    return ledger.is_paused(run["status"], run.get("error_summary"))
