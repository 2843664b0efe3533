"""Builds of what an import or a decision can reach give what a build of everything gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.whole_commands import World, published, write_sessions

pytestmark = pytest.mark.slow


def test_an_import_builds_only_what_it_reaches_and_gives_what_a_whole_build_gives(
    world: World, tmp_path: Path
) -> None:
    """ADR 0017: what a Pathful file cannot change is kept as the last build left it."""
    world.run("pathful", write_sessions(tmp_path / "more.csv", 7))
    narrow = published(world)
    assert len(narrow["marts.dim_events"]) == 7
    world.run("build", "--full-refresh")
    assert published(world) == narrow


def test_applying_decisions_gives_what_a_build_of_everything_gives(world: World) -> None:
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
    before = published(world)
    for wanted, moved in (
        (about_an_event, {"marts.dim_events", "marts.fct_teacher_progress", "ops.audit_log"}),
        (about_people, {"marts.fct_teacher_roster", "queues.queue_unmatched", "ops.audit_log"}),
    ):
        decide(world, wanted)
        world.run("build", "--decisions")
        applied = published(world)
        assert moved <= {name for name in before if before[name] != applied[name]}
        world.run("build", "--full-refresh")
        assert published(world) == applied
        before = applied
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
