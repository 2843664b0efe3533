"""Builds of what an import or a decision can reach give what a build of everything gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polaris import releases
from tests.support.whole_commands import World, published, write_sessions

pytestmark = pytest.mark.slow


def test_a_dry_run_foretells_the_real_run(world: World, tmp_path: Path) -> None:
    file = write_sessions(tmp_path / "more.csv", 7)
    before = world.settings.warehouse.read_bytes()
    names = [item.name for item in releases.list_releases(world.settings)]
    foretold = world.run("pathful", file, "--dry-run")
    assert world.settings.warehouse.read_bytes() == before
    assert [item.name for item in releases.list_releases(world.settings)] == names
    assert not any(world.settings.scratch.iterdir())
    real = world.run("pathful", file)
    different = {key for key in real if real[key] != foretold[key]}
    own = {"run_id", "dry_run", "started_at", "finished_at", "duration_seconds", "release"}
    assert different <= own
    assert real["events_created"] == 2


def test_an_import_and_decisions_give_what_a_build_of_everything_gives(
    world: World, tmp_path: Path
) -> None:
    """ADR 0012, 0017: what they cannot change is kept as the last build left it."""
    world.run("pathful", write_sessions(tmp_path / "more.csv", 7))
    assert world.read("select count(*) from marts.dim_events") == [(7,)]
    ((event, ana, roster_key),) = world.read(
        "select min(event_key), min(teacher_key), min(roster_key) "
        "from marts.fct_teacher_participation inner join marts.fct_teacher_roster "
        "using (teacher_key)"
    )
    ((ticket,),) = world.read("select min(ticket_key) from queues.queue_unmatched")
    closed = {"code": "OTHER", "notes": "The building was closed."}
    about_an_event = [
        ("edit_event", event, {"title": "=Careers", "notes": "Asked twice."}),
        ("set_status", event, {"status": "Cancelled"}),
        ("set_cancellation_reason", event, closed),
        ("untag_teacher", event, {"teacher_key": ana}),
    ]
    about_people = [
        ("set_target_sessions", roster_key, {"target_sessions": 3}),
        ("ignore_ticket", ticket, {}),
    ]
    # Each selection is narrower than the one before: what it leaves out, nothing puts right.
    before = published(world)
    for wanted, moved in (
        (about_people, {"marts.fct_teacher_roster", "queues.queue_unmatched", "ops.audit_log"}),
        (about_an_event, {"marts.dim_events", "marts.fct_teacher_progress", "ops.audit_log"}),
    ):
        decide(world, wanted)
        world.run("build", "--decisions")
        applied = published(world)
        assert moved <= {name for name in before if before[name] != applied[name]}
        before = applied
    world.run("build", "--full-refresh")
    assert published(world) == applied
    shown = "select title, status, cancellation_notes from marts.dim_events"
    assert ("=Careers", "Cancelled", "The building was closed.") in world.read(shown)


def decide(world: World, wanted: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Stores decisions: action, subject, payload."""
    file = world.home / "decisions.jsonl"
    file.write_text(
        "\n".join(
            json.dumps({"action": action, "subject_key": key, "payload": payload})
            for action, key, payload in wanted
        )
    )
    assert world.run("decide", file)["stored"] == len(wanted)
