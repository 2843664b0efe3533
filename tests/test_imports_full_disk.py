"""An import whose disk fills while dbt builds, and the next one.

Disks that fill elsewhere are in tests/test_full_disk.py, where builds are played.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from polaris import ledger, releases
from tests.support import full_disk
from tests.support import trouble_home as homes
from tests.support.whole_commands import FirstImport, World, write_sessions

pytestmark = pytest.mark.slow

# By then dbt is at work.
_NODES_BUILT = 40


def test_a_disk_that_fills_loses_nothing_and_the_next_import_is_clean(
    first_import: FirstImport, tmp_path: Path
) -> None:
    """Tables are compared with those of the same import on a disk that has room."""
    file = write_sessions(tmp_path / "more.csv", 7)
    with full_disk.mounted(first_import.home, 500) as disk:
        world = _again(first_import)
        world.run("pathful", file)
        expected = homes.state(world.home)
        world = _again(first_import)
        before = releases.current_name(world.settings)
        _fill(world, disk, file)
        assert world.raw("select count(*) from raw_pathful.session_report") == [(6 + 8,)]
        assert releases.current_name(world.settings) == before
        assert world.run("pathful", file)["events_created"] == 2
        assert homes.state(world.home) == expected
        assert homes.litter(world.home) == []
        statuses = [run.status for run in ledger.list_runs(world.settings, limit=2)]
        assert statuses == ["succeeded", "failed"]
        ledger._engine.cache_clear()


def _again(first: FirstImport) -> World:
    """The home as the first import left it, on the disk that is mounted at its place."""
    ledger._engine.cache_clear()
    for path in first.home.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(first.kept, first.home, dirs_exist_ok=True)
    return World(first.home)


def _fill(world: World, disk: full_disk.Disk, file: Path) -> None:
    """An import whose disk fills while dbt builds says so; readers see what they saw before."""
    known = {run.run_id for run in ledger.list_runs(world.settings)}
    process = world.start("pathful", file)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        (run,) = ledger.list_runs(world.settings, limit=1)
        is_there = run.stage == "building" and run.stage_done > _NODES_BUILT
        if run.run_id not in known and is_there:
            disk.leave(50_000)
            break
        time.sleep(0.02)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert "its disk is full: free some space and try again" in said
    assert world.read("select count(*) from marts.dim_events") == [(5,)]
    disk.empty()
