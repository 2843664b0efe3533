"""A report is imported, imported again, corrected, and followed by a weekly and an older one.

What each import may change stands in pathful.md 4.2 to 4.7; nothing else may move.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    attendance,
    begin,
    bucket_of,
    differences,
    event,
    forget_everything_built,
    presenter,
    session,
    tables,
    ticket,
)

pytestmark = pytest.mark.slow

# Where a run is the newest to name a thing, and how often all files name it; a file that says
# nothing new moves only these.
LAST_SEEN = (
    "last_seen_run_id",
    "last_seen_at",
    "occurrence_count",
    "affected_row_count",
    "row_count",
)

HEALTH = session(1001, "Careers in health", "2025-09-03 10:30:00")
ROBOTS = session(
    1002,
    "Robots",
    "2026-04-02",
    Status="Published",
    Registered_Student_Count="n/a",
    Attended_Student_Count="",
    Attended_Educator_Count="n/a",
)
STORM = session(1003, "Storm day", "2025-11-05", Status="Inclement Weather Cancellation")
SOMEDAY = session(1004, "Some day", None, Status="Requested", Duration=45)
IDEA = session(1005, "An idea", None, Status="DRAFT")
MOVED = session(1006, "Moved to a person", "2025-10-01", Status="Moved to in-person")
OTHERS = session(1007, "Somebody else's", "2025-10-02", Partner="Other partner")

STUDENT = {"SignUp_Role": "Student"}

FIRST = [
    HEALTH("Ana Ruiz", "ana"),
    HEALTH("Bo Chen", "bo", Attended_Educator_Count="0", School="Oak Elementary School"),
    HEALTH("Dave Stone", "dave", **presenter("Acme, Inc.")),
    HEALTH("Kid One", "kid-1", **STUDENT, Registered_Student_Count=24),
    ROBOTS("Ana Ruiz", "ana"),
    ROBOTS("Zed Quill", "zed", School="Hill Academy"),
    STORM("Bo Chen", "bo"),
    SOMEDAY("Ana Ruiz", "ana"),
    IDEA("Ana Ruiz", "ana"),
    OTHERS("Ana Ruiz", "ana"),
    HEALTH("Pat Ruiz", "pat", SignUp_Role="Parent"),
    HEALTH("Ana Ruiz", "ana", Date="soon"),
    HEALTH("Ana Ruiz", "ana", Title=None),
    HEALTH("Ana Ruiz", "ana"),
    MOVED("Kim Poe", "kim"),
    dict.fromkeys(workbooks.SESSION_HEADERS),
    HEALTH("Kid Two", None, SignUp_Role="Guardian"),
]
BUCKETS = {
    2: "created",
    3: "created",
    4: "unmatched/volunteer",
    5: "created",
    6: "created",
    7: "unmatched/teacher",
    8: "created",
    9: "unmatched/no_date_session",
    10: "skipped/undated_draft",
    11: "skipped/other_partner",
    12: "skipped/parent_role",
    13: "invalid/bad_date",
    14: "invalid/missing_title",
    15: "skipped/duplicate_row",
    16: "invalid/invalid_status",
    17: "skipped/blank_row",
    18: "invalid/invalid_role",
}
SAME_AGAIN = BUCKETS | dict.fromkeys([2, 3, 5, 6, 8], "skipped/unchanged")

# A week later: a new title, day and duration, fewer students, Ana missed it, Bo came.
HEALTH_CORRECTED = session(
    1001,
    "Careers in medicine",
    "2025-09-10 09:00:00",
    Duration=90,
    Registered_Student_Count=15,
    Attended_Student_Count=0,
)
CORRECTED = [
    HEALTH_CORRECTED("Ana Ruiz", "ana", Attended_Educator_Count="n/a"),
    HEALTH_CORRECTED("Bo Chen", "bo", School="Oak Elementary School"),
    HEALTH_CORRECTED("Dave Stone", "dave", **presenter("Acme, Inc.")),
    *FIRST[4:8],
]
NEW = session(1008, "Bridges", "2026-03-02")
WEEKLY = [NEW("Kim Poe", "kim"), ROBOTS("Ana Ruiz", "ana", Status="Completed")]


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str] = field(default_factory=dict)
    after: dict[str, Tables] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)

    def build(self, chapter: str, run_id: str, *, with_dbt: bool = False) -> None:
        if with_dbt:
            self.scenario.build_with_dbt()
        else:
            self.scenario.build()
        self.runs[chapter] = run_id
        self.after[chapter] = tables(self.scenario)
        self.seen[chapter] = {
            "health": event(
                self.scenario,
                "1001",
                "title",
                "session_date",
                "start_at",
                "end_at",
                "duration_minutes",
                "registered_student_count",
                "attended_student_count",
                "status",
            ),
            "robots": event(self.scenario, "1002", "title", "status", "registered_student_count"),
            "attendance": attendance(self.scenario, "1001"),
            "buckets": self.scenario.buckets(run_id),
            "rows": {n: bucket_of(self.scenario, run_id, n) for n in self.row_numbers(run_id)},
            "counts": self.scenario.rows(
                "select rows_processed, rows_created, rows_updated, rows_skipped, rows_unmatched, "
                "rows_invalid, events_created, events_updated, teachers_matched, tickets_new "
                f"from ops.import_runs where run_id = '{run_id}'"
            )[0],
            "zed": ticket(self.scenario, "teacher", "Zed Quill"),
        }

    def row_numbers(self, run_id: str) -> list[int]:
        return [
            number
            for (number,) in self.scenario.rows(
                f"select row_number from ops.import_rows where run_id = '{run_id}'"
            )
        ]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster(
        [
            workbooks.roster_row(),
            workbooks.roster_row(Building="Oak Elementary", Name="Bo Chen", Email="bo@example.org"),
            workbooks.roster_row(Name="Kim Poe", Email="kim@example.org"),
        ]
    )
    story.build("first", scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS))
    story.build("identical", scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS))
    story.build("re-saved", scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS[::-1]))
    story.build("corrected", scenario.pathful(CORRECTED, headers=workbooks.SESSION_HEADERS))
    older = scenario.pathful(
        [*FIRST, session(900, "Long ago", "2024-05-05")("Ana Ruiz", "ana")],
        headers=workbooks.SESSION_HEADERS,
        exported_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
    )
    story.build("weekly", scenario.pathful(WEEKLY, headers=workbooks.SESSION_HEADERS))
    story.runs["older"] = older
    story.build("uploaded late", scenario.pathful([*FIRST[4:6], *FIRST[:4]]))
    forget_everything_built(scenario)
    story.build("from nothing", story.runs["uploaded late"], with_dbt=True)
    return story


def test_the_first_import_puts_every_row_in_its_bucket(story: Story) -> None:
    first = story.seen["first"]
    assert first["rows"] == BUCKETS
    processed, *parts = first["counts"][:6]
    assert processed == sum(parts) == len(FIRST)
    assert first["counts"][6:] == (4, 0, 2, 5)


def test_the_first_import_makes_sessions_of_rows(story: Story) -> None:
    assert story.seen["first"]["health"] == (
        "Careers in health",
        datetime(2025, 9, 3).date(),
        datetime(2025, 9, 3, 15, 30, tzinfo=UTC),
        datetime(2025, 9, 3, 16, 30, tzinfo=UTC),
        60,
        24,
        18,
        "Completed",
    )
    assert story.seen["first"]["robots"] == ("Robots", "Published", None)
    assert story.seen["first"]["attendance"] == {
        "ana.ruiz@example.org": "Attended",
        "bo@example.org": "NoShow",
    }


def test_an_unknown_status_is_requested_and_noted_and_the_weather_is_a_reason(story: Story) -> None:
    scenario = story.scenario
    assert event(scenario, "1006", "status", "raw_status") == ("Requested", "Moved to in-person")
    assert attendance(scenario, "1006") == {"kim@example.org": "SignedUp"}
    assert event(scenario, "1003", "status", "cancellation_reason") == ("Cancelled", "WEATHER")
    violations = scenario.rows("select distinct rule_code from queues.queue_dq_violations")
    assert {code for (code,) in violations} >= {
        "invalid_status",
        "bad_date",
        "missing_title",
        "invalid_role",
    }


def test_neither_students_nor_parents_become_anybody(story: Story) -> None:
    """pathful.md 3.4: below staging not even the name of a student is kept."""
    for schema in ("intermediate", "marts", "queues", "ops"):
        for table, rows in tables(story.scenario, [schema]).items():
            assert "kid one" not in repr(rows).lower(), table
            assert "pat ruiz" not in repr(rows).lower(), table
    assert story.scenario.value("select count(*) from marts.dim_teachers") == 3
    assert story.scenario.value("select count(*) from marts.dim_volunteers") == 1


@pytest.mark.parametrize("chapter", ["identical", "re-saved"])
def test_the_same_content_again_creates_and_updates_nothing(story: Story, chapter: str) -> None:
    again = story.seen[chapter]
    assert again["rows"] == SAME_AGAIN
    assert again["counts"][1:3] == (0, 0)
    assert again["counts"][6:8] == (0, 0)
    assert again["counts"][9] == 0


def test_the_same_bytes_again_move_no_mart_and_only_count_on_the_tickets(story: Story) -> None:
    moved = differences(story.after["first"], story.after["identical"])
    assert set(moved) == {
        "ops.alerts",
        "ops.anomalies",
        "ops.anomaly_measures",
        "ops.import_fields",
        "ops.import_rows",
        "ops.import_runs",
        "ops.import_skips",
        "ops.reconciliation",
        "ops.source_freshness",
        "queues.queue_dq_violations",
        "queues.queue_unmatched",
    }
    tickets = "queue_unmatched"
    names = columns(story, tickets)
    before, after = moved[f"queues.{tickets}"]
    for one, other in zip(before, after, strict=True):
        changed = {n: (a, b) for n, a, b in zip(names, one, other, strict=True) if a != b}
        assert set(changed) == {"occurrence_count", "last_seen_run_id", "last_seen_at"}
        assert changed["occurrence_count"] == (1, 2)


def columns(story: Story, table: str) -> list[str]:
    """A table's columns, in the order of its rows."""
    found = story.scenario.rows(
        f"select column_name from information_schema.columns where table_name = '{table}' "
        "order by ordinal_position"
    )
    return [name for (name,) in found]


