"""An import that is killed without warning, at every stage, and the next one."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from polaris import ledger, releases
from tests.support.whole_commands import World, write_sessions

pytestmark = pytest.mark.slow


def test_killed_at_every_stage_nothing_is_lost_and_the_next_run_is_clean(
    world: World, tmp_path: Path
) -> None:
    """Each run begins with what the one before left, and comes further than it did."""
    before = releases.current_name(world.settings)
    file = write_sessions(tmp_path / "more.csv", 7)
    killed = []
    for stage in ("validating", "landing", "building", "checking", "publishing"):
        killed.append(kill_at(world, stage, "pathful", file))
        assert releases.current_name(world.settings) == before, stage
        assert world.read("select count(*) from marts.dim_events") == [(5,)], stage
        shown = ledger.get_run(world.settings, killed[-1])
        assert shown is not None
        assert shown.status == "failed", stage
    report = world.run("pathful", file)
    assert report["status"] == "succeeded"
    assert (report["rows_processed"], report["events_created"]) == (8, 2)
    assert world.read("select count(*) from marts.dim_events") == [(7,)]
    assert world.raw("select count(*) from raw_pathful.session_report") == [(6 + 8,)]
    written = {run.run_id: run for run in ledger.list_runs(world.settings)}
    assert {written[run_id].status for run_id in killed} == {"failed"}
    assert {written[run_id].release for run_id in killed} == {None}
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
            time.sleep(0.01)
    finally:
        process.kill()
    out, err = process.communicate()
    raise AssertionError(f"the run never was at {stage}: {out} {err}")
