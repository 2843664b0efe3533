"""`nightly`: one build, exit codes a scheduler can trust, and who may write meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polaris import ledger, releases
from polaris.dbt_run import DbtError
from polaris.locks import held_for_all, warehouse_lock
from polaris.nights.night import NightlyOptions
from polaris.nights.nightly import nightly
from polaris.progress import Silent
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import sources
from tests.support.fake_build import FakeBuild, refusing
from tests.support.night import SIGNUPS, crm, crm_on, inbox_of, steps


@pytest.fixture
def inbox(settings: Settings) -> Path:
    return inbox_of(settings)


@pytest.fixture
def salesforce(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    return crm_on(monkeypatch)


def test_with_no_source_it_says_so_and_still_builds_what_people_decided(
    command: Command, no_dbt: FakeBuild, settings: Settings
) -> None:
    done = command("nightly", "--json")
    assert done.exit_code == 0, done.err
    assert steps(done.json) == {
        "sources": "Skipped",
        "build": "Success",
        "reconciliation": "Skipped",
    }
    assert "No source is configured" in done.json["steps"][0]["message"]
    assert len(no_dbt.builds) == 1
    assert done.json["release"] == releases.current_name(settings)
    run = ledger.list_runs(settings)[0]
    assert (run.source, run.status, run.stage) == ("nightly", "succeeded", "finished")


def test_another_run_at_work_ends_it_with_4_and_nothing_is_done(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    path = sources.sessions(inbox / "pathful")
    with warehouse_lock(settings):
        done = command("nightly")
    assert done.exit_code == 4
    assert path.is_file()
    assert ledger.list_runs(settings) == []


def test_who_finds_the_warehouse_taken_is_told_what_runs_since_when_and_by_whom(
    command: Command, settings: Settings
) -> None:
    for source, file_name in (("nightly", None), ("pathful", "Jane Doe.xlsx")):
        start = ledger.RunStart(
            source=source, command=source, triggered_by="sam", file_name=file_name
        )
        run_id = ledger.start_run(settings, start)
    ledger.set_stage(settings, run_id, "landing", 1, 3)
    dry = ledger.RunStart("csv", "csv --dry-run", "robin", dry_run=True)
    ledger.start_run(settings, dry)  # works on a copy
    with warehouse_lock(settings):
        done = command("build", "--json")
    assert done.exit_code == 4
    said = done.json["error"]
    # The night is what somebody started; its import is where it is.
    assert "the nightly job has been running since" in said
    assert "started by sam, now landing 1 of 3." in said
    assert "Jane" not in said


def test_the_warehouse_is_held_from_the_first_step_to_the_last(
    command: Command, no_dbt: FakeBuild, settings: Settings, salesforce: Callable[..., Any]
) -> None:
    import subprocess
    import sys

    answers = []

    def other(*_: Any) -> Any:
        probe = (
            "from polaris.locks import warehouse_lock; from polaris.settings import load_settings\n"
            "with warehouse_lock(load_settings()): pass"
        )
        answers.append(
            subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).stderr
        )
        return crm()(*_)

    salesforce(other)
    assert command("nightly").exit_code == 0
    assert b"Locked" in answers[0]
    with warehouse_lock(settings):
        pass


def test_only_the_own_steps_of_a_long_run_share_its_lock(settings: Settings) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from polaris.errors import Locked

    def other_thread() -> str:
        try:
            with warehouse_lock(settings):
                return "taken"
        except Locked:
            return "locked"

    with warehouse_lock(settings), held_for_all(settings):
        with warehouse_lock(settings):
            pass
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(other_thread).result() == "locked"
    assert other_thread() == "taken"


def test_a_refusing_gate_ends_it_with_3_and_the_summary_is_written_all_the_same(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    sources.sessions(inbox / "pathful")
    no_dbt.gate = refusing()
    done = command("nightly", "--json")
    assert done.exit_code == 3
    assert (done.json["status"], done.json["release"]) == ("failed", None)
    assert releases.current_name(settings) is None
    run = ledger.list_runs(settings, source="nightly")[0]
    assert (run.status, run.stage) == ("failed", "finished")
    assert "The gate refused the data" in (run.error_summary or "")
    text = (settings.reports / run.run_id / "nightly.txt").read_text()
    assert "FAILED" in text.splitlines()[0]
    assert "the gate refused: 1 check failed (one_row_per_key), nothing was published" in text


def test_a_file_that_the_gate_refuses_is_taken_back_and_the_rest_is_published(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    inbox: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gate(warehouse: Path, _runs: Any, _previous: Any) -> Any:
        bad = sources.raw(settings, "select run_id from raw_csv.loads")
        if not bad:
            return no_dbt.gate
        verdict = refusing()
        failure = verdict.failures[0] | {"load_run_id": bad[0][0]}
        return replace(verdict, failures=[failure], refused_runs=(str(bad[0][0]),))

    monkeypatch.setattr("expectations.gate.run_gate", gate)
    sources.sessions(inbox / "pathful")
    (inbox / "signups" / "web.csv").write_text(SIGNUPS, encoding="utf-8")
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["status"]) == (1, "partially_failed")
    assert [(step["name"], step["status"]) for step in done.json["steps"]] == [
        ("pathful file", "Success"),
        ("signups file", "FAILED"),
        ("build", "FAILED"),
        ("build", "Success"),
        ("reconciliation", "Skipped"),
    ]
    assert done.json["release"] == releases.current_name(settings)
    assert len(no_dbt.builds) == 2
    assert [path.suffix for path in (inbox / "failed" / "signups").iterdir()] != []
    assert len(list((inbox / "done" / "pathful").iterdir())) == 2
    statuses = {run.source: run.status for run in ledger.list_runs(settings)}
    assert statuses == {"nightly": "partially_failed", "csv": "failed", "pathful": "succeeded"}


def test_a_build_that_breaks_ends_it_with_1(
    command: Command, no_dbt: FakeBuild, settings: Settings
) -> None:
    def broken(_settings: Settings) -> None:
        raise DbtError("One model failed: dim_events, near 'ana@example.org'.", [])

    no_dbt.before = broken
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["status"]) == (1, "failed")
    run = ledger.list_runs(settings)[0]
    assert (run.status, run.error_summary is not None) == ("failed", True)
    assert "ana@" not in (settings.reports / run.run_id / "nightly.txt").read_text()


def test_what_does_not_agree_with_the_crm_is_a_failed_step(
    command: Command, no_dbt: FakeBuild, salesforce: Callable[..., Any]
) -> None:
    salesforce(crm())
    no_dbt.extra_sql = """
        create or replace table ops.reconciliation as
        select 'source_count' as check_name, 'Contact' as object_name, 100 as source_count,
            90 as warehouse_count, false as is_within_tolerance
        union all select 'source_count', 'Account', 5, 5, true;
        create or replace table ops.crm_objects as
        select 'Contact' as object_name, now() as last_success_at,
            timestamptz '2026-03-10 07:55:00+00' as watermark, 21.1 as watermark_age_hours,
            'fresh' as status, 'Account was read 30.0 hours before' as dependency_warnings
        union all select 'Task', now(), timestamptz '2026-03-07 05:00:00+00', 96.0, 'stale', null
    """
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["status"]) == (1, "partially_failed")
    step = done.json["steps"][-1]
    assert (step["status"], step["records"]) == ("FAILED", 2)
    assert (
        "1 of 2 checks outside tolerance: source_count of Contact (100 there, 90 here)"
        in (step["message"])
    )
    assert "Contact: Account was read 30.0 hours before." in done.json["warnings"]
    old = "Task of Salesforce is stale: read up to 96.0 hours ago."
    assert [text for text in done.json["warnings"] if "stale" in text] == [old]
    assert done.json["watermarks"] == [
        {
            "object": "Contact",
            "watermark": "2026-03-10T07:55:00.000+00:00",
            "age_hours": 21.1,
            "status": "fresh",
        },
        {
            "object": "Task",
            "watermark": "2026-03-07T05:00:00.000+00:00",
            "age_hours": 96.0,
            "status": "stale",
        },
    ]


def test_a_night_that_is_stopped_is_written_down_as_cancelled(
    no_dbt: FakeBuild, settings: Settings
) -> None:
    def stop(_settings: Settings) -> None:
        raise KeyboardInterrupt

    no_dbt.before = stop
    with pytest.raises(KeyboardInterrupt):
        nightly(settings, NightlyOptions(), Silent())
    assert ledger.list_runs(settings)[0].status == "cancelled"
    with warehouse_lock(settings):
        pass


def test_the_help_names_the_exit_codes(command: Command) -> None:
    said = " ".join(command("nightly", "--help").out.split())
    assert "4 when another run is at work" in said
    assert "polaris-load nightly --weekly" in said