def test_the_same_content_in_another_file_moves_only_when_it_was_last_seen(story: Story) -> None:
    names = {
        table: columns(story, table.rpartition(".")[2])
        for table in story.after["identical"]
        if not table.startswith("ops.")
    }
    for table, heads in names.items():
        kept = [n for n, head in enumerate(heads) if head not in LAST_SEEN]
        before, after = (
            sorted((tuple(row[n] for n in kept) for row in story.after[chapter][table]), key=repr)
            for chapter in ("identical", "re-saved")
        )
        if table == "queues.queue_unmatched":  # its raw row is the file's, columns in its order
            raw = [heads[n] for n in kept].index("raw_json")
            before, after = (
                sorted((row[:raw] + row[raw + 1 :] for row in rows), key=repr)
                for rows in (before, after)
            )
        assert before == after, table
    assert story.seen["re-saved"]["zed"]["occurrence_count"] == 3


def test_a_correction_is_taken_over_also_downwards(story: Story) -> None:
    """pathful.md 4.4, 4.6; lessons 31, 32, 42 and 58."""
    corrected = story.seen["corrected"]
    assert corrected["health"] == (
        "Careers in medicine",
        datetime(2025, 9, 10).date(),
        datetime(2025, 9, 10, 14, 0, tzinfo=UTC),
        datetime(2025, 9, 10, 15, 30, tzinfo=UTC),
        90,
        15,
        0,
        "Completed",
    )
    assert corrected["attendance"] == {
        "ana.ruiz@example.org": "NoShow",
        "bo@example.org": "Attended",
    }
    assert corrected["rows"] == {
        2: "updated",
        3: "updated",
        4: "unmatched/volunteer",
        5: "skipped/unchanged",
        6: "unmatched/teacher",
        7: "skipped/unchanged",
        8: "unmatched/no_date_session",
    }
    assert corrected["counts"][6:8] == (0, 1)
    assert story.scenario.value("select count(*) from marts.dim_events where title like 'Ca%'") == 1


