"""What stored decisions make of a session's place on the website and of its districts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.pending import Pending

ACTIONS = ("set_page_visible", "link_district", "unlink_district")


@dataclass(frozen=True)
class Stored:
    """Decisions that wait for the next build.

    Attributes:
        visible: session -> whether it will be on the website.
        links: session and district -> whether they will be linked.
        decisions: all of them, oldest first.
    """

    visible: dict[str, bool]
    links: dict[tuple[str, str], bool]
    decisions: Sequence[Pending]

    def of(self, event_key: str) -> list[Pending]:
        """The decisions on one session."""
        return [item for item in self.decisions if item.subject_key == event_key]


def stored(waiting: Sequence[Pending]) -> Stored:
    """The decisions on publishing among everything that waits."""
    visible: dict[str, bool] = {}
    links: dict[tuple[str, str], bool] = {}
    mine = []
    for item in waiting:
        action = item.revoked_action or item.action
        if item.subject_type != "event" or action not in ACTIONS:
            continue
        mine.append(item)
        is_revoke = item.revokes is not None
        if action == "set_page_visible":
            # The text "true" of an earlier version counts too.
            is_shown = str(item.payload.get("visible")).lower() == "true"
            visible[item.subject_key] = is_shown != is_revoke
        else:
            district = str(item.payload.get("district_key"))
            links[item.subject_key, district] = (action == "link_district") != is_revoke
    return Stored(visible, links, mine)


def districts_after(
    rows: Sequence[dict[str, Any]], event_key: str, waiting: Stored
) -> dict[str, bool]:
    """Districts the session has, or will have -> whether it will have them."""
    found = {str(row["district_key"]): True for row in rows}
    for (event, district), is_linked in waiting.links.items():
        if event == event_key:
            found[district] = is_linked
    return found
