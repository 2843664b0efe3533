"""The run ledger: what is written, what readers are told about runs that were killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from polaris import ledger
from polaris.settings import Settings
from tests.conftest import Command

START = ledger.RunStart(
    source="pathful",
    adapter="pathful",
    command="pathful a.csv",
    triggered_by="jordan",
    file_name="a.csv",
    params={"mode": "full"},
)


def dead_pid() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_run_ids_sort_by_time_and_differ_within_a_millisecond() -> None:
    moment = datetime(2026, 3, 10, 14, 15, 30, 123456, tzinfo=UTC)
    ids = {ledger.new_run_id(moment) for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"20260310T141530123Z-[0-9a-f]{6}", run_id) for run_id in ids)
    later = ledger.new_run_id(moment + timedelta(milliseconds=1))
    assert later > max(ids)


def test_a_run_from_start_to_end(settings: Settings) -> None:
    run_id = ledger.start_run(settings, START)
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert (run.status, run.stage, run.pid, run.run_seq) == ("running", "starting", os.getpid(), 1)
    assert run.finished_at is None
    ledger.set_stage(settings, run_id, "building", 3, 80)
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert (run.stage, run.stage_done, run.stage_total) == ("building", 3, 80)
    ledger.finish_run(settings, run_id, "succeeded", counts_json={"a": 1}, release="r")
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert (run.status, run.stage, run.counts_json, run.release) == (
        "succeeded",
        "finished",
        '{"a": 1}',
        "r",
    )
    assert run.finished_at is not None
    assert run.started_at <= run.finished_at <= datetime.now(UTC)


def test_nothing_is_made_by_looking(settings: Settings) -> None:
    assert ledger.list_runs(settings) == []
    assert ledger.get_run(settings, "2026") is None
    assert not settings.home.exists()


def test_runs_are_listed_newest_first_and_filtered(settings: Settings) -> None:
    first = ledger.start_run(settings, START)
    ledger.finish_run(settings, first, "failed", error_summary="no")
    second = ledger.start_run(settings, ledger.RunStart("build", "build", "jordan"))
    ledger.finish_run(settings, second, "succeeded")
    third = ledger.start_run(settings, START)

    def ids(**filters: object) -> list[str]:
        return [run.run_id for run in ledger.list_runs(settings, **filters)]  # type: ignore[arg-type]

    assert ids() == [third, second, first]
    assert ids(limit=2) == [third, second]
    assert ids(status="failed") == [first]
    assert ids(status="running") == [third]
    assert ids(status="succeeded") == [second]
    assert ids(source="pathful", limit=1) == [third]


def test_a_run_is_found_by_the_beginning_of_its_id_if_there_is_only_one(
    settings: Settings,
) -> None:
    run_id = ledger.start_run(settings, START)
    other = ledger.start_run(settings, START)
    found = ledger.get_run(settings, run_id[:-1])
    assert found is not None
    assert found.run_id == run_id
    assert ledger.get_run(settings, run_id[:4]) is None
    assert ledger.get_run(settings, other) is not None
    assert ledger.get_run(settings, "") is None
    assert ledger.get_run(settings, "%") is None


def test_a_run_whose_process_is_gone_is_shown_as_failed_at_once(settings: Settings) -> None:
    run_id = ledger.start_run(settings, START)
    ledger.note(settings, run_id, pid=dead_pid())
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert run.status == "failed"
    assert "Interrupted" in str(run.error_summary)
    assert ledger.list_runs(settings, status="running") == []
    assert len(ledger.list_runs(settings, status="failed")) == 1


def test_interrupted_runs_are_closed_but_not_those_at_work(settings: Settings) -> None:
    mine = ledger.start_run(settings, START)
    killed = ledger.start_run(settings, START)
    ledger.note(settings, killed, pid=dead_pid())
    reused = ledger.start_run(settings, START)  # its process id belongs to somebody else by now
    ledger.note(settings, reused, pid=os.getppid())
    dry = ledger.start_run(settings, ledger.RunStart("pathful", "x", "jordan", dry_run=True))
    ledger.note(settings, dry, pid=os.getppid())
    closed = ledger.close_interrupted(settings, published=None)
    assert [run.run_id for run in closed] == [killed, reused]
    statuses = {run.run_id: run.status for run in ledger.list_runs(settings)}
    assert statuses == {mine: "running", killed: "failed", reused: "failed", dry: "running"}


@pytest.mark.parametrize(
    ("published", "status"), [("the-release", "succeeded"), ("another", "failed")]
)
def test_a_run_killed_after_its_release_became_current_has_succeeded(
    settings: Settings, published: str, status: str
) -> None:
    run_id = ledger.start_run(settings, START)
    ledger.note(settings, run_id, pid=dead_pid(), release="the-release")
    ledger.close_interrupted(settings, published=published)
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert run.status == status


def test_abandoning_leaves_a_finished_run_alone(settings: Settings) -> None:
    run_id = ledger.start_run(settings, START)
    ledger.finish_run(settings, run_id, "succeeded", release="r")
    ledger.abandon(settings, run_id, "failed", "too late")
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert (run.status, run.release, run.error_summary) == ("succeeded", "r", None)


def test_many_writers_and_readers_at_once(settings: Settings) -> None:
    """Runs are read while they go on; nobody waits for a lock and nobody is turned away."""

    def work(number: int) -> str:
        run_id = ledger.start_run(settings, START)
        for step in range(10):
            ledger.set_stage(settings, run_id, "building", step, 10)
            assert ledger.list_runs(settings)
        ledger.finish_run(settings, run_id, "succeeded")
        return run_id

    with ThreadPoolExecutor(8) as pool:
        done = set(pool.map(work, range(8)))
    runs = ledger.list_runs(settings)
    assert {run.run_id for run in runs} == done
    assert sorted(run.run_seq for run in runs) == list(range(1, 9))


def test_the_commands_list_and_show(command: Command, settings: Settings) -> None:
    assert "no such runs" in command("runs", "list").out
    run_id = ledger.start_run(settings, START)
    ledger.finish_run(settings, run_id, "failed", error_summary="The file is empty.")
    listed = command("runs", "list", "--json").json
    assert [(run["run_id"], run["status"], run["file"]) for run in listed] == [
        (run_id, "failed", "a.csv")
    ]
    assert run_id in command("runs", "list").out
    shown = command("runs", "show", run_id[:-2], "--json").json
    assert (shown["run_id"], shown["error"]) == (run_id, "The file is empty.")
    assert "The file is empty." in command("runs", "show", run_id).out
    assert command("runs", "show", "nothing").exit_code == 2
    assert command("runs", "list", "--status", "sleeping").exit_code == 2
