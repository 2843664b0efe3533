"""`nightly`: every source on its own, one build, exit codes a scheduler can trust."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polaris import ledger, releases
from polaris.dbt_run import DbtError
from polaris.errors import NotReady, PolarisError
from polaris.locks import held_for_all, warehouse_lock
from polaris.nightly import NightlyOptions, nightly
from polaris.progress import Silent
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import sources
from tests.support.fake_build import FakeBuild, refusing

SIGNUPS = "event_ref,email,first_name\na1B000000000001,ana@example.org,Ana\n"


@pytest.fixture
def inbox(settings: Settings) -> Path:
    path = settings.inbox / "nightly"
    for kind in ("pathful", "signups"):
        (path / kind).mkdir(parents=True)
    return path


def steps(result: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["status"] for step in result["steps"]}


def crm(**errors: str) -> Callable[..., dict[str, Any]]:
    """Stands for `import_salesforce`; keeps the options it was given in `asked`."""

    def take(settings: Settings, options: Any, _progress: Any) -> dict[str, Any]:
        take.asked.append(options)  # type: ignore[attr-defined]
        start = ledger.RunStart(source="salesforce", command="salesforce", triggered_by="jordan")
        run_id = ledger.start_run(settings, start)
        objects = [
            {
                "object": name,
                "extracted": 7,
                "inserted": 4,
                "updated": 2,
                "deleted": 1,
                "seconds": 0.5,
                "warnings": ["about one field"] if name == "Task" else [],
                "error": errors.get(name),
            }
            for name in ("Account", "Contact", "Task")
        ]
        status = "partially_failed" if errors else "succeeded"
        ledger.finish_run(settings, run_id, status, counts_json={"objects": objects})
        return {"run_id": run_id, "status": status, "objects": objects, "rows_processed": 21}

    take.asked = []  # type: ignore[attr-defined]
    return take


@pytest.fixture
def salesforce(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Installs a stand-in for the CRM and switches the adapter on."""

    def install(take: Callable[..., Any]) -> Callable[..., Any]:
        monkeypatch.setenv("IMPORTER_ADAPTERS", "pathful,csv,salesforce")
        monkeypatch.setattr("polaris.salesforce.import_salesforce", take)
        return take

    return install


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


