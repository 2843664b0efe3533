"""What the parts of a session's page work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.sessions.event_state import EventState
from dashboard.view import Context


@dataclass(frozen=True)
class EventView:
    """One session as one request sees it.

    Attributes:
        context: of the request.
        release: the published release.
        event: its row of dim_events.
        parts: what hangs on it, as `queries_event.parts` gives it.
        state: it with the stored decisions laid over.
        flags: its flags with their state after the next build.
        waiting: every stored decision that waits, of any subject.
    """

    context: Context
    release: OpenRelease
    event: dict[str, Any]
    parts: dict[str, list[dict[str, Any]]]
    state: EventState
    flags: list[dict[str, Any]]
    waiting: Sequence[Pending]

    @property
    def key(self) -> str:
        """The session's key."""
        return str(self.event["event_key"])

    @property
    def is_past(self) -> bool:
        """Whether the day of the session is over."""
        day = self.event["session_date"]
        return day is not None and day < self.context.today
