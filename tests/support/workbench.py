"""The sessions, files and decisions of the workbench story, and what it remembers of each build."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5
from itertools import product
from typing import Any

from tests.support.scenario import Scenario
from tests.support.stories import Tables, attendance, presenter, session, tables

STATUSES = ("Draft", "Requested", "Confirmed", "Published", "Completed", "Cancelled", "No Show")
MANUAL = (*STATUSES, "Simulcast", "Count")
CELLS = list(product(MANUAL, STATUSES))

DRAFT = {"Status": "Draft", "Registered_Student_Count": "0", "Attended_Student_Count": "0"}
HELD = {"Status": "Draft", "Registered_Student_Count": "20", "Attended_Student_Count": "12"}
OPEN_DRAFT = {"Status": "Draft", "Registered_Student_Count": "9", "Attended_Student_Count": "0"}


def story_rows(day: int, *, titles: dict[str, str], **cells: dict[str, Any]) -> list[Any]:
    """The sessions of the story on a day of December; `cells` says what a file changes."""
    rows = []
    for name, changes in cells.items():
        number = None if name == "nameless" else name
        row = session(number, titles.get(name, name), datetime(2025, 12, day), **changes)
        rows.append(row("Ana Ruiz", "ana"))
        rows.append(row("Dave Stone", "dave", **presenter("Acme, Inc.")))
    return rows


FIRST = story_rows(
    1,
    titles={"corrected": "Robtos"},
    dismissed=DRAFT,
    retold=OPEN_DRAFT,
    promoted=HELD,
    cancelled={"Status": "Cancelled"},
    left={"Status": "Cancelled"},
    corrected={"Status": "Completed"},
    moved=OPEN_DRAFT,
    resolved=OPEN_DRAFT,
    nameless=HELD,
)
# Nobody presents here; a person says that is all right.
FIRST.append(session("alone", "alone", "2025-12-01")("Ana Ruiz", "ana"))
NEWER = story_rows(
    2,
    titles={"corrected": "Robotics 101"},
    dismissed={"Status": "Completed"},
    retold={"Status": "Published"},
    promoted={"Status": "Cancelled"},
    cancelled={"Status": "Inclement Weather Cancellation"},
    left={"Status": "Completed"},
    corrected={"Status": "Completed", "Registered_Student_Count": "30", "Duration": "30"},
    moved=OPEN_DRAFT,
    resolved=OPEN_DRAFT,
)
NEWER.append(
    session("n-1", "nameless", "2025-12-01", **OPEN_DRAFT)("Ana Ruiz", "ana"),
)
NEWER.append(session("alone", "alone", "2025-12-01")("Ana Ruiz", "ana"))


def cell_rows(first: bool) -> list[Any]:
    """One session per cell: open in the first report, with the incoming status in the newer one."""
    return [
        session(f"cell-{n}", f"Cell {n}", "2025-10-01", Status="Requested" if first else incoming)(
            "Ana Ruiz", "ana"
        )
        for n, (_, incoming) in enumerate(CELLS)
    ]


def event_key(*parts: str) -> str:
    """Our key of an event: what the decision of a person names."""
    return md5("|".join(("event", *parts)).encode()).hexdigest()


def flag_key(event: str, flag_type: str) -> str:
    """Our key of a flag."""
    return md5(f"flag|{event}|{flag_type}".encode()).hexdigest()


NAMELESS = event_key("nameless", "2025-12-01")


@dataclass
class Story:
    """What was decided and, after each build, how events, flags and the drafts queue stood."""

    scenario: Scenario
    decisions: dict[str, str] = field(default_factory=dict)
    decided_at: dict[str, datetime] = field(default_factory=dict)
    after: dict[str, Tables] = field(default_factory=dict)
    events: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    flags: dict[str, dict[tuple[str, str], list[Any]]] = field(default_factory=dict)
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    credit: dict[str, dict[str, Any]] = field(default_factory=dict)

    def decide(self, label: str, action: str, key: str, **payload: Any) -> None:
        """Stores a decision under a label; `reason` is the decision's own, the rest its payload."""
        reason = payload.pop("reason", None)
        kind = "flag" if action == "resolve_flag" else "event"
        self.decisions[label] = self.scenario.decide(
            action, key, payload, subject_type=kind, reason=reason
        )
        self.decided_at[label] = self.scenario.now

    def revoke(self, label: str) -> None:
        """Takes the decision with this label back."""
        decision = self.decisions[label]
        self.scenario.decide("revoke", decision, subject_type="decision", revokes=decision)

    def build(self, chapter: str) -> None:
        """Builds and keeps what the chapter's tables hold."""
        scenario = self.scenario
        scenario.build()
        self.after[chapter] = tables(scenario)
        columns = [
            name
            for (name,) in scenario.rows(
                "select column_name from information_schema.columns "
                "where table_schema = 'marts' and table_name = 'dim_events' "
                "order by ordinal_position"
            )
        ]
        known = [
            dict(zip(columns, row, strict=True))
            for row in scenario.rows("select * from marts.dim_events")
        ]
        self.events[chapter] = {
            row["pathful_session_id"] or row["title"]: row
            for row in known
            if not (row["pathful_session_id"] or "").startswith("cell-")
        }
        self.flags[chapter] = {
            (name, flag_type): found
            for name, flag_type, *found in scenario.rows(
                """
                select
                    coalesce(events.pathful_session_id, events.title), flags.flag_type,
                    flags.is_resolved, flags.auto_resolved, flags.resolved_by, flags.resolved_at,
                    flags.resolution_notes, flags.decision_id
                from queues.queue_event_flags as flags
                inner join marts.dim_events as events using (event_key)
                where coalesce(events.pathful_session_id, '') not like 'cell-%'
                """
            )
        }
        self.drafts[chapter] = dict(
            scenario.rows(
                """
                select coalesce(pathful_session_id, title), confidence
                from queues.queue_draft_review
                where coalesce(pathful_session_id, '') not like 'cell-%'
                """
            )
        )
        self.credit[chapter] = {
            name: attendance(scenario, name) for name in ("dismissed", "promoted", "left")
        }

    def statuses(self, chapter: str) -> dict[str, str]:
        """Session id (or title) -> final status."""
        return {name: row["status"] for name, row in self.events[chapter].items()}

    def lineage(self, session_id: str) -> dict[str, list[Any]]:
        """Field -> imported value, its run, final value, decision and who took it."""
        return {
            name: found
            for name, *found in self.scenario.rows(
                f"""
                select field, imported_value, imported_run_id, final_value, decision_id, decided_by
                from ops.event_lineage inner join marts.dim_events using (event_key)
                where pathful_session_id = '{session_id}'
                """
            )
        }
