"""Staff work through an import: they dismiss, promote, cancel, correct and resolve.

Then Pathful goes on as if nobody had: the same file again, a newer one that contradicts every
decision, and ids for sessions that had none. What a person decided stands until the person takes it
back (pathful.md 4.2, 4.5, 4.9, 6.1, 6.3; lesson 43).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.support import workbooks
from tests.support.stories import begin, differences, forget_everything_built
from tests.support.workbench import (
    CELLS,
    FIRST,
    NAMELESS,
    NEWER,
    Story,
    cell_rows,
    event_key,
    flag_key,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster([workbooks.roster_row()])
    scenario.pathful(FIRST + cell_rows(first=True), headers=workbooks.SESSION_HEADERS)
    story.build("imported")

    key = {name: event_key(f"id:{name}") for name in story.events["imported"]}
    story.decide("dismiss", "dismiss_draft", key["dismissed"], text="Nobody")
    story.decide("retell", "dismiss_draft", key["retold"], preset="duplicate_entry")
    story.decide("promote", "promote_draft", key["promoted"])
    story.decide(
        "reason",
        "set_cancellation_reason",
        key["cancelled"],
        code="TEACHER_CANCELLED",
        notes="Flu at school",
    )
    story.decide("lost", "set_cancellation_reason", key["left"], code="LOW_ENROLLMENT")
    story.decide(
        "edit",
        "edit_event",
        key["corrected"],
        title="Robots",
        session_date="2025-12-09",
        registered_student_count=25,
        notes="Checked with Ana",
    )
    story.decide("later", "edit_event", key["moved"], session_date="2026-04-10")
    story.decide("known", "resolve_flag", flag_key(key["resolved"], "NEEDS_ATTENTION"), reason="x")
    story.decide("fine", "resolve_flag", flag_key(key["alone"], "MISSING_PRESENTER"), reason="ok")
    story.decide("nameless", "promote_draft", NAMELESS)
    for n, (manual, _) in enumerate(CELLS):
        story.decide(f"cell-{n}", "set_status", event_key(f"id:cell-{n}"), status=manual)
    story.build("decided")

    scenario.pathful(FIRST + cell_rows(first=True), headers=workbooks.SESSION_HEADERS)
    story.build("same again")

    scenario.pathful(NEWER + cell_rows(first=False), headers=workbooks.SESSION_HEADERS)
    story.build("contradicted")

    # Retold: it was held after all, then not; the first reason is gone for good.
    story.decide("held", "set_status", key["retold"], status="Completed")
    story.decide("not held", "set_status", key["retold"], status="Cancelled")
    story.decide("reopened", "set_status", key["resolved"], status="Confirmed")
    story.decide("draft again", "set_status", key["resolved"], status="Draft")
    for label in ("dismiss", "promote", "reason", "edit", "later", "nameless"):
        story.revoke(label)
    story.build("taken back")

    story.revoke("fine")
    story.revoke("draft again")
    story.revoke("reopened")
    forget_everything_built(scenario)
    story.build("from nothing")
    return story


def test_the_import_shows_what_there_is_to_decide(story: Story) -> None:
    assert story.drafts["imported"] == {
        "dismissed": "low",
        "retold": "medium",
        "promoted": "high",
        "moved": "medium",
        "resolved": "medium",
        "nameless": "high",
    }
    assert {flag for flag, found in story.flags["imported"].items() if not found[0]} == {
        *((name, "NEEDS_ATTENTION") for name in story.drafts["imported"]),
        ("cancelled", "NEEDS_REASON"),
        ("left", "NEEDS_REASON"),
        ("alone", "MISSING_PRESENTER"),
    }


def test_a_decision_shows_with_the_next_build(story: Story) -> None:
    assert story.statuses("decided") == {
        "dismissed": "Cancelled",
        "retold": "Cancelled",
        "promoted": "Completed",
        "cancelled": "Cancelled",
        "left": "Cancelled",
        "corrected": "Completed",
        "moved": "Draft",
        "resolved": "Draft",
        "nameless": "Completed",
        "alone": "Completed",
    }
    assert story.drafts["decided"] == {"resolved": "medium"}
    events = story.events["decided"]
    dismissed = events["dismissed"]
    assert (dismissed["is_status_manual"], dismissed["imported_status"]) == (True, "Draft")
    assert dismissed["status_decision_id"] == story.decisions["dismiss"]
    assert (dismissed["cancellation_reason"], dismissed["cancellation_notes"]) == (
        "OTHER",
        "Draft review: Nobody",
    )
    assert events["retold"]["cancellation_notes"] == "Duplicate entry"
    cancelled = events["cancelled"]
    assert (cancelled["cancellation_reason"], cancelled["cancellation_notes"]) == (
        "TEACHER_CANCELLED",
        "Flu at school",
    )
    assert cancelled["cancellation_set_by"] == "steward@example.org"
    assert cancelled["cancellation_set_at"] == story.decided_at["reason"]
    corrected = events["corrected"]
    assert corrected["is_corrected"]
    assert (corrected["title"], corrected["session_date"], corrected["staff_notes"]) == (
        "Robots",
        date(2025, 12, 9),
        "Checked with Ana",
    )
    assert corrected["registered_student_count"] == corrected["participant_count"] == 25
    assert corrected["start_at"] == datetime(2025, 12, 9, 6, tzinfo=UTC)
    assert not events["alone"]["is_corrected"]


def test_attendance_follows_the_final_status(story: Story) -> None:
    """pathful.md 4.2 last line, 4.9: students came to the promoted draft, so its teachers did."""
    assert story.credit["imported"]["promoted"] == {"ana.ruiz@example.org": "SignedUp"}
    assert story.credit["decided"]["promoted"] == {"ana.ruiz@example.org": "Attended"}
    assert story.credit["decided"]["dismissed"] == {"ana.ruiz@example.org": "Canceled"}
    assert story.credit["contradicted"] == story.credit["decided"] | {
        "left": {"ana.ruiz@example.org": "Attended"}
    }


def test_a_flag_ends_with_the_decision_that_settles_it(story: Story) -> None:
    flags = story.flags["decided"]
    nobody = (True, True, None)
    for name, label, note in (
        ("dismissed", "dismiss", "Status changed to Cancelled"),
        ("promoted", "promote", "Status changed to Completed"),
        ("nameless", "nameless", "Status changed to Completed"),
        ("moved", "later", "Session date moved to 2026-04-10"),
    ):
        assert flags[name, "NEEDS_ATTENTION"] == [*nobody, story.decided_at[label], note, None]
    assert flags["cancelled", "NEEDS_REASON"] == [
        *nobody,
        story.decided_at["reason"],
        "Reason set",
        None,
    ]
    assert flags["alone", "MISSING_PRESENTER"] == [
        True,
        False,
        "steward@example.org",
        story.decided_at["fine"],
        "ok",
        story.decisions["fine"],
    ]
    assert ("dismissed", "NEEDS_REASON") not in flags


def test_the_same_file_again_moves_nothing_that_is_published(story: Story) -> None:
    moved = differences(story.after["decided"], story.after["same again"])
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
        "queues.queue_unmatched",
    }


def test_a_newer_file_that_contradicts_every_decision_changes_none(story: Story) -> None:
    assert story.statuses("contradicted") == {
        "dismissed": "Cancelled",
        "retold": "Cancelled",
        "promoted": "Completed",
        "cancelled": "Cancelled",
        "left": "Completed",
        "corrected": "Completed",
        "moved": "Draft",
        "resolved": "Draft",
        "n-1": "Completed",
        "alone": "Completed",
    }
    events = story.events["contradicted"]
    assert events["dismissed"]["imported_status"] == "Completed"  # the conflict is there to see
    assert events["promoted"]["imported_status"] == "Cancelled"
    for name in ("dismissed", "retold", "cancelled"):
        for column in ("cancellation_reason", "cancellation_notes", "cancellation_set_at"):
            assert events[name][column] == story.events["decided"][name][column]
    corrected = events["corrected"]
    assert (corrected["title"], corrected["session_date"]) == ("Robots", date(2025, 12, 9))
    assert corrected["registered_student_count"] == 25
    assert corrected["duration_minutes"] == 30  # nobody corrected that
    assert corrected["end_at"] == datetime(2025, 12, 9, 6, 30, tzinfo=UTC)
    assert events["moved"]["session_date"] == date(2026, 4, 10)
    assert story.drafts["contradicted"] == {"resolved": "medium"}


def test_an_import_that_leaves_cancelled_takes_the_reason_along(story: Story) -> None:
    left = story.events["contradicted"]["left"]
    assert (left["status"], left["cancellation_reason"]) == ("Completed", None)
    assert left["cancellation_set_by"] is None


@pytest.mark.parametrize(("manual", "incoming"), CELLS)
def test_a_persons_status_stands_against(story: Story, manual: str, incoming: str) -> None:
    """The last row of the table of pathful.md 4.2."""
    cell = f"cell-{CELLS.index((manual, incoming))}"
    (found,) = [row for row in story.after["contradicted"]["marts.dim_events"] if row[2] == cell]
    assert found[7] == manual


def test_what_was_decided_about_a_session_without_id_goes_with_it_to_its_id(story: Story) -> None:
    assert "nameless" not in story.events["contradicted"]
    named = story.events["contradicted"]["n-1"]
    assert (named["status"], named["imported_status"]) == ("Completed", "Draft")
    assert named["status_decision_id"] == story.decisions["nameless"]
    assert story.flags["contradicted"]["n-1", "NEEDS_ATTENTION"][:2] == [True, True]


def test_what_a_person_resolved_stays_resolved_until_it_ends_and_begins_anew(story: Story) -> None:
    for chapter in ("decided", "same again", "contradicted"):
        assert story.flags[chapter]["resolved", "NEEDS_ATTENTION"][1:3] == [
            False,
            "steward@example.org",
        ]
    assert not story.flags["taken back"]["resolved", "NEEDS_ATTENTION"][0]
    # Without the decisions that made it a draft anew the person's word is about today's again.
    assert story.flags["from nothing"]["resolved", "NEEDS_ATTENTION"][0]


def test_a_revoked_decision_gives_back_what_pathful_says(story: Story) -> None:
    assert story.statuses("taken back") == {
        "dismissed": "Completed",
        "retold": "Cancelled",
        "promoted": "Cancelled",
        "cancelled": "Cancelled",
        "left": "Completed",
        "corrected": "Completed",
        "moved": "Draft",
        "resolved": "Draft",
        "n-1": "Draft",
        "alone": "Completed",
    }
    events = story.events["taken back"]
    assert not events["promoted"]["is_status_manual"]
    assert events["cancelled"]["cancellation_reason"] == "WEATHER"
    assert events["cancelled"]["cancellation_set_by"] is None
    corrected = events["corrected"]
    assert (corrected["title"], corrected["session_date"], corrected["is_corrected"]) == (
        "Robotics 101",
        date(2025, 12, 2),
        False,
    )
    assert corrected["registered_student_count"] == 30
    assert corrected["staff_notes"] is None
    assert set(story.drafts["taken back"]) == {"moved", "resolved", "n-1"}
    for name in ("moved", "n-1"):
        assert not story.flags["taken back"][name, "NEEDS_ATTENTION"][0]


def test_a_reason_does_not_come_back_with_the_status(story: Story) -> None:
    """pathful.md 6.3: leaving Cancelled cleared it."""
    retold = story.events["taken back"]["retold"]
    assert (retold["status"], retold["cancellation_reason"]) == ("Cancelled", None)
    assert retold["cancellation_notes"] is None
    assert not story.flags["taken back"]["retold", "NEEDS_REASON"][0]


def test_each_value_says_which_run_or_decision_brought_it(story: Story) -> None:
    retold = story.lineage("retold")
    assert retold["status"] == [
        "Published",
        "run-004",
        "Cancelled",
        story.decisions["not held"],
        "steward@example.org",
    ]
    corrected = story.lineage("corrected")
    assert corrected["title"] == ["Robotics 101", "run-004", "Robotics 101", None, None]
    assert "cancellation_reason" not in corrected


def test_a_rebuild_gives_what_the_builds_after_each_step_gave(story: Story) -> None:
    """architecture.md 2.1; only what the last three revokes change differs."""
    moved = differences(story.after["taken back"], story.after["from nothing"])
    assert {table for table in moved if table.startswith("marts.")} == {"marts.dim_events"}
    before, after = moved["marts.dim_events"]
    assert {row[2] for row in before} == {row[2] for row in after} == {"resolved"}
    assert story.events["from nothing"]["resolved"]["imported_status"] == "Draft"
    assert not story.events["from nothing"]["resolved"]["is_status_manual"]
    assert not story.flags["from nothing"]["alone", "MISSING_PRESENTER"][0]