def test_every_file_lands_on_its_own_and_one_build_publishes_them(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    sources.sessions(inbox / "pathful", "a.csv")
    (inbox / "pathful" / "b.csv").write_text("Ana,Ruiz\n1,2\n", encoding="utf-8")
    (inbox / "signups" / "web.csv").write_text(SIGNUPS, encoding="utf-8")
    (inbox / "signups" / "portal").mkdir()
    (inbox / "signups" / "portal" / "p.csv").write_text(SIGNUPS, encoding="utf-8")
    (inbox / "pathful" / "c.xlsx.part").write_bytes(b"half")
    (inbox / "pathful" / ".hidden.csv").write_bytes(b"x")

    done = command("nightly", "--json")

    assert done.exit_code == 1
    result = done.json
    assert result["status"] == "partially_failed"
    assert [(step["name"], step["status"]) for step in result["steps"]] == [
        ("pathful file", "Success"),
        ("pathful file", "FAILED"),
        ("signups file", "Success"),
        ("signups file", "Success"),
        ("build", "Success"),
        ("reconciliation", "Skipped"),
    ]
    assert [step["records"] for step in result["steps"]] == [3, None, 1, 1, None, None]
    assert len(no_dbt.builds) == 1
    assert result["rows_processed"] == 5
    systems = sources.raw(settings, "select external_system from raw_csv.loads order by load_seq")
    assert systems == [("website",), ("portal",)]

    night = result["run_id"]
    good = inbox / "done" / "pathful" / f"{night} a.csv"
    assert good.is_file()
    told = json.loads(good.with_name(f"{good.name}.report.json").read_text())
    assert told["status"] == "succeeded"
    bad = inbox / "failed" / "pathful" / f"{night} b.csv"
    told = json.loads(bad.with_name(f"{bad.name}.report.json").read_text())
    assert "b.csv" in told["error"]
    left = sorted(path.name for path in (inbox / "pathful").iterdir())
    assert left == [".hidden.csv", "c.xlsx.part"]
    assert not list((inbox / "signups").rglob("*.csv"))

    runs = {run.run_id: run for run in ledger.list_runs(settings)}
    assert set(result["runs"]) == set(runs) - {night}
    assert len(result["runs"]) == 4
    assert runs[night].status == "partially_failed"
    assert "1 of 6 steps failed: pathful file" in (runs[night].error_summary or "")
    assert json.loads(runs[night].ingest_params_json)["runs"] == result["runs"]


def test_a_second_start_in_the_same_night_changes_nothing(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    sources.sessions(inbox / "pathful")
    first = command("nightly", "--json")
    second = command("nightly", "--json")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert steps(second.json)["files"] == "Skipped"
    assert (second.json["rows_processed"], second.json["runs"]) == (0, [])
    assert sources.raw(settings, "select count(*) from raw_pathful.loads") == [(1,)]


def test_a_file_with_the_same_name_every_night_is_never_overwritten(
    command: Command, no_dbt: FakeBuild, inbox: Path
) -> None:
    for folder in ("x", "y"):
        (inbox / "signups" / folder).mkdir()
        (inbox / "signups" / folder / "web.csv").write_text(SIGNUPS, encoding="utf-8")
    command("nightly")
    (inbox / "signups" / "web.csv").write_text(SIGNUPS, encoding="utf-8")
    command("nightly")
    kept = [path for path in (inbox / "done" / "signups").iterdir() if path.suffix == ".csv"]
    assert len(kept) == 3


def test_a_roster_lies_in_the_folder_of_its_district_and_year(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    folder = inbox / "roster" / "Hickman Mills" / "2025-2026"
    folder.mkdir(parents=True)
    sources.roster(folder, range(3))
    sources.roster(inbox / "roster", range(3), name="lost.csv")
    done = command("nightly", "--json")
    assert done.exit_code == 1
    assert [step["status"] for step in done.json["steps"][:2]] == ["Success", "FAILED"]
    landed = sources.raw(settings, "select district_name, academic_year from raw_roster.loads")
    assert landed == [("Hickman Mills", "2025-2026")]


def test_a_file_that_lies_beside_the_folders_is_told(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    (inbox / "rosters").mkdir(parents=True)
    (inbox / "rosters" / "Jane Doe.csv").write_text("a\n1\n")
    done = command("nightly", "--json")
    told = "Files outside the folders pathful, roster, signups of inbox/nightly: 1."
    assert told in done.json["warnings"]
    assert "Jane" not in json.dumps(done.json)


def test_the_crm_is_read_with_its_cadence_and_each_object_is_a_step(
    command: Command, no_dbt: FakeBuild, salesforce: Callable[..., Any]
) -> None:
    take = salesforce(crm())
    done = command("nightly", "--json")
    assert done.exit_code == 0, done.err
    assert steps(done.json)["salesforce Contact"] == "Success"
    step = done.json["steps"][2]
    assert (step["name"], step["records"], step["seconds"]) == ("salesforce Task", 7, 0.5)
    assert step["message"].startswith("4 new, 2 changed, 1 deleted; 1 warnings in run")
    assert len(done.json["runs"]) == 1, "the run is named once, however many objects it read"
    command("nightly", "--weekly")
    assert [(asked.cadence, asked.build) for asked in take.asked] == [
        ("daily", False),
        ("weekly", False),
    ]
    assert len(no_dbt.builds) == 2


def test_an_object_that_fails_leaves_the_rest_of_the_night_alone(
    command: Command, no_dbt: FakeBuild, salesforce: Callable[..., Any], inbox: Path
) -> None:
    salesforce(crm(Contact="Salesforce refused ana@example.org."))
    sources.sessions(inbox / "pathful")
    done = command("nightly", "--json")
    assert done.exit_code == 1
    assert done.json["status"] == "partially_failed"
    assert done.json["release"]
    found = steps(done.json)
    assert found["salesforce Contact"] == "FAILED"
    assert found["salesforce Account"] == found["pathful file"] == found["build"] == "Success"
    assert "ana@example.org" not in done.out + done.err, "what a source says stays in its report"


@pytest.mark.parametrize(
    "error", [PolarisError("The login was refused."), NotReady("no login"), ValueError("a defect")]
)
def test_a_source_that_cannot_be_read_stops_nobody_else(
    command: Command,
    no_dbt: FakeBuild,
    salesforce: Callable[..., Any],
    inbox: Path,
    error: Exception,
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    salesforce(fail)
    sources.sessions(inbox / "pathful")
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["status"]) == (1, "partially_failed")
    assert steps(done.json) == {
        "pathful file": "Success",
        "salesforce": "FAILED",
        "build": "Success",
        "reconciliation": "Skipped",
    }


def test_a_file_whose_adapter_is_off_waits(
    command: Command, no_dbt: FakeBuild, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPORTER_ADAPTERS", "pathful")
    (inbox / "signups" / "web.csv").write_text(SIGNUPS, encoding="utf-8")
    done = command("nightly", "--json")
    assert (done.exit_code, steps(done.json)["signups file"]) == (0, "Skipped")
    assert (inbox / "signups" / "web.csv").is_file()
    monkeypatch.setenv("IMPORTER_ENABLED", "false")
    assert steps(command("nightly", "--json").json)["sources"] == "Skipped"


def test_another_run_at_work_ends_it_with_4_and_nothing_is_done(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    path = sources.sessions(inbox / "pathful")
    with warehouse_lock(settings):
        done = command("nightly")
    assert done.exit_code == 4
    assert path.is_file()
    assert ledger.list_runs(settings) == []


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
    assert "1 checks failed" in text


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
    assert done.json["watermarks"] == [
        {
            "object": "Contact",
            "watermark": "2026-03-10T07:55:00.000+00:00",
            "age_hours": 21.1,
            "status": "fresh",
        }
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
