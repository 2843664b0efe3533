"""`nightly`: every source lands on its own, and what fails stops nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polaris import ledger
from polaris.errors import NotReady, PolarisError
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import sources
from tests.support.fake_build import FakeBuild
from tests.support.night import SIGNUPS, crm, crm_on, inbox_of, steps


@pytest.fixture
def inbox(settings: Settings) -> Path:
    return inbox_of(settings)


@pytest.fixture
def salesforce(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    return crm_on(monkeypatch)


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
    why = result["steps"][1]["message"]
    assert why.startswith("refused: it lacks the required columns ")
    assert not {"Ana", "Ruiz", "b.csv"} & set(why.replace(",", "").split())
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
    (inbox / "signups" / "x" / "web.csv").write_text(SIGNUPS, encoding="utf-8")
    command("nightly")
    kept = sorted((inbox / "done" / "signups").rglob("*web.csv"))
    # In the folders they came from: the folder says whose they are.
    assert [path.relative_to(inbox / "done" / "signups").parts[0] for path in kept][-3:] == [
        "x",
        "x",
        "y",
    ]
    assert len(kept) == 4


def test_a_roster_lies_in_the_folder_of_its_district_and_year(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    folder = inbox / "roster" / "Hickman Mills" / "2025-2026"
    folder.mkdir(parents=True)
    sources.roster(folder, range(3))
    sources.roster(inbox / "roster", range(3), name="lost.csv")
    (folder.parent / "2025-26").mkdir()
    sources.roster(folder.parent / "2025-26", range(3))
    done = command("nightly", "--json")
    assert done.exit_code == 1
    first, *others = done.json["steps"][:3]
    assert [step["status"] for step in (first, *others)] == ["Success", "FAILED", "FAILED"]
    assert any("its folder 2025-26 is no school year" in step["message"] for step in others)
    report = "see its report in inbox/nightly/failed/roster, under this night's id"
    assert all(step["message"].endswith(report) for step in others)
    landed = sources.raw(settings, "select district_name, academic_year from raw_roster.loads")
    assert landed == [("Hickman Mills", "2025-2026")]


def test_a_folder_that_names_no_district_is_refused_with_the_names_that_are_near(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path
) -> None:
    folder = inbox / "roster" / "Hikman Mills Jane Doe" / "2025-2026"
    folder.mkdir(parents=True)
    sources.roster(folder, range(3))
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["status"]) == (1, "partially_failed")
    step = done.json["steps"][0]
    assert step["status"] == "FAILED"
    assert (
        "its folder names no district, near are: Hickman Mills School District" in step["message"]
    )
    assert "Jane" not in json.dumps(done.json), "what people typed is in no summary"
    assert sources.raw(settings, "select count(*) from raw_roster.loads") == [(0,)]
    (kept,) = (inbox / "failed" / "roster" / "Hikman Mills Jane Doe" / "2025-2026").glob("*.csv")
    told = json.loads(kept.with_name(f"{kept.name}.report.json").read_text())
    assert "'Hikman Mills Jane Doe' names no district" in told["error"]
    assert "polaris-load roster FILE --district NAME" in told["error"]


def test_a_district_that_is_on_no_list_counts_once_somebody_imported_its_roster(
    command: Command, no_dbt: FakeBuild, settings: Settings, inbox: Path, tmp_path: Path
) -> None:
    given = ("--district", "Elm Fork USD 9", "--academic-year", "2025-2026", "--no-build")
    assert command("roster", sources.roster(tmp_path, range(3)), *given).exit_code == 0
    folder = inbox / "roster" / "elm fork usd 9" / "2025-2026"
    folder.mkdir(parents=True)
    sources.roster(folder, range(4))
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["steps"][0]["status"]) == (0, "Success")


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


def test_the_summary_says_why_the_crm_could_not_be_read_in_words_without_secrets(
    command: Command, no_dbt: FakeBuild, salesforce: Callable[..., Any]
) -> None:
    salesforce(crm("field missing", Contact="No such column 'Secret__c' near ana@example.org."))
    done = command("nightly", "--json")
    (step,) = (one for one in done.json["steps"] if one["status"] == "FAILED")
    assert step["message"].startswith("field missing; see `polaris-load runs show ")
    assert "Secret__c" not in done.out

    def refuse(*given: Any) -> Any:
        whole = crm("login refused", Account="a", Contact="b", Task="c")(*given)
        for item in whole["objects"]:
            item["extracted"] = 0
        raise PolarisError("Salesforce refused the login of ana@example.org.", result=[whole])

    salesforce(refuse)
    done = command("nightly", "--json")
    (step,) = (one for one in done.json["steps"] if one["status"] == "FAILED")
    assert step["message"].startswith("login refused, no object could be read; see `polaris-load ")
    assert "ana@" not in done.out


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
