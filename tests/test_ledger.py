"""The run ledger: what is written, what readers are told about runs that were killed."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from polaris import ledger, processes
from polaris.run_search import Wanted, find
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.paused import paused_backfill

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
    ledger.note(settings, dry, pid=os.getppid(), process=processes.identity(os.getppid()))
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


def test_the_list_says_labels_and_which_backfill_was_paused(
    command: Command, settings: Settings
) -> None:
    """A paused run is cancelled in the ledger; the same command goes on with it."""
    ledger.finish_run(settings, ledger.start_run(settings, START), "cancelled")
    listed = command("runs", "list")
    assert listed.out.splitlines()[0].split() == [
        "run", "what", "status", "started", "seconds", "file",
    ]  # fmt: skip
    assert "cancelled" in listed.out
    run_id = paused_backfill(settings)
    head, line, other = command("runs", "list").out.splitlines()
    assert "label" in head.split()
    assert line.startswith(run_id)
    assert line.split()[1:4] == ["salesforce", "backfill", "paused"]
    assert "cancelled" in other
    paused, stopped = command("runs", "list", "--json").json
    assert (paused["status"], paused["is_paused"], paused["label"]) == (
        "cancelled", True, "backfill",
    )  # fmt: skip
    assert (stopped["status"], stopped["is_paused"], stopped["label"]) == ("cancelled", False, None)


def test_runs_are_found_by_source_status_day_id_and_label_page_by_page(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """platform.md 6.2; the days are Chicago's, the last one to its end."""
    for number, at in enumerate(("2026-03-08T05:59", "2026-03-08T06:00", "2026-03-10T04:59"), 1):
        source = "salesforce" if number == 2 else "pathful"
        label = "backfill" if number == 1 else None
        monkeypatch.setattr(ledger, "new_run_id", lambda _now, number=number: f"run-{number}")
        run_id = ledger.start_run(
            settings,
            ledger.RunStart(source, source, "jordan", dry_run=number == 3, label=label),
        )
        ledger.note(settings, run_id, started_at=f"{at}:00.000000+00:00")
        ledger.finish_run(settings, run_id, "failed" if number == 2 else "succeeded")

    def found(*options: str) -> list[int]:
        answer = command("runs", "list", "--json", *options)
        assert answer.exit_code == 0, answer.err
        return [int(run["run_id"].partition("-")[2]) for run in answer.json]

    assert found() == [3, 2, 1]
    assert found("--no-dry-runs") == [2, 1]
    assert found("--from", "2026-03-08") == [3, 2]
    assert found("--to", "2026-03-07") == [1]
    assert found("--from", "2026-03-08", "--to", "2026-03-09") == [3, 2]
    assert found("--search", "FORCE") == [2]
    assert found("--search", "run-3") == [3]
    assert found("--search", "backfill") == [1]
    assert found("--source", "pathful", "--status", "succeeded") == [3, 1]
    assert found("--limit", "2", "--page", "2") == [1]
    assert found("--limit", "2", "--page", "3") == []
    assert "1 to 2 of 3 runs" in command("runs", "list", "--limit", "2").out
    turned = ("--from", "2026-03-09", "--to", "2026-03-08")
    assert "is after --to" in command("runs", "list", *turned).err
    assert command("runs", "list", "--from", "March").exit_code == 2


def test_a_page_of_a_thousand_runs_is_found_within_two_seconds(settings: Settings) -> None:
    ledger.start_run(settings, ledger.RunStart("pathful", "pathful x", "jordan"))
    report = json.dumps({"rows_processed": 1, "warnings": ["w" * 200] * 10})
    with sqlite3.connect(settings.ledger_path) as connection:
        connection.execute("update runs set status = 'succeeded', counts_json = ?", [report])
        columns = [row[1] for row in connection.execute("pragma table_info(runs)")]
        kept = [name for name in columns if name not in {"run_seq", "run_id"}]
        for number in range(999):
            connection.execute(
                f"insert into runs (run_id, {', '.join(kept)}) "
                f"select 'run-{number:04d}', {', '.join(kept)} from runs where run_seq = 1"
            )
    began = time.monotonic()
    page = find(settings, Wanted(source="pathful", status="succeeded"), number=20, size=50)
    assert (page.first, len(page.runs), page.total) == (951, 50, 1000)
    assert time.monotonic() - began < 2
