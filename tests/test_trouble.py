"""Damaged files, a full disk, a restarted machine: what is told, what stays, how it goes on.

Kills are in test_imports_killed; `python -m tests.support.trouble` tries them at random, for hours.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from dashboard import jobs
from polaris import damage, ledger, processes, releases, report
from polaris.deciding import decision_engine, decision_store, decisions
from polaris.errors import EXIT_LOCKED, PolarisError
from polaris.settings import Settings
from polaris.workplace import own_folder
from tests.conftest import Command
from tests.support.fake_build import FakeBuild
from tests.support.sources import raw, sessions

CUT = 9000
_ANOTHER = "0123456789ab.1"  # the identity of a process that is none of now


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of `imported` is kept once one test has made it."""
    return tmp_path_factory.mktemp("kept") / "home"


@pytest.fixture
def imported(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path, kept: Path
) -> list[str]:
    """A home with two releases; their names, the older first."""
    files = [sessions(tmp_path, f"{number}.csv", first=1000 * number) for number in (1, 2)]
    if kept.exists():
        shutil.copytree(kept, settings.home)
    else:
        for file in files:
            assert command("pathful", file).exit_code == 0
        ledger._engine.cache_clear()
        shutil.copytree(settings.home, kept)
    return sorted(item.name for item in releases.list_releases(settings))


def cut_off(path: Path) -> None:
    """What a disk that was pulled out leaves of a file."""
    path.write_bytes(path.read_bytes()[:CUT])