def test_what_a_partial_file_does_not_name_stays(story: Story) -> None:
    """pathful.md 1.4: a session missing from a later file is no deletion."""
    before = {row[0]: row for row in story.after["corrected"]["marts.dim_events"]}
    after = {row[0]: row for row in story.after["weekly"]["marts.dim_events"]}
    assert {row[4] for key, row in after.items() if key not in before} == {"Bridges", "Long ago"}
    names = columns(story, "dim_events")
    facts = [n for n, name in enumerate(names) if name not in LAST_SEEN]
    moved = {key for key, row in before.items() if any(after[key][n] != row[n] for n in facts)}
    assert {before[key][4] for key in moved} == {"Robots"}
    assert story.seen["weekly"]["robots"][1] == "Completed"
    assert story.seen["weekly"]["rows"] == {2: "created", 3: "updated"}


def test_an_older_export_adds_what_is_missing_and_moves_nothing_back(story: Story) -> None:
    """pathful.md 4.2; lesson 44. It landed between the correction and the weekly file."""
    weekly, corrected = story.seen["weekly"], story.seen["corrected"]
    assert weekly["health"] == corrected["health"]
    assert weekly["attendance"] == corrected["attendance"]
    assert event(story.scenario, "900", "title") == "Long ago"
    buckets = story.scenario.buckets(story.runs["older"])
    assert buckets["created"] == 1
    assert "updated" not in buckets


def test_an_old_file_of_unknown_age_is_the_newest_but_no_status_goes_back(story: Story) -> None:
    late = story.seen["uploaded late"]
    assert late["health"] == story.seen["first"]["health"]
    assert late["attendance"] == story.seen["first"]["attendance"]
    assert late["robots"] == ("Robots", "Completed", None)


def test_a_rebuild_gives_what_the_builds_after_each_file_gave(story: Story) -> None:
    """architecture.md 2.1: the published tables are a function of what landed."""
    assert differences(story.after["uploaded late"], story.after["from nothing"]) == {}
