"""A run is stopped, tried again, and the file that it read is taken (platform.md 6.2)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from polaris import cli, export_log, ledger, processes
from polaris.build import TAKEN_BACK
from polaris.deciding import decisions
from polaris.errors import BadInput, PolarisError, Stopped, is_stop
from polaris.landed_files import landed_source
from polaris.load_words import left_out
from polaris.run_control import cancel, original
from polaris.settings import Settings
from polaris.status import failed_runs
from polaris.workplace import recorded
from tests.conftest import Command
from tests.support.fake_build import FakeBuild, refusing
from tests.support.raw_tables import create_raw_tables, query
from tests.support.sources import raw, sessions

# An import that lands its file and then waits where the build would be.
AT_WORK = """
import signal, sys, time
from contextlib import nullcontext
from pathlib import Path
from polaris import cli, import_run, imports
from polaris.progress import Silent
from polaris.settings import load_settings
import_run.started = lambda *_: nullcontext()
import_run.build_runs = lambda place, runs, *_: (print(*runs, flush=True), time.sleep(60))
signal.signal(signal.SIGTERM, cli._stop)
imports.import_pathful(load_settings(), [Path(sys.argv[1])], imports.PathfulOptions(), Silent())
"""


def run_of(settings: Settings) -> ledger.Run:
    return ledger.list_runs(settings, limit=1)[0]


def test_a_failed_import_is_tried_again_with_its_file_and_its_options(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    """L-06: another attempt is another run, and no row stands twice."""
    no_dbt.gate, passing = refusing(), no_dbt.gate
    file = sessions(tmp_path)
    given = ("--mode", "custom", "--since", "2025-08-01", "--exported-at", "2026-03-09 08:00")
    assert command("pathful", file, *given).exit_code == 3
    first = run_of(settings)
    file.unlink()
    assert command("runs", "retry", first.run_id).exit_code == 3
    second = run_of(settings)
    no_dbt.gate = passing
    answer = command("runs", "retry", second.run_id, "--json")
    assert answer.exit_code == 0, answer.err
    third = run_of(settings)
    assert answer.json["run_id"] == third.run_id
    assert len({first.run_id, second.run_id, third.run_id}) == 3
    assert (second.label, third.label) == (first.run_id, first.run_id)
    before, after = json.loads(first.ingest_params_json), json.loads(third.ingest_params_json)
    assert after == before | {"retry_of": first.run_id, "attempt": 3}
    assert (third.file_name, third.file_sha256) == (first.file_name, first.file_sha256)
    rows = raw(
        settings, "select count(*), count(distinct row_number) from raw_pathful.session_report"
    )
    assert rows[0][0] == rows[0][1] > 0
    assert not list(settings.scratch.glob("retry-*"))
    assert "is succeeded; only a failed" in command("runs", "retry", third.run_id).err


def test_a_dry_run_is_tried_again_as_a_dry_run(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    no_dbt.gate = refusing()
    content = sessions(tmp_path).read_bytes()
    upload = settings.inbox / "job-20260310T101010-0123abcd" / "file"
    upload.mkdir(parents=True)
    file = upload / "report.csv"
    file.write_bytes(content)
    assert command("pathful", file, "--dry-run").exit_code == 3
    first = run_of(settings)
    assert not settings.archive.exists(), "nothing is kept of a dry run but the upload itself"
    assert command("runs", "retry", first.run_id).exit_code == 3
    again = run_of(settings)
    assert again.run_id != first.run_id
    assert again.dry_run
    file.write_bytes(content + b"\n")
    answer = command("runs", "retry", first.run_id)
    assert answer.exit_code == 2
    assert "is not here any more" in answer.err, "another file of that name is not the one it read"


def test_a_file_that_could_not_be_read_is_found_among_the_uploads(
    command: Command, settings: Settings
) -> None:
    folder = settings.inbox / "job-20260310T101010-0123abcd"
    (folder / "file").mkdir(parents=True)
    file = folder / "file" / "report.csv"
    file.write_text("Colour\nred\n")
    assert command("pathful", file).exit_code == 2
    run = run_of(settings)
    assert run.file_sha256 is None
    assert original(settings, run) is None
    (folder / "job.json").write_text(json.dumps({"pid": os.getpid()}))
    other = settings.inbox / "job-20260101T101010-0123abcd" / "file" / file.name
    other.parent.mkdir(parents=True)
    for path in (file.with_name("first.csv"), other):
        path.write_text("x")
    assert original(settings, run) == file


def test_the_original_file_is_written_as_it_came_and_noted(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    file = sessions(tmp_path)
    assert command("pathful", file).exit_code == 0
    run = run_of(settings)
    out = tmp_path / "again.csv"
    assert command("runs", "original", run.run_id, "--out", out).exit_code == 0
    assert out.read_bytes() == file.read_bytes()
    (taken,) = export_log.read_all(settings)
    assert taken.name == f"Original file of run {run.run_id}"
    assert "exists" in command("runs", "original", run.run_id, "--out", out).err
    (settings.archive / str(run.file_sha256)).write_bytes(file.read_bytes()[:-9])
    told = command("runs", "original", run.run_id, "--out", tmp_path / "b").err
    assert f"run {run.run_id} in archive/ is damaged; take it from where it came from" in told
    (settings.archive / str(run.file_sha256)).unlink()
    assert "is not here" in command("runs", "original", run.run_id, "--out", tmp_path / "b").err
    crm = ledger.start_run(settings, ledger.RunStart("salesforce", "salesforce", "jordan"))
    answer = command("runs", "original", crm)
    assert answer.exit_code == 2
    assert "read Salesforce, not a file" in answer.err


def test_what_only_was_not_published_is_answered_by_the_next_release(settings: Settings) -> None:
    def ran(source: str, why: str | None = None, release: str | None = None) -> None:
        run_id = ledger.start_run(settings, ledger.RunStart(source, source, "jordan"))
        status = "failed" if why else "succeeded"
        ledger.finish_run(settings, run_id, status, error_summary=why, release=release)

    ran("build", "The gate refused the data.")
    ran("pathful", ledger.INTERRUPTED_LANDED)
    ran("roster", ledger.INTERRUPTED)
    assert set(failed_runs(settings)) == {"build", "pathful", "roster"}
    ran("csv", release="20260310T150000000Z")
    assert set(failed_runs(settings)) == {"roster"}, "nothing of it had landed"
    ran("pathful", ledger.INTERRUPTED_LANDED)
    assert set(failed_runs(settings)) == {"roster", "pathful"}


def test_a_file_that_a_command_refuses_is_a_failed_run_that_alarms_nobody_and_hides_no_failure(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Colour\nred\n")
    for name in ("typo.csv", "also_typo.csv"):
        assert command("pathful", tmp_path / name).exit_code == 2
    assert command("pathful", tmp_path).exit_code == 2, "a folder"
    assert [run.status for run in ledger.list_runs(settings)] == ["failed"] * 3
    assert failed_runs(settings) == {}
    assert command("pathful", wrong).exit_code == 2
    assert failed_runs(settings) == {}, "who gave the command was told"
    retried = command("runs", "retry", run_of(settings).run_id)
    assert "was refused before it was kept here" in retried.err
    # In a night nobody reads the sentence.
    inbox = settings.inbox / "nightly" / "pathful"
    inbox.mkdir(parents=True)
    (inbox / "wrong.csv").write_bytes(wrong.read_bytes())
    assert command("nightly").exit_code == 1
    assert set(failed_runs(settings)) == {"nightly", "pathful"}
    unread = failed_runs(settings)["pathful"].run_id
    # The good file of the command is cancelled with it, which answers nothing either.
    assert command("pathful", sessions(tmp_path), tmp_path / "typo.csv").exit_code == 2
    assert failed_runs(settings)["pathful"].run_id == unread
    # What failed after it had landed is a failure, whoever gave the command.
    no_dbt.gate, passing = refusing(), no_dbt.gate
    assert command("pathful", sessions(tmp_path)).exit_code == 3
    assert "session_report" in failed_runs(settings)
    no_dbt.gate = passing
    assert command("pathful", sessions(tmp_path)).exit_code == 0
    assert command("nightly").exit_code == 0
    assert failed_runs(settings) == {}


def test_a_file_that_only_landed_is_left_out_before_anybody_sees_it(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    """platform.md 11.2. Nothing is published yet; the list and the report say that it is out."""
    assert command("pathful", sessions(tmp_path), "--no-build").exit_code == 0
    run = run_of(settings).run_id
    assert "build` publishes" in command("runs", "show", run).out
    why = ("--reason", "The wrong year", "--no-build")
    assert command("exclude-load", run, *why).exit_code == 0
    assert "is excluded" in command("exclude-load", run, *why).err
    assert left_out(settings) == {run}
    assert "succeeded, left out" in command("runs", "list").out
    (line,) = command("runs", "list", "--json").json
    assert line["is_left_out"] is True
    assert f"in {settings.home} yet; `polaris-load build`" in command("status").out
    shown = command("runs", "show", run).out
    assert "its rows count nowhere" in shown
    assert "build` publishes" not in shown
    assert command("exclude-load", run, "--include", *why).exit_code == 0
    assert left_out(settings) == set()
    assert command("exclude-load", run, *why).exit_code == 0
    newest = decisions.read_all(settings)[-1]
    undo = {"action": "revoke", "revokes": newest.decision_id, "reason": "Both are right"}
    decisions.append(settings, [undo], actor="sam", role="admin")
    assert left_out(settings) == set()
    dry = ledger.RunStart("pathful", "pathful x.csv --dry-run", "sam", dry_run=True)
    assert landed_source(settings, run) == "pathful"
    for other in (run[:-1], "nobody", ledger.start_run(settings, dry)):
        assert landed_source(settings, other) is None
    typo = command("pathful", tmp_path / "typo.csv")
    assert typo.exit_code == 2
    assert "nothing is published yet" in command("exclude-load", run_of(settings).run_id, *why).err


def test_a_run_at_work_is_stopped_and_what_it_landed_is_taken_back(
    command: Command, no_dbt: FakeBuild, settings: Settings, home: Path, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path, "a.csv")).exit_code == 0
    before = raw(settings, "select count(*) from raw_pathful.session_report")
    process = subprocess.Popen(
        [sys.executable, "-c", AT_WORK, sessions(tmp_path, "b.csv", first=2001)],
        env=os.environ | {"POLARIS_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        run_id = process.stdout.readline().strip()
        answer = command("runs", "cancel", run_id, "--json")
        assert answer.exit_code == 0, answer.err
    finally:
        process.kill()
        process.wait()
    assert answer.json["cancelled"] == answer.json["withdrawn"] == [run_id]
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert (run.status, run.release) == ("cancelled", None)
    assert raw(settings, "select count(*) from raw_pathful.session_report") == before
    assert "is not at work any more" in command("runs", "cancel", run_id).err
    assert command("runs", "retry", run_id).exit_code == 0


def test_somebody_elses_process_with_the_id_of_a_dead_one_is_left_alone(
    settings: Settings,
) -> None:
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "pathful x.csv", "jordan"))
    other = subprocess.Popen(["sleep", "60"])
    try:
        ledger.note(settings, run_id, pid=other.pid)  # with our identity
        with pytest.raises(PolarisError, match="not at work any more"):
            cancel(settings, run_id)
        known = processes.identity(other.pid)
        assert not processes.stop(other.pid, processes.identity(os.getpid()))
        assert not processes.stop(other.pid, None)
        assert other.poll() is None
        assert processes.stop(other.pid, known)
        assert other.wait(10) == -signal.SIGTERM
        assert not processes.stop(other.pid, known)
    finally:
        other.kill()
        other.wait()


def test_leaving_a_file_out_names_the_runs_that_brought_it_too(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    """The rows of a file count until every run that brought it is left out."""
    file = sessions(tmp_path)
    runs = []
    for options in (("--dry-run",), (), ()):
        assert command("pathful", file, *options).exit_code == 0
        runs.append(run_of(settings).run_id)
    assert command("pathful", sessions(tmp_path, "other.csv", first=2001)).exit_code == 0
    why = ("--reason", "The wrong year", "--no-build")
    first = command("exclude-load", runs[1], *why)
    assert f"Run {runs[2]} brought the same file, and it counts still" in first.out
    assert first.out.count("the same file") == 1
    second = command("exclude-load", runs[2], *why, "--json").json
    assert second["same_file"] == []
    assert command("exclude-load", runs[2], "--include", *why, "--json").json["same_file"] == []


def test_a_query_that_is_told_to_end_is_a_run_that_was_stopped(settings: Settings) -> None:
    """DuckDB hears the word in the middle of a query, and raises an error of its own instead."""
    run_id = ledger.start_run(settings, ledger.RunStart("salesforce", "salesforce", "jordan"))
    before = signal.signal(signal.SIGTERM, cli._stop)
    told = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM))

    def work() -> None:
        with recorded(settings, [run_id]), duckdb.connect() as connection:
            told.start()
            connection.execute(
                "select sum(a.range * b.range) from range(10000000) a, range(9999) b"
            )

    try:
        with pytest.raises(RuntimeError) as caught:
            work()
        assert is_stop(caught.value)
    finally:
        told.cancel()
        signal.signal(signal.SIGTERM, before)
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert (run.status, run.error_summary) == ("cancelled", "Stopped before it was finished.")
    assert not is_stop(RuntimeError("Query interrupted"))


def test_a_word_to_end_waits_until_readers_and_the_ledger_say_the_same() -> None:
    def stop(*_: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    done: list[str] = []

    def work() -> None:
        with processes.uninterrupted():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.05)
            done.append("whole")

    try:
        with pytest.raises(Stopped):
            work()
        assert done == ["whole"]
        assert signal.getsignal(signal.SIGTERM) is stop
    finally:
        signal.signal(signal.SIGTERM, before)


def test_there_has_to_be_such_a_run(settings: Settings) -> None:
    with pytest.raises(BadInput, match="There is no run nobody"):
        cancel(settings, "nobody")


def test_a_part_is_not_built_while_a_load_waits(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    """It would publish without that load, and the gate could not tell what became of its rows."""
    create_raw_tables(settings.home)
    query(settings.home, "create schema ops")
    query(settings.home, "create table ops.import_runs (run_id varchar, load_seq bigint)")
    assert command("build", "--select", "dim_events").exit_code == 0
    assert command("pathful", sessions(tmp_path), "--no-build").exit_code == 0
    answer = command("build", "--select", "dim_events")
    assert answer.exit_code == 2
    assert "1 landed load waits for a whole build" in answer.err
    assert len(raw(settings, "from raw_pathful.session_report")) > 0


def test_a_landed_load_that_a_later_build_refuses_is_a_failed_run_that_can_be_tried_again(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path), "--no-build").exit_code == 0
    landed = run_of(settings)
    no_dbt.gate, passing = replace(refusing(), refused_runs=(landed.run_id,)), no_dbt.gate
    assert command("build").exit_code == 3
    assert raw(settings, "from raw_pathful.session_report") == []
    told = ledger.get_run(settings, landed.run_id)
    assert told is not None
    assert (told.status, told.error_summary) == ("failed", TAKEN_BACK)
    no_dbt.gate = passing
    assert command("runs", "retry", landed.run_id).exit_code == 0
    assert len(raw(settings, "from raw_pathful.session_report")) > 0
