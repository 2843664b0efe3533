"""Builds of what an import or a decision can reach give what a build of everything gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polaris import releases
from tests.support.whole_commands import World, published, write_sessions

pytestmark = pytest.mark.slow


def test_an_import_and_decisions_give_what_a_build_of_everything_gives(
    world: World, tmp_path: Path
) -> None:
    """ADR 0012, 0017: what they cannot change is kept as the last build left it."""
    the_dry_run_foretells_the_real_one(world, write_sessions(tmp_path / "more.csv", 7))
    assert world.read("select count(*) from marts.dim_events") == [(7,)]
    ((event, ana, roster_key),) = world.read(
        "select min(event_key), min(teacher_key), min(roster_key) "
        "from marts.fct_teacher_participation inner join marts.fct_teacher_roster "
        "using (teacher_key)"
    )
    ((ticket, teacher),) = world.read(
        "select min(ticket_key), (select teacher_key from marts.dim_teachers "
        "where last_name = 'Lind') from queues.queue_unmatched"
    )
    closed = {"code": "OTHER", "notes": "The building was closed."}
    about_an_event = [
        ("edit_event", event, {"title": "=Careers", "notes": "Asked twice."}),
        ("set_status", event, {"status": "Cancelled"}),
        ("set_cancellation_reason", event, closed),
        ("untag_teacher", event, {"teacher_key": ana}),
    ]
    about_people = [
        ("set_target_sessions", roster_key, {"target_sessions": 3}),
        ("match_teacher", ticket, {"teacher_key": teacher}),
    ]
    # Each selection is narrower than the one before: what it leaves out, nothing puts right.
    before = published(world)
    matched = decide(world, about_people)[1]
    assert world.run("status")["pending_decisions"] == 2
    world.run("decide", world.home / "decisions.jsonl", exit_code=2)
    assert world.run("build", "--decisions")["status"] == "succeeded"
    assert world.run("status")["pending_decisions"] == 0
    state = f"select status, resolved_by from queues.queue_unmatched where ticket_key = '{ticket}'"
    assert world.read(state) == [("resolved", "jordan")]
    applied = published(world)
    people = {"marts.fct_teacher_roster", "marts.fct_teacher_participation", "ops.audit_log"}
    assert people <= {name for name in before if before[name] != applied[name]}
    before = applied
    assert decide(world, about_an_event, "--build")
    applied = published(world)
    events = {"marts.dim_events", "marts.fct_teacher_progress", "ops.audit_log"}
    assert events <= {name for name in before if before[name] != applied[name]}
    undo = world.home / "undo.jsonl"
    undo.write_text(json.dumps({"action": "revoke", "revokes": matched}))
    assert world.run("decide", undo)["pending"] == 1
    world.run("build", "--decisions")
    applied = published(world)
    assert world.read(state) == [("pending", None)]
    world.run("build", "--full-refresh")
    assert published(world) == applied
    shown = "select title, status, cancellation_notes from marts.dim_events"
    assert ("=Careers", "Cancelled", "The building was closed.") in world.read(shown)


def the_dry_run_foretells_the_real_one(world: World, file: Path) -> None:
    """Imports the file, after saying what it would do and doing nothing."""
    before = world.settings.warehouse.read_bytes()
    names = [item.name for item in releases.list_releases(world.settings)]
    foretold = world.run("pathful", file, "--dry-run")
    assert world.settings.warehouse.read_bytes() == before
    assert [item.name for item in releases.list_releases(world.settings)] == names
    assert not any(world.settings.scratch.iterdir())
    real = world.run("pathful", file)
    # Each says of itself whether it was one.
    for counts in (*foretold["metrics"]["staging"].values(), *foretold["metrics"]["dq"].values()):
        assert counts.pop("dry_run") is True
    for counts in (*real["metrics"]["staging"].values(), *real["metrics"]["dq"].values()):
        assert counts.pop("dry_run") is False
    different = {key for key in real if real[key] != foretold[key]}
    own = {"run_id", "dry_run", "started_at", "finished_at", "duration_seconds", "release"}
    assert different <= own
    assert real["events_created"] == 2


def decide(world: World, wanted: list[tuple[str, str, dict[str, Any]]], *options: str) -> list[str]:
    """Stores decisions: action, subject, payload; returns their ids."""
    file = world.home / "decisions.jsonl"
    file.write_text(
        "\n".join(
            json.dumps({"action": action, "subject_key": key, "payload": payload})
            for action, key, payload in wanted
        )
    )
    stored = world.run("decide", file, *options)
    assert stored["stored"] == len(wanted)
    return [item["decision_id"] for item in stored["decisions"]]
