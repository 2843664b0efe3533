"""The whole thread with the real dbt project and the real gate, killed at every stage."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris import ledger, releases
from polaris.settings import Settings, load_settings
from tests.support import workbooks as make

pytestmark = pytest.mark.slow

ENTRY = [sys.executable, "-c", "import sys; from polaris.cli import main; sys.exit(main())"]
SCOPE = ("--district", "Hickman Mills", "--academic-year", "2025-2026")


class World:
    """A home and the command line on it, in processes of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("POLARIS_", "IMPORTER_"))
        } | {
            "POLARIS_HOME": str(home),
            "POLARIS_LOGICAL_DATE": "2026-03-10",
            "POLARIS_USER": "jordan",
        }

    @property
    def settings(self) -> Settings:
        return load_settings(self.environment)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*ENTRY, *(str(argument) for argument in arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path, exit_code: int = 0) -> Any:
        process = self.start(*arguments, "--json")
        out, err = process.communicate()
        assert process.returncode == exit_code, err
        return json.loads(out)

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        path = releases.current_release(self.settings)
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def raw(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def write_sessions(path: Path, count: int, first: int = 1001) -> Path:
    rows = [make.session_row(Session_ID=first + n, Title=f"Careers {n}") for n in range(count)]
    rows.append(
        make.session_row(
            Session_ID=first, Title="Careers 0", Name="Nobody Known", User_Auth_Id="auth-9"
        )
    )
    return make.write_csv(path, make.SESSION_HEADERS, rows)


@pytest.fixture(scope="module")
def first_import(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A home after a roster and a first Session Report, kept, and the report of the latter."""
    folder = tmp_path_factory.mktemp("world")
    world = World(folder / "home")
    people = [make.roster_row(), make.roster_row(Name="Bo Lind", Email="bo.lind@example.org")]
    roster = make.write_csv(folder / "roster.csv", make.ROSTER_HEADERS, people)
    world.run("roster", roster, *SCOPE, "--no-build")
    report = world.run("pathful", write_sessions(folder / "sessions.csv", 5))
    return Path(shutil.copytree(world.home, folder / "kept")), report


@pytest.fixture
def world(first_import: tuple[Path, dict[str, Any]]) -> World:
    """A copy of that home, always at the place where it was made: dbt parses a moved one anew."""
    home = first_import[0].with_name("home")
    ledger._engine.cache_clear()  # it would go on reading the ledger that is removed here
    shutil.rmtree(home)
    shutil.copytree(first_import[0], home)
    return World(home)


def test_the_first_import_accounts_for_every_row(
    first_import: tuple[Path, dict[str, Any]],
) -> None:
    home, report = first_import
    world = World(home)
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
    assert world.run("build")["status"] == "succeeded"
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


@pytest.mark.parametrize("stage", ["validating", "landing", "building", "checking", "publishing"])
def test_killed_at_any_stage_nothing_is_lost_and_the_next_run_is_clean(
    world: World, tmp_path: Path, stage: str
) -> None:
    before = releases.current_name(world.settings)
    file = write_sessions(tmp_path / "more.csv", 7)
    run_id = kill_at(world, stage, "pathful", file)
    assert releases.current_name(world.settings) == before
    assert world.read("select count(*) from marts.dim_events") == [(5,)]
    shown = ledger.get_run(world.settings, run_id)
    assert shown is not None
    assert shown.status == "failed"
    report = world.run("pathful", file)
    assert report["status"] == "succeeded"
    assert (report["rows_processed"], report["events_created"]) == (8, 2)
    assert world.read("select count(*) from marts.dim_events") == [(7,)]
    assert world.raw("select count(*) from raw_pathful.session_report") == [(6 + 8,)]
    written = {run.run_id: run for run in ledger.list_runs(world.settings)}
    assert written[run_id].status == "failed"
    assert written[run_id].release is None
    assert not [run for run in written.values() if run.status == "running"]
    kept = {item.name for item in releases.list_releases(world.settings)}
    assert kept == {before, report["release"]}
    assert not list(world.settings.releases_dir.glob(".*"))
    # Whoever counts them, the seven sessions were created once.
    counted = "select sum(events_created) from ops.import_runs where report_type = 'session_report'"
    assert world.read(counted) == [(7,)]


def kill_at(world: World, stage: str, *arguments: str | Path) -> str:
    """Starts a command, kills it without warning at a stage, and returns its run's id."""
    known = {run.run_id for run in ledger.list_runs(world.settings)}
    process = world.start(*arguments)
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline and process.poll() is None:
            for run in ledger.list_runs(world.settings, limit=1):
                if run.run_id not in known and run.stage == stage:
                    process.send_signal(signal.SIGKILL)
                    process.communicate()
                    assert process.returncode == -signal.SIGKILL
                    return run.run_id
            time.sleep(0.002)
    finally:
        process.kill()
    out, err = process.communicate()
    raise AssertionError(f"the run never was at {stage}: {out} {err}")


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


def published(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every published table but those that list runs and releases."""
    names = world.read(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_name not in ('import_runs', 'releases', 'gate_results', 'source_freshness')"
    )
    return {name: sorted(world.read(f"from {name}"), key=repr) for (name,) in names}
