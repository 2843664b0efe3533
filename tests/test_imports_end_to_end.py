"""The whole thread with the real dbt project and the real gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.whole_commands import FirstImport, World

pytestmark = pytest.mark.slow


def test_the_first_import_accounts_for_every_row(first_import: FirstImport) -> None:
    world, report = World(first_import.home), first_import.report
    buckets = ("created", "updated", "skipped", "unmatched", "invalid")
    assert report["rows_processed"] == 6
    assert sum(report[f"rows_{bucket}"] for bucket in buckets) == 6
    assert report["unmatched_by_type"] == {"teacher": 1}
    assert report["events_created"] == 5
    assert report["gate"]["passed"] is True
    assert world.read("select count(*) from marts.dim_events") == [(5,)]
    runs = world.read(
        "select source, status, rows_processed, release is not null from ops.import_runs"
        " order by load_seq"
    )
    assert runs == [("roster", "succeeded", 2, False), ("pathful", "succeeded", 6, True)]
    assert world.read("select count(*) > 10, bool_and(is_success) from ops.gate_results") == [
        (True, True)
    ]
    assert world.read("select release from ops.releases where is_current") == [(report["release"],)]
    status = world.run("status")
    assert status["open_work"]["unmatched"]["teacher"] == 1


def test_a_decision_is_stored_pending_and_applied_by_the_build(
    world: World, tmp_path: Path
) -> None:
    ((ticket,),) = world.read("select ticket_key from queues.queue_unmatched")
    ((teacher,),) = world.read(
        "select teacher_key from marts.dim_teachers where last_name = 'Lind'"
    )
    line = {"action": "match_teacher", "subject_key": ticket, "payload": {"teacher_key": teacher}}
    file = tmp_path / "decisions.jsonl"
    file.write_text(json.dumps(line))
    stored = world.run("decide", file)
    assert (stored["stored"], stored["pending"]) == (1, 1)
    world.run("decide", file, exit_code=2)
    assert world.run("build", "--decisions")["status"] == "succeeded"
    assert world.run("status")["pending_decisions"] == 0
    assert world.read("select status, resolved_by from queues.queue_unmatched") == [
        ("resolved", "jordan")
    ]
    matched = "select count(*) from marts.fct_teacher_participation where teacher_key = ?"
    assert world.read(matched.replace("?", f"'{teacher}'")) == [(1,)]
    undo = {"action": "revoke", "revokes": stored["decisions"][0]["decision_id"]}
    file.write_text(json.dumps(undo))
    assert world.run("decide", file, "--build")["pending"] == 0
    assert world.read("select status from queues.queue_unmatched") == [("pending",)]
