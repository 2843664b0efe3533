"""Commands on a disk without room: what is told, what stays, how it goes on when there is some."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from polaris import ledger, releases
from polaris.dbt_run import DbtError
from polaris.deciding import decision_store, decisions
from polaris.errors import PolarisError
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import deciding, full_disk
from tests.support.fake_build import FakeBuild
from tests.support.full_disk import Disk, forget
from tests.support.sources import raw, sessions

FULL = "its disk is full: free some space and try again"


@pytest.fixture
def disk(home: Path) -> Iterator[Disk]:
    """The home on a disk of 48 MB."""
    with full_disk.mounted(home, 48) as made:
        yield made
        forget()


@pytest.fixture
def ignored(tmp_path: Path) -> Path:
    """A file with one decision."""
    file = tmp_path / "decisions.jsonl"
    line = {"action": "ignore_ticket", "subject_key": "k-school", "reason": "Not ours"}
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return file


def test_without_a_free_byte_everything_can_be_read_and_nothing_is_half_stored(
    command: Command, settings: Settings, disk: Disk, ignored: Path, tmp_path: Path
) -> None:
    deciding.publish(settings)
    first = deciding.line("ignore_ticket", "k-volunteer")
    decisions.append(settings, [first], actor="jordan", role="admin")
    ledger.start_run(settings, ledger.RunStart("build", "build", "jordan"))
    forget()
    disk.leave(0)
    told = command("status", "--json")
    assert told.exit_code == 0, told.err
    assert (told.json["pending_decisions"], told.json["decision_store"]) == (1, None)
    assert len(told.json["runs"]) == 1
    assert command("runs", "list").exit_code == 0
    kept = tmp_path / "kept.sqlite"
    assert command("decisions", "backup", kept, "--json").json["rows"]["decisions"] == 1
    refused = command("decide", ignored)
    assert refused.exit_code == 1
    assert "The decision store cannot be used" in refused.err
    assert "nothing was stored" in refused.err
    assert command("build").exit_code == 1
    disk.empty()
    forget()
    assert command("decide", ignored).exit_code == 0
    assert [one.subject_key for one in decisions.read_all(settings)] == ["k-volunteer", "k-school"]
    assert [run.status for run in ledger.list_runs(settings)] == ["running"]


def test_a_store_that_a_full_disk_left_unmade_is_no_empty_one(
    command: Command, settings: Settings, disk: Disk, ignored: Path
) -> None:
    deciding.publish(settings)
    disk.leave(8192)
    assert command("decide", ignored).exit_code == 1
    assert settings.decisions_path.exists()
    forget()
    with pytest.raises(PolarisError, match="disk") as caught:
        decisions.read_all(settings)
    assert "no such table" not in caught.value.message
    disk.empty()
    forget()
    assert command("decide", ignored).exit_code == 0
    assert len(decisions.read_all(settings)) == 1


def test_a_disk_that_fills_while_rows_land_is_told_in_one_line(
    command: Command, no_dbt: FakeBuild, settings: Settings, disk: Disk
) -> None:
    outside = settings.home.parent
    assert command("pathful", sessions(outside, "1.csv")).exit_code == 0
    current = releases.current_name(settings)
    file = sessions(outside, "2.csv", 2000, 2001)
    disk.leave(1_000_000)
    told = command("pathful", file)
    assert told.exit_code == 1
    assert told.err.count("\n") == 1
    assert "No space left on device (warehouse.duckdb.wal)" in told.err
    assert FULL in told.err
    assert not list((settings.home / "dlt").glob("raw_*"))
    assert releases.current_name(settings) == current
    disk.empty()
    assert command("pathful", file).exit_code == 0
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(2003,)]


def test_a_release_that_has_no_room_leaves_none_of_it_behind(
    command: Command, no_dbt: FakeBuild, settings: Settings, disk: Disk, tmp_path: Path
) -> None:
    """The room of the half-written file is what the list of runs needs to say why."""
    assert command("pathful", sessions(tmp_path, "1.csv")).exit_code == 0
    current = releases.current_name(settings)
    file = sessions(tmp_path, "2.csv", 3, 2001)
    assert command("pathful", file, "--no-build").exit_code == 0
    disk.leave(4_000_000)
    told = command("build")
    assert told.exit_code == 1
    assert "No space left on device (releases/.publishing-" in told.err
    assert FULL in told.err
    assert FULL in str(ledger.list_runs(settings)[0].error_summary)
    assert [path.name for path in settings.releases_dir.iterdir() if path.name != "CURRENT"] == [
        f"{current}.duckdb"
    ]
    disk.empty()
    assert command("build").exit_code == 0
    assert [run.status for run in ledger.list_runs(settings)] == [
        "succeeded",
        "failed",
        "succeeded",
        "succeeded",
    ]


def test_what_dbt_says_of_a_full_disk_is_told_as_such(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = settings.home / "warehouse.duckdb.wal"
    message = f'Could not write file "{file}": No space left on device'

    def full(*_: object) -> None:
        raise DbtError(f"dbt failed at 1 node: import_skips ({message}).", [{"node": "x"}])

    monkeypatch.setattr("polaris.build.run_dbt", full)
    told = command("pathful", sessions(tmp_path))
    assert told.exit_code == 1
    assert "No space left on device (warehouse.duckdb.wal)" in told.err
    assert FULL in told.err
    assert "import_skips" not in told.err


@pytest.mark.parametrize("where", ["polaris.build.write_file", "polaris.ledger.finish_run"])
def test_a_disk_that_is_full_right_after_publishing_makes_no_failed_run(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(settings.reports))

    file = sessions(settings.home.parent)
    with monkeypatch.context() as patch:
        patch.setattr("polaris.ledger.abandon", _with_room_again(patch))
        patch.setattr(where, full)
        told = command("pathful", file)
    assert told.exit_code == 1
    current = releases.current_name(settings)
    assert f"The release {current} is published and can be read, but not all" in told.err
    assert FULL in told.err
    (run,) = ledger.list_runs(settings)
    assert (run.status, run.release, run.error_summary) == ("succeeded", current, None)
    assert command("pathful", file).exit_code == 0
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]


def _with_room_again(patch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Ends a run that could not go on as ever: by then there is some room."""
    finish, abandon = ledger.finish_run, ledger.abandon

    def act(*args: Any, **kwargs: Any) -> None:
        patch.setattr("polaris.ledger.finish_run", finish)
        abandon(*args, **kwargs)

    return act


