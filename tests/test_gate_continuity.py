"""No fact vanishes against the published release, unless a person's decision explains it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from expectations.continuity import REMOVING_ACTIONS
from expectations.gate import GateResult, run_gate
from tests.support import gate_warehouse

EVENTS = "marts.dim_events"
TEACHERS = "marts.fct_teacher_participation"
DECIDE = (
    "insert into raw_decisions.decisions (decision_seq, decision_id, action, subject_key, revokes)"
)


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, Path]:
    """The sound warehouse and the release made of it: 40 events, 40 teacher participations."""
    warehouse = gate_warehouse.build(tmp_path / "warehouse.duckdb")
    return warehouse, gate_warehouse.publish(warehouse, tmp_path / "release.duckdb")


def judge(published: tuple[Path, Path]) -> GateResult:
    return run_gate(published[0], gate_warehouse.RUN, published[1], checkpoints=["promotion"])


def lose(count: int) -> str:
    return (
        f"delete from {TEACHERS} where event_key in "
        f"(select 'e' || (40 - i) from range(0, {count}) as t (i))"
    )


def test_a_drop_beyond_the_tolerance_fails_and_shows_what_vanished(
    published: tuple[Path, Path],
) -> None:
    gate_warehouse.break_it(published[0], lose(3))
    (failure,) = judge(published).failures
    assert failure["expectation"] == "fact_count_does_not_drop"
    assert failure["column_name"] == TEACHERS
    assert "from 40 to 37 rows (7.5 %" in failure["message"]
    assert failure["rows"] == [
        {"event_key": key, "teacher_key": "t1"} for key in ("e38", "e39", "e40")
    ]


def test_a_drop_within_the_tolerance_passes(published: tuple[Path, Path]) -> None:
    gate_warehouse.break_it(published[0], lose(2))
    result = judge(published)
    assert result.passed
    assert result.warnings == []


@pytest.mark.parametrize(
    "decision",
    [
        "(1, 'x', 'exclude_load', 'some-run', null)",
        "(1, 'x', 'include_load', 'some-run', null)",
    ],
)
def test_a_load_that_was_excluded_explains_the_drop(
    published: tuple[Path, Path], decision: str
) -> None:
    gate_warehouse.break_it(published[0], lose(20), f"{DECIDE} values {decision}")
    result = judge(published)
    assert result.passed
    assert [w["expectation"] for w in result.warnings] == ["explained_drop_is_known"]


def test_a_revoked_inclusion_explains_the_drop(published: tuple[Path, Path]) -> None:
    known = f"{DECIDE} values (1, 'x', 'include_load', 'some-run', null)"
    gate_warehouse.break_it(published[0], lose(20), known)
    gate_warehouse.break_it(published[1], "insert into ops.audit_log (decision_id) values ('x')")
    assert not judge(published).passed
    gate_warehouse.break_it(published[0], f"{DECIDE} values (2, 'y', 'revoke', 'x', 'x')")
    assert judge(published).passed


def test_a_decision_the_release_knew_explains_nothing(published: tuple[Path, Path]) -> None:
    decision = f"{DECIDE} values (1, 'x', 'exclude_load', 'some-run', null)"
    gate_warehouse.break_it(published[0], lose(3), decision)
    gate_warehouse.break_it(published[1], "insert into ops.audit_log (decision_id) values ('x')")
    assert not judge(published).passed


def told(decision_id: str, audit_action: str = "STATUS_CHANGED", **about: str) -> str:
    """A decision as the audit log of the new build tells it."""
    row = {"decision_id": decision_id, "source": "manual", "audit_action": audit_action} | about
    values = ", ".join(f"'{value}'" for value in row.values())
    return f"insert into ops.audit_log ({', '.join(row)}) values ({values})"


@pytest.mark.parametrize(
    ("decisions", "is_explained"),
    [
        # Each untag explains its own participation and no other.
        ([told(str(n), event_key=f"e{n}", teacher_key="t1") for n in (38, 39, 40)], True),
        ([told("38", event_key="e38", teacher_key="t1")], True),
        ([told("1", event_key="e1", teacher_key="t1")], False),
        ([told("1", event_key="e40", teacher_key="t2")], False),
        ([told("1", event_key="e40", person_key="p1")], False),
        # A match or a merge is about the teacher everywhere.
        ([told("1", teacher_key="t1")], True),
        # A status takes away who only was credited there.
        ([told(str(n), event_key=f"e{n}") for n in (39, 40)], True),
        # What an import changed explains nothing.
        ([told("1", teacher_key="t1").replace("manual", "import")], False),
    ],
)
def test_a_drop_is_explained_by_decisions_about_the_very_facts(
    published: tuple[Path, Path], decisions: list[str], is_explained: bool
) -> None:
    gate_warehouse.break_it(published[0], lose(3), *decisions)
    result = judge(published)
    assert result.passed is is_explained
    if is_explained:
        assert [w["expectation"] for w in result.warnings] == ["explained_drop_is_known"]
    # A decision that the release knew of explains nothing.
    gate_warehouse.break_it(published[1], *decisions)
    assert not judge(published).passed


def test_only_a_decision_that_may_take_facts_away_explains_a_drop(
    published: tuple[Path, Path],
) -> None:
    about = {"event_key": "e1", "person_key": "p1"}
    harmless = (
        "PRESENTER_ADDED",
        "PERSON_UPDATED",
        "FIELD_UPDATED",
        "PAGE_VISIBILITY_SET",
        "PAGE_VISIBILITY_REVERSED",
        "DISTRICT_LINKED",
        "DISTRICT_UNLINKED",
        "FLAG_RESOLVED",
        "ATTENDANCE_DETAIL_SET",
        "ATTENDANCE_DETAIL_REVERSED",
        "DISTRICT_INPUT_SET",
        "CANCELLATION_REASON_SET",
        "ISSUE_RESOLVED",
    )
    gate_warehouse.break_it(
        published[0],
        "delete from marts.fct_volunteer_participation",
        *(told(word, word, **about) for word in harmless),
    )
    assert not judge(published).passed
    gate_warehouse.break_it(published[0], told("untag", "PRESENTER_REMOVED", **about))
    assert judge(published).passed


def test_every_action_that_explains_is_a_word_of_the_audit_log() -> None:
    with (gate_warehouse.ROOT / "seeds/map_audit_actions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    words = {row["audit_action"] for row in rows} | {row["revoke_audit_action"] for row in rows}
    assert set(REMOVING_ACTIONS) <= words


def test_students_and_what_they_did_may_not_vanish(published: tuple[Path, Path]) -> None:
    tables = {
        "marts.fct_student_participation": "participation_key",
        "marts.dim_students": "student_key",
    }
    for table, key in tables.items():
        known = f"insert into {table} ({key}) select 'known ' || i from range(0, 20) as t (i)"
        gate_warehouse.break_it(published[1], known)
        gate_warehouse.break_it(
            published[0], known, f"delete from {table} where {key} in ('known 1', 'known 2')"
        )
    lost = {
        failure["column_name"]: failure["rows"]
        for failure in judge(published).failures
        if failure["expectation"] == "fact_count_does_not_drop"
    }
    assert lost == {table: [{key: "known 1"}, {key: "known 2"}] for table, key in tables.items()}


def test_a_match_explains_the_tickets_own_person_and_its_event(
    published: tuple[Path, Path],
) -> None:
    lost = "delete from marts.fct_volunteer_participation"
    gate_warehouse.break_it(published[0], lost, told("1", ticket_key="k1", person_key="p9"))
    for own_key, event_key, is_explained in (
        ("p2", "e2", False),
        ("p1", "e2", True),
        ("p2", "e1", True),
    ):
        gate_warehouse.break_it(
            published[1],
            f"update queues.queue_unmatched set own_key = '{own_key}', event_key = '{event_key}'",
        )
        assert judge(published).passed is is_explained


def test_an_untag_explains_the_presenter_in_that_event_only(published: tuple[Path, Path]) -> None:
    lost = "delete from marts.fct_volunteer_participation"
    gate_warehouse.break_it(published[0], lost, told("1", event_key="e2", person_key="p1"))
    assert not judge(published).passed
    gate_warehouse.break_it(published[0], told("2", event_key="e1", person_key="p1"))
    assert judge(published).passed


def test_facts_under_new_keys_are_told_but_pass(published: tuple[Path, Path]) -> None:
    gate_warehouse.break_it(
        published[0],
        "update marts.fct_volunteer_participation set participation_key = 'v2'",
    )
    result = judge(published)
    assert result.passed
    (warning,) = result.warnings
    assert (warning["expectation"], warning["column_name"]) == (
        "fact_keys_stay",
        "marts.fct_volunteer_participation",
    )


def test_a_release_without_a_table_is_no_measure_for_it(published: tuple[Path, Path]) -> None:
    gate_warehouse.break_it(published[0], lose(20))
    gate_warehouse.break_it(published[1], f"drop table {TEACHERS}")
    assert judge(published).passed


def test_the_gate_writes_nothing(published: tuple[Path, Path], tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in published}
    judge(published)
    assert {path: path.read_bytes() for path in published} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "release.duckdb",
        "warehouse.duckdb",
    ]


def test_a_path_with_a_quote_is_no_obstacle(published: tuple[Path, Path], tmp_path: Path) -> None:
    odd = tmp_path / "Ana's release.duckdb"
    shutil.copyfile(published[1], odd)
    assert judge((published[0], odd)).passed
