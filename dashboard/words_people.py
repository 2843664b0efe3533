"""Words for rosters, duplicate teachers and issue reports."""

from __future__ import annotations

from typing import Any

from dashboard import words

DEACTIVATION_SOURCES = {
    "import_diff": "Missing from a newer roster",
    "manual_admin": "Deactivated by staff",
    "year_end": "Year end",
    "purge": "Purged",
    "merged": "Merged into another record",
}
ROSTER_SOURCES = {"roster": "Roster file", "decision": "Added by staff"}
PAIR_STATUSES = {
    "pending": "Open",
    "deferred": "Deferred",
    "rejected": "Two people",
    "merged": "Merged",
}
ISSUE_CATEGORIES = {
    "missing_session": "A session is missing",
    "not_tracked": "A session is not counted",
    "other": "Something else",
}
ISSUE_STATUSES = {"open": "Open", "resolved": "Resolved"}


_HEADING_AT_MOST = 160


def heading(value: Any) -> str:
    """A name as a heading, for Markdown: a very long one is cut, the whole stands below it."""
    text = words.plain(value)
    cut = text[:_HEADING_AT_MOST].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return words.inert(text if len(text) <= _HEADING_AT_MOST else cut)


def deactivation(source: Any) -> str:
    """Why a roster row is inactive; `merged_into_<key>` is a merge."""
    if words.is_missing(source):
        return words.DASH
    text = str(source)
    return words.label("merged" if text.startswith("merged_into") else text, DEACTIVATION_SOURCES)