def test_a_backup_that_has_no_room_is_a_failure_and_leaves_nothing(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    deciding.publish(settings)
    line = deciding.line("ignore_ticket", "k-volunteer")
    decisions.append(settings, [line], actor="jordan", role="admin")
    with full_disk.mounted(tmp_path / "backup", 1) as disk:
        disk.leave(20_000)
        file = disk.folder / "kept.sqlite"
        told = command("decisions", "backup", file)
        assert told.exit_code == 1
        assert f"{file} cannot be written: " in told.err
        assert "Nothing of it is left there" in told.err
        assert [path.name for path in disk.folder.iterdir()] == [".ballast"]
        disk.empty()
        assert command("decisions", "backup", file).exit_code == 0
    assert command("decisions", "backup", tmp_path / "no" / "kept.sqlite").exit_code == 2


def test_a_backup_of_a_home_without_a_store_is_refused(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "kept.sqlite"
    told = command("decisions", "backup", file)
    assert told.exit_code == 1
    assert f"There is no decision store {settings.decisions_path}" in told.err
    assert not file.exists()
    assert not settings.home.exists()
    with decision_store.exclusive(settings):
        """A store is made, and holds nothing."""
    assert command("decisions", "backup", file, "--json").json["rows"]["decisions"] == 0


def test_lost_decisions_are_brought_back_into_a_store_that_has_logs_alone(
    command: Command, settings: Settings, published: Path, tmp_path: Path
) -> None:
    """An export, or a look at a page, makes a new store before anybody has missed the old one."""
    table = tmp_path / "one.csv"
    assert command("export", "import_runs", "--out", table).exit_code == 0
    lines = [deciding.line("ignore_ticket", key) for key in ("k-volunteer", "k-school")]
    stored = decisions.append(settings, lines, actor="jordan", role="admin")
    kept = tmp_path / "kept.sqlite"
    assert command("decisions", "backup", kept).exit_code == 0
    forget()
    for file in settings.home.glob("decisions.sqlite*"):
        file.unlink()
    assert command("export", "import_runs", "--out", tmp_path / "two.csv").exit_code == 0
    assert _rows(settings, "select count(*) from decisions") == [(0,)]
    told = command("decisions", "restore", kept, "--json")
    assert told.json["rows"] == {"decisions": 2, "refusals": 0, "exports": 1}
    assert decisions.read_all(settings) == stored
    assert _rows(settings, "select export_seq from exports order by exported_at") == [(2,), (1,)]
    told = command("decisions", "restore", kept)
    assert told.exit_code == 2
    assert "holds 2 decisions already, and only one without any is filled" in told.err
    assert "move decisions.sqlite, decisions.sqlite-wal and decisions.sqlite-shm away" in told.err


def _rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.decisions_path)) as connection:
        return connection.execute(sql).fetchall()