@pytest.fixture
def gates(imported: list[str], no_dbt: FakeBuild, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The release that each gate after `imported` compares with."""
    seen: list[Any] = []

    def gate(_warehouse: Path, _runs: list[str], previous: Path | None) -> Any:
        seen.append(previous and previous.stem)
        return no_dbt.gate

    monkeypatch.setattr("expectations.gate.run_gate", gate)
    return seen


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00nothing", "does not name a release"),
        (b"", "does not name a release"),
        (b"20260101T000000000Z-abcdef\n", "is current but its file is missing"),
    ],
)
def test_a_pointer_that_points_nowhere_is_told_with_what_mends_it(
    command: Command, settings: Settings, imported: list[str], content: bytes, words: str
) -> None:
    settings.current.write_bytes(content)
    told = command("status")
    assert told.exit_code == 0
    assert words in told.out
    assert f"polaris-load rollback {imported[-1]}" in told.out
    assert command("health").exit_code == 1
    assert words in command("export", "import_runs").err
    # A lost pointer does not switch off the comparison of the next build.
    assert releases.newest_readable(settings) == releases.release_path(settings, imported[-1])


def test_a_lost_pointer_is_set_again_by_a_rollback(
    command: Command, settings: Settings, imported: list[str]
) -> None:
    settings.current.write_bytes(b"\xff")
    assert command("rollback", "--json").json["release"] == imported[-1]
    settings.current.unlink()
    settings.current.mkdir()
    assert "is a folder; remove it" in command("status").out


def test_a_damaged_release_is_told_with_the_way_back_and_does_not_stop_the_next_one(
    command: Command, settings: Settings, imported: list[str], tmp_path: Path, gates: list[Any]
) -> None:
    before, current = imported
    cut_off(releases.release_path(settings, current))
    decision = tmp_path / "decisions.jsonl"
    decision.write_text('{"action": "ignore_ticket", "subject_key": "k"}\n', encoding="utf-8")
    for arguments in (["status"], ["export", "import_runs"], ["decide", decision]):
        told = command(*arguments)
        assert told.exit_code == 1
        assert f"The release {current} cannot be read" in told.err
        assert f"`polaris-load rollback {before}`" in told.err
        assert "unforeseen" not in told.err
    assert command("build").exit_code == 0
    assert gates == [before]
    assert command("status").exit_code == 0


def test_a_damaged_warehouse_is_told_stays_as_it_is_and_readers_can_still_go_back(
    command: Command, settings: Settings, imported: list[str], tmp_path: Path
) -> None:
    cut_off(settings.warehouse)
    left = settings.warehouse.read_bytes()
    for arguments in (["pathful", sessions(tmp_path, "3.csv", first=9001)], ["build"], ["nightly"]):
        told = command(*arguments, "--json")
        assert told.exit_code == 1
        for words in ("warehouse.duckdb is damaged", "backup", "--no-build", "runs show"):
            assert words in told.json["error"]
    assert settings.warehouse.read_bytes() == left
    assert releases.current_name(settings) == imported[-1]
    assert command("rollback", "--json").json["release"] == imported[0]
    assert command("status").exit_code == 0
    assert not [run for run in ledger.list_runs(settings) if run.status == "running"]


@pytest.mark.parametrize("size", [0, 4096])
def test_a_warehouse_that_was_killed_while_it_was_made_is_made_again(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path, size: int
) -> None:
    settings.home.mkdir()
    settings.warehouse.write_bytes(b"\0" * size)
    assert command("pathful", sessions(tmp_path), "--no-build").exit_code == 0
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]


def test_a_warehouse_that_was_emptied_later_is_not_begun_anew(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path), "--no-build").exit_code == 0
    settings.warehouse.write_bytes(b"")
    again = command("pathful", sessions(tmp_path, "b.csv", first=2001))
    assert again.exit_code == 1
    assert "is damaged" in again.err


def test_a_damaged_list_of_runs_is_told_and_a_new_one_loses_no_data(
    command: Command, settings: Settings, imported: list[str], tmp_path: Path
) -> None:
    ledger._engine.cache_clear()
    for beside in settings.home.glob("runs.sqlite-*"):
        beside.unlink()
    settings.ledger_path.write_bytes(b"no database at all" * 300)
    file = sessions(tmp_path, "3.csv", first=9001)
    for arguments in (["runs", "list"], ["status"], ["pathful", file]):
        told = command(*arguments)
        assert told.exit_code == 1
        assert "the list of runs, is damaged" in told.err
        assert "move it away" in told.err
    ledger._engine.cache_clear()
    settings.ledger_path.rename(tmp_path / "away.sqlite")
    assert command("pathful", file, "--no-build").exit_code == 0
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(9,)]


def test_a_damaged_store_of_decisions_stops_every_build_in_words(
    command: Command, settings: Settings, imported: list[str]
) -> None:
    settings.decisions_path.write_bytes(b"no database at all" * 300)
    decision_engine.connected.cache_clear()
    told = command("build")
    assert told.exit_code == 1
    assert "put it back from a backup" in told.err
    assert releases.current_name(settings) == imported[-1]
    assert ledger.list_runs(settings)[0].status == "failed"


def _decide(settings: Settings, key: str) -> None:
    names = ("actor", "role", "action", "subject_type", "subject_key", "payload")
    row = {"decision_id": key, "decided_at": "2026-03-10T12:00:00+00:00"} | dict.fromkeys(
        names, "{}"
    )
    with decision_store.exclusive(settings) as connection:
        decision_store.insert(connection, [row])


@pytest.mark.parametrize("left", [None, b""])
def test_decisions_that_are_gone_are_not_taken_for_none(
    command: Command, settings: Settings, imported: list[str], tmp_path: Path, left: bytes | None
) -> None:
    """A disk that is not mounted, or the address of another store, would unmake every merge."""
    _decide(settings, "first")
    kept = tmp_path / "kept.sqlite"
    assert command("decisions", "backup", kept).exit_code == 0
    assert command("build").exit_code == 0
    published = releases.current_name(settings)

    decision_engine.connected.cache_clear()
    for file in settings.home.glob("decisions.sqlite*"):
        file.unlink()
    if left is not None:
        settings.decisions_path.write_bytes(left)
    told = command("build")
    assert told.exit_code == 1
    for words in ("had 1 of its decisions", "from a backup", "`polaris-load build --full-refresh`"):
        assert words in told.err
    assert releases.current_name(settings) == published

    if left is None:
        kept.rename(settings.decisions_path)
        assert command("build").exit_code == 0
        assert raw(settings, "select count(*) from raw_decisions.decisions") == [(1,)]
    else:
        _decide(settings, "of whoever decided first afterwards")
        assert "holds others alone, but the build before had 1" in command("build").err
        assert command("build", "--full-refresh").exit_code == 0
        assert raw(settings, "select count(*) from raw_decisions.decisions") == [(1,)]
        assert command("build").exit_code == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+nodriver://bo:s3cret@127.0.0.1:1/polaris", "where that driver is installed"),
        ("postgresql://bo:s3cret@127.0.0.1:1/polaris", "begin with postgresql+psycopg://"),
        ("postgres://bo:s3cret@127.0.0.1/polaris", "postgresql+psycopg://user"),
        ("bo:s3cret@127.0.0.1", "sqlite:////folder/file.sqlite"),
        ("sqlite:////no/such/folder/file.sqlite", "See that its folder is there"),
    ],
)
def test_a_store_that_cannot_be_reached_is_told_without_its_password(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("POLARIS_DECISIONS_URL", url)
    told = command("decisions", "backup", tmp_path / "kept.sqlite")
    assert told.exit_code == 1
    assert words in told.err
    assert "s3cret" not in told.err


def test_a_store_that_somebody_holds_for_long_is_no_defect(settings: Settings) -> None:
    locked = OperationalError("insert", {}, sqlite3.OperationalError("database is locked"))
    with pytest.raises(PolarisError) as caught, decision_store.reachable(settings):
        raise locked
    assert caught.value.exit_code == EXIT_LOCKED
    assert "Another program keeps the decision store" in caught.value.message
    told = damage.explained(settings, locked)
    assert told is not None
    assert told.exit_code == EXIT_LOCKED
    assert "runs.sqlite" in told.message
    assert decisions.read_all(settings) == []


def test_damaged_notes_and_settings_of_tools_are_made_anew(
    command: Command, settings: Settings, imported: list[str], tmp_path: Path
) -> None:
    for note in ("warehouse.built_by", "warehouse.published_for"):
        (settings.home / note).write_bytes(b"\xff\xfe[[")
    assert command("pathful", sessions(tmp_path, "3.csv", first=9001)).exit_code == 0


def test_an_archived_file_that_was_damaged_is_kept_again(
    command: Command, settings: Settings, imported: list[str], tmp_path: Path
) -> None:
    (settings.archive / "litter").touch()
    for path in settings.archive.iterdir():
        path.write_bytes(b"")
    file = tmp_path / "2.csv"
    assert command("pathful", file, "--no-build").exit_code == 0
    kept = settings.archive / hashlib.sha256(file.read_bytes()).hexdigest()
    assert kept.read_bytes() == file.read_bytes()


def test_a_full_disk_is_told_and_the_next_run_is_clean(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    file = sessions(tmp_path)
    settings.archive.mkdir(parents=True)
    full = settings.archive / f".{hashlib.sha256(file.read_bytes()).hexdigest()}.new"
    full.symlink_to("/dev/full")
    told = command("pathful", file, "--no-build", "--json")
    assert told.exit_code == 1
    assert "cannot be used: No space left on device" in told.json["error"]
    assert "free some space" in str(ledger.list_runs(settings)[0].error_summary)
    full.unlink()
    assert command("pathful", file, "--no-build").exit_code == 0
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]


def raw_ledger(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """A statement on the ledger itself, not as readers are told."""
    with closing(sqlite3.connect(settings.ledger_path)) as connection:
        return connection.execute(sql).fetchall()


def test_after_a_restart_nobody_takes_another_process_for_the_run(settings: Settings) -> None:
    """In a container the new process often has the very id of the one that died."""
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "pathful a.csv", "riley"))
    at_work = ledger.get_run(settings, run_id)
    assert at_work is not None
    assert at_work.status == "running"
    ledger.note(settings, run_id, process=_ANOTHER)
    shown = ledger.get_run(settings, run_id)
    assert shown is not None
    assert (shown.status, shown.error_summary) == ("failed", ledger.INTERRUPTED)
    closed = ledger.close_interrupted(settings, published=None)
    assert [run.run_id for run in closed] == [run_id]
    assert raw_ledger(settings, "select status from runs") == [("failed",)]


@pytest.mark.parametrize("year", [2020, 2090])
def test_a_clock_that_is_set_makes_no_dead_run_of_one_at_work(
    settings: Settings, year: int
) -> None:
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "pathful a.csv", "riley"))
    ledger.note(settings, run_id, started_at=f"{year}-01-01T00:00:00.000000+00:00")
    assert ledger.close_interrupted(settings, published=None) == []
    at_work = ledger.get_run(settings, run_id)
    assert at_work is not None
    assert at_work.status == "running"
    assert processes.is_at_work(at_work.pid, at_work.process)


def test_a_ledger_of_an_earlier_version_is_read_and_written(settings: Settings) -> None:
    old = ledger.start_run(settings, ledger.RunStart("pathful", "pathful a.csv", "riley"))
    ledger._engine.cache_clear()
    raw_ledger(settings, "alter table runs drop column process")
    new = ledger.start_run(settings, ledger.RunStart("pathful", "pathful b.csv", "riley"))
    known = {run.run_id: run.process for run in ledger.list_runs(settings)}
    assert known == {old: None, new: processes.identity(os.getpid())}


def test_copies_of_files_of_a_killed_process_go_with_the_next_run(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    """A retry and a sheet are read from a copy, and people stand in it."""
    for pid in (4_194_305, os.getpid()):  # the second id was another process's once
        folder = settings.scratch / f"retry-{pid}-{_ANOTHER}-x"
        folder.mkdir(parents=True)
        (folder / "sessions.csv").touch()
    with own_folder(settings, "sheet") as ours:
        assert command("pathful", sessions(tmp_path), "--no-build").exit_code == 0
        assert [*settings.scratch.iterdir()] == [ours]
    assert not ours.exists()


def test_a_clock_that_is_set_back_between_two_runs_changes_no_order(
    command: Command,
    settings: Settings,
    imported: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = ledger.utc_now
    monkeypatch.setattr(ledger, "utc_now", lambda: now() - timedelta(days=3))
    told = command("pathful", sessions(tmp_path, "3.csv", first=9001), "--json").json
    newest = releases.list_releases(settings)[0]
    assert newest.is_current
    assert newest.name == told["release"] > imported[-1]
    assert ledger.list_runs(settings)[0].run_id == told["run_id"]
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(9,)]
    assert command("rollback", "--json").json["release"] == imported[-1]
    start = now()
    assert report.duration(start, start - timedelta(days=3)) == 0


def test_after_a_restart_a_job_of_the_dashboard_has_ended(settings: Settings) -> None:
    folder = settings.inbox / "job-20260310T141530-00c0ffee"
    folder.mkdir(parents=True)
    facts = {"pid": os.getpid(), "title": "Import", "started_at": "2020-01-01T00:00:00+00:00"}
    for process, is_running in ((_ANOTHER, False), (processes.identity(os.getpid()), True)):
        (folder / "job.json").write_text(json.dumps(facts | {"process": process}))
        job = jobs.find(settings, folder.name)
        assert job is not None
        assert jobs.is_running(job) is is_running
