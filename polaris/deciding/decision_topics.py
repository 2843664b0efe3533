"""What a release says about those topics of events that stand in tables of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from polaris.deciding import decision_queries

_TEACHERS = "marts.fct_teacher_participation"
_VOLUNTEERS = "marts.fct_volunteer_participation"


class Release(Protocol):
    """As much of an open release as is asked here."""

    def has(self, table: str, columns: str) -> bool:
        """Whether it has that table with those columns, named apart by blanks."""

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The answer to a query."""


def topics(release: Release, events: Sequence[str]) -> dict[tuple[str, str], str]:
    """(event key, topic) -> state of the tags, overrides, districts and pages of some events."""
    queries = []
    if release.has(_TEACHERS, "event_key match_rule") and release.has(_VOLUNTEERS, "event_key"):
        queries.append(decision_queries.TAGS)
    columns = "override_decision_id override_effect has_override attendance_status"
    if release.has(_TEACHERS, columns):
        queries.append(decision_queries.OVERRIDES)
    if release.has("marts.bridge_event_districts", "event_key district_key") and release.has(
        "marts.dim_events", "event_key inperson_page_visible"
    ):
        queries.append(decision_queries.LINKS)
    if not events:
        return {}
    return {
        (event, topic): state
        for query in queries
        for event, topic, state in release.rows(query, events=events)
    }
