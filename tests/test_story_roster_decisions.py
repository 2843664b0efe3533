"""What people decide about the roster: added, aimed higher, removed, merged; and the archive.

pathful.md 1.6, 3.5, 3.6, 5.3 and 5.6; lessons 11, 19, 73 and 84.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from polaris import archive
from polaris.settings import load_settings
from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    attendance,
    begin,
    differences,
    forget_everything_built,
    session,
    tables,
    teacher_key,
    ticket,
)

pytestmark = pytest.mark.slow

RUIZ, SOTO = "ana.ruiz@example.org", "ana.soto@example.org"
BO, CY, ZOE = "bo@example.org", "cy@example.org", "zoe@example.org"

ROSTER = [
    workbooks.roster_row(Name="Ana Ruiz", Email=RUIZ),
    workbooks.roster_row(Name="Ana Soto", Email=SOTO),
    workbooks.roster_row(Name="Bo Lind", Email=BO),
    workbooks.roster_row(Name="Cy Okafor", Email=CY),
]
ONE = session(1, "One", "2025-10-03")
TWO = session(2, "Two", "2025-11-04")
THREE = session(3, "Three", "2026-02-03")
FIRST = [
    ONE("Ana Ruiz", "ruiz"),
    ONE("Ana Soto", "soto", Attended_Educator_Count=0),
    ONE("Bo Lind", "bo", Attended_Educator_Count=0),
    ONE("Zoe Quill", "zoe"),
    TWO("Ana Ruiz", "ruiz", Attended_Educator_Count=0),
    TWO("Ana Soto", "soto"),
    THREE("Ana Soto", "soto"),
]


@dataclass
class Story:
    scenario: Scenario
    landed: list[int] = field(default_factory=list)
    after: dict[str, Tables] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def build(self, chapter: str) -> None:
        """Builds, and keeps what is over as a command does once the gate has passed."""
        self.scenario.build()
        settings = load_settings({"POLARIS_HOME": str(self.scenario.home)})
        self.after[chapter] = tables(self.scenario)
        self.scenario.close()
        self.landed.append(archive.keep_closed_semesters(settings))
        self.seen[chapter] = {
            "roster": self.roster(),
            "archive": self.archive(),
            "one": attendance(self.scenario, "1"),
            "two": attendance(self.scenario, "2"),
            "three": attendance(self.scenario, "3"),
            "zoe": ticket(self.scenario, "teacher", "Zoe Quill"),
            "pairs": self.scenario.rows(
                "select pair_key, status, shared_event_count, overlap_pct, survivor_teacher_key "
                "from queues.queue_teacher_duplicates"
            ),
            "issues": self.scenario.rows(
                "select category, status, resolution_notes from queues.queue_issue_reports"
            ),
            "year": self.scenario.rows(
                "select unique_teachers, teacher_engagements, estimated_students, total_events, "
                "registered_teachers from marts.agg_district_year_end "
                "where scope_type = 'all' and host = 'prepkc'"
            ),
            "protected": self.scenario.value(
                "select count(*) from queues.queue_dq_violations "
                "where rule_code = 'protected_teacher_skipped'"
            ),
        }

    def roster(self) -> dict[str, dict[str, Any]]:
        columns = (
            "roster_key",
            "is_active",
            "deactivation_source",
            "deactivation_notes",
            "deactivated_by",
            "source",
            "target_sessions",
            "building",
            "merged_into_teacher_key",
        )
        rows = self.scenario.rows(
            f"select email, {', '.join(columns)} from marts.fct_teacher_roster"
        )
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}

    def archive(self) -> list[tuple[Any, ...]]:
        return self.scenario.rows("from marts.fct_progress_archive order by all")

    def fall(self, chapter: str) -> dict[str, Any]:
        """E-mail -> completed sessions of the archived fall."""
        rows = [row for row in self.seen[chapter]["archive"] if row[5] == "Fall 2025"]
        return {row[10]: row[13] for row in rows}

    def people(self, chapter: str) -> set[str]:
        return {email for email, row in self.seen[chapter]["roster"].items() if row["is_active"]}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster(ROSTER)
    scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS)
    story.build("first")

    first = story.seen["first"]
    on_roster = first["roster"]
    scenario.decide(
        "add_to_roster",
        first["zoe"]["ticket_key"],
        {
            "district_key": scenario.value(
                "select district_key from marts.dim_districts "
                "where district_name = 'Hickman Mills School District'"
            ),
            "academic_year": "2025-2026",
            "building": "Hill Academy",
            "name": "Zoe Quill",
            "email": "Zoe@Example.org",
        },
    )

    def decide(email: str, action: str, **payload: Any) -> None:
        key = on_roster[email]["roster_key"]
        scenario.decide(action, key, payload, subject_type="roster_teacher")

    decide(BO, "set_target_sessions", target_sessions=3)
    decide(CY, "deactivate_teacher", category="Retired", notes="Since June")
    decide(BO, "report_issue", category="missing_session", notes="I was there")
    report = scenario.decisions[-1]["decision_id"]
    ((pair, *_),) = first["pairs"]
    survivor = "left" if pair.startswith(teacher_key(scenario, SOTO)) else "right"
    merge = scenario.decide("merge", pair, {"survivor": survivor}, subject_type="pair")
    scenario.pathful(
        [ONE("Bo Lind", "bo")],
        headers=workbooks.SESSION_HEADERS,
        exported_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    story.build("decided")

    scenario.decide("revoke", merge, subject_type="decision", revokes=merge)
    scenario.decide("resolve_issue", report, subject_type="issue", reason="It was counted")
    scenario.roster(ROSTER)
    story.build("undone")

    forget_everything_built(scenario)
    scenario.build()
    story.after["from nothing"] = tables(scenario)
    return story


def test_who_is_added_from_a_ticket_is_tracked_with_all_sessions(story: Story) -> None:
    first, decided = story.seen["first"], story.seen["decided"]
    assert first["zoe"]["status"] == "pending"
    assert ZOE not in first["roster"]
    assert decided["zoe"]["status"] == "created"
    assert decided["zoe"]["resolved_by"] == "steward@example.org"
    zoe = decided["roster"][ZOE]
    assert (zoe["is_active"], zoe["source"], zoe["target_sessions"]) == (True, "decision", 1)
    assert zoe["building"] == "Hill Academy"
    assert decided["one"][ZOE] == "Attended"


def test_a_later_roster_without_the_added_person_deactivates_them(story: Story) -> None:
    zoe = story.seen["undone"]["roster"][ZOE]
    assert (zoe["is_active"], zoe["deactivation_source"]) == (False, "import_diff")
    assert story.seen["undone"]["zoe"]["status"] == "created"


def test_a_target_and_a_deactivation_survive_the_next_roster(story: Story) -> None:
    for chapter in ("decided", "undone"):
        roster = story.seen[chapter]["roster"]
        assert roster[BO]["target_sessions"] == 3
        assert roster[CY]["is_active"] is False
        assert roster[CY]["deactivation_source"] == "manual_admin"
        assert roster[CY]["deactivation_notes"] == "Since June"
        assert roster[CY]["deactivated_by"] == "steward@example.org"
    assert story.scenario.progress(BO) == (1, 0, "In Progress")
    # Only the roster after the decision named the teacher in vain.
    assert [story.seen[name]["protected"] for name in ("first", "decided", "undone")] == [0, 0, 1]


def test_two_spellings_of_one_teacher_are_suggested_and_merged_by_a_person(story: Story) -> None:
    ((pair, status, shared, overlap, survivor),) = story.seen["first"]["pairs"]
    assert (status, shared, overlap, survivor) == ("pending", 2, 100.0, None)
    soto = teacher_key(story.scenario, SOTO)
    assert story.seen["decided"]["pairs"] == [(pair, "merged", 2, 100.0, soto)]
    assert story.seen["undone"]["pairs"] == [(pair, "pending", 2, 100.0, None)]


def test_a_merge_keeps_the_best_attendance_of_each_session_and_counts_once(story: Story) -> None:
    first, decided = story.seen["first"], story.seen["decided"]
    assert (first["one"][RUIZ], first["one"][SOTO]) == ("Attended", "NoShow")
    for name in ("one", "two", "three"):
        assert RUIZ not in decided[name]
        assert decided[name][SOTO] == "Attended"
    duplicate = decided["roster"][RUIZ]
    soto = teacher_key(story.scenario, SOTO)
    assert duplicate["is_active"] is False
    assert duplicate["deactivation_source"] == f"merged_into_{soto}"
    assert duplicate["merged_into_teacher_key"] == soto
    assert story.people("decided") == {SOTO, BO, ZOE}


def test_the_year_end_counts_people_and_engagements(story: Story) -> None:
    """M70, M80, M73, M60 of pathful.md 5.6."""
    assert story.seen["first"]["year"] == [(2, 3, 75, 3, 3)]
    # Soto three times, Bo, whose session was corrected, and Zoe.
    assert story.seen["decided"]["year"] == [(3, 5, 125, 3, 3)]


def test_a_merge_taken_back_restores_everything(story: Story) -> None:
    first, undone = story.seen["first"], story.seen["undone"]
    for name in ("two", "three"):
        assert undone[name] == first[name]
    assert (undone["one"][RUIZ], undone["one"][SOTO]) == ("Attended", "NoShow")
    for email in (RUIZ, SOTO):
        assert undone["roster"][email] == first["roster"][email]


def test_a_reported_issue_waits_until_it_is_resolved(story: Story) -> None:
    assert story.seen["decided"]["issues"] == [("missing_session", "open", None)]
    assert story.seen["undone"]["issues"] == [("missing_session", "resolved", "It was counted")]


def test_the_archive_of_a_semester_that_is_over_never_moves(story: Story) -> None:
    assert story.landed == [4, 0, 0]
    assert story.fall("first") == {RUIZ: 1, SOTO: 1, BO: 0, CY: 0}
    # Bo's session was corrected, the Anas merged, Cy removed, Zoe added: later is too late.
    assert story.seen["decided"]["archive"] == story.seen["first"]["archive"]
    assert story.seen["undone"]["archive"] == story.seen["first"]["archive"]
    assert story.scenario.progress(BO, "fall") == (1, 0, "In Progress")


def test_a_rebuild_gives_the_same(story: Story) -> None:
    assert differences(story.after["undone"], story.after["from nothing"]) == {}
