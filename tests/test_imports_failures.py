"""Imports that fail, are refused or were killed: nothing is published, the next one is clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from polaris import ledger, releases
from polaris.errors import PolarisError
from polaris.locks import warehouse_lock
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.fake_build import FakeBuild, refusing
from tests.support.sources import raw, sessions


def test_a_held_lock_is_refused_and_the_holder_named(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    start = ledger.RunStart("pathful", "pathful a.csv", "riley", file_name="a.csv")
    with warehouse_lock(settings):
        run_id = ledger.start_run(settings, start)
        ledger.set_stage(settings, run_id, "building", 12, 80)
        answer = command("pathful", sessions(tmp_path), "--json")
    assert answer.exit_code == 4
    for part in ("an import of Pathful reports", "building 12 of 80", "riley"):
        assert part in answer.json["error"]
    assert len(ledger.list_runs(settings)) == 1


def test_a_database_client_that_has_the_file_open_is_named(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("polaris.locks.wait_until_free.__defaults__", (0.2,))
    settings.home.mkdir()
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        answer = command("pathful", sessions(tmp_path))
        assert answer.exit_code == 4
        assert "open in another program" in answer.err
        assert str(other.pid) in answer.err
        other.communicate()


def test_a_refusing_gate_publishes_nothing_and_says_which_rows(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    published = command("pathful", sessions(tmp_path), "--json").json["release"]
    no_dbt.gate = refusing()
    counted = {"message": "x.csv has 140 rows", "rows": [], "unexpected_count": 1360}
    no_dbt.gate.failures.append(counted)
    answer = command("pathful", sessions(tmp_path, "b.csv", first=2001), "--json")
    assert answer.exit_code == 3
    assert answer.json["status"] == "failed"
    assert answer.json["gate"]["passed"] is False
    assert answer.json["gate"]["failures"][0]["rows"] == [{"event_key": "e-1", "count": 2}]
    assert answer.json["release"] is None
    assert "two rows for one event_key" in answer.json["error"]
    assert "event_key e-1, count 2" in answer.err
    assert releases.current_name(settings) == published
    assert len(releases.list_releases(settings)) == 1
    folder = settings.reports / answer.json["run_id"]
    assert {path.name for path in folder.iterdir()} == {"report.json", "gate.json", "gate.md"}
    assert "(1 more check failed); see" in answer.json["error"]
    page = (folder / "gate.md").read_text()
    assert "event_key e-1" in page
    assert page.endswith("- x.csv has 140 rows\n"), "of what has no rows, none are left out"
    run = ledger.get_run(settings, answer.json["run_id"])
    assert run is not None
    assert run.status == "failed"
    assert json.loads(str(run.gate_json))["failures"][0]["failing_rows_json"]


def test_a_failed_build_is_a_failed_run_and_the_next_one_is_clean(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    def explode(_settings: Settings) -> None:
        raise ZeroDivisionError("no such number")

    no_dbt.before = explode
    file = sessions(tmp_path)
    answer = command("pathful", file, "--json")
    assert answer.exit_code == 1
    assert "no such number" in answer.json["error"]
    assert "Traceback" not in answer.err
    assert ledger.list_runs(settings)[0].status == "failed"
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]
    no_dbt.before = None
    again = command("pathful", file, "--json")
    assert again.exit_code == 0
    assert again.json["rows_created"] == 3
    assert again.json["warnings"] == []
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]
    assert raw(settings, "select load_seq, run_id from raw_pathful.loads") == [
        (1, again.json["run_id"])
    ]


def test_what_a_failed_run_landed_is_not_lost_when_another_build_publishes_it(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    def explode(_settings: Settings) -> None:
        raise PolarisError("dbt could not build: no such luck")

    no_dbt.before = explode
    file = sessions(tmp_path)
    failed = command("pathful", file, "--json").json["run_id"]
    no_dbt.before = None
    assert command("build").exit_code == 0
    again = command("pathful", file, "--json").json
    assert again["skipped_by_reason"] == {"unchanged": 3}
    assert raw(settings, "select run_id, rows_run_id from raw_pathful.loads order by 1") == [
        (failed, failed),
        (again["run_id"], failed),
    ]


def test_refused_rows_are_taken_back_and_the_next_file_is_published_without_them(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path)).exit_code == 0
    accepting, no_dbt.gate = no_dbt.gate, refusing()
    bad = sessions(tmp_path, "bad.csv", first=2001, count=5)
    assert command("pathful", bad).exit_code == 3
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]
    assert raw(settings, "select count(*) from ops.import_runs where load_seq = 2") == [(0,)]
    no_dbt.gate = accepting
    good = command("pathful", sessions(tmp_path, "good.csv", first=3001), "--json").json
    assert good["rows_created"] == 3
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(6,)]
    assert raw(settings, "select load_seq from raw_pathful.loads order by 1") == [(1,), (2,)]


def test_interrupted_runs_are_closed_and_their_leftovers_removed_by_the_next(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path)).exit_code == 0
    dead = ledger.start_run(settings, ledger.RunStart("pathful", "pathful x.csv", "riley"))
    orphan = releases.release_path(settings, ledger.new_run_id())
    orphan.write_bytes(b"half a release")
    ledger.note(settings, dead, pid=_dead_pid(), release=orphan.stem)
    ledger.set_stage(settings, dead, "publishing")
    leftover = settings.releases_dir / ".publishing-20260310T141530123Z-4f2a9c.duckdb"
    leftover.write_bytes(b"quarter of a release")
    shown = ledger.get_run(settings, dead)
    assert shown is not None
    assert shown.status == "failed"
    assert command("pathful", sessions(tmp_path, "b.csv", first=2001)).exit_code == 0
    run = ledger.get_run(settings, dead)
    assert run is not None
    assert (run.status, run.release) == ("failed", None)
    assert "Interrupted" in str(run.error_summary)
    assert "next build" in str(run.error_summary)
    assert not orphan.exists()
    assert not leftover.exists()


def _dead_pid() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid
