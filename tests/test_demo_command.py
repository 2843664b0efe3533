"""The demo command: what it imports in which order, what it refuses, that it is safe to repeat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris import ledger, releases, report
from polaris.demo import command
from polaris.demo.command import MARKER, lines, run_demo, run_week, week_lines
from polaris.errors import BadInput, NotReady
from polaris.imports import PathfulOptions, RosterOptions
from polaris.progress import Silent
from polaris.settings import Settings
from tests.support import parsed

SCHEMA = Path(__file__).parent / "support" / "release_schema.sql"
RELEASE = "20260131T120000000Z-abcdef"
SCALE = 0.02


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    return Settings(home, date(2030, 1, 1), "tester", f"sqlite:///{home}/decisions.sqlite")


class Imports:
    """Stands in for the import commands: notes what it was told and publishes an empty release."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bool]] = []
        self.today: set[date] = set()

    def roster(
        self, settings: Settings, file: Path, options: RosterOptions, _: Silent
    ) -> dict[str, Any]:
        assert options.academic_year in file.name
        return self._run(settings, file, "roster", build=options.build)

    def pathful(
        self, settings: Settings, files: Sequence[Path], options: PathfulOptions, _: Silent
    ) -> list[dict[str, Any]]:
        return [self._run(settings, file, "pathful", build=options.build) for file in files]

    def crm(
        self, settings: Settings, data: Path, now: datetime, _: Silent, *, build: bool = False
    ) -> dict[str, Any]:
        assert (data / "Contact.parquet").exists()
        assert (now.date() - settings.logical_date).days == (7 if build else 0)
        return self._run(settings, data, "salesforce", build=build)

    def _run(self, settings: Settings, file: Path, source: str, *, build: bool) -> dict[str, Any]:
        assert file.exists()
        self.told.append((file.name, build))
        self.today.add(settings.logical_date)
        start = ledger.RunStart(source, source, "tester", file_name=file.name)
        run_id = ledger.start_run(settings, start)
        ledger.finish_run(settings, run_id, "succeeded")
        if build:
            settings.releases_dir.mkdir(parents=True, exist_ok=True)
            path = releases.release_path(settings, RELEASE)
            path.unlink(missing_ok=True)
            with duckdb.connect(str(path)) as connection:
                connection.execute(SCHEMA.read_text(encoding="utf-8"))
            settings.current.write_text(f"{RELEASE}\n", encoding="utf-8")
        run = ledger.get_run(settings, run_id)
        assert run is not None
        return report.of_run(run)


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> Imports:
    fake = Imports()
    monkeypatch.setattr(command, "import_roster", fake.roster)
    monkeypatch.setattr(command, "import_pathful", fake.pathful)
    monkeypatch.setattr(command, "import_crm", fake.crm)
    monkeypatch.setattr(command, "lacking", lambda: None)
    return fake


def test_rosters_and_the_crm_come_first_and_only_the_last_file_is_built(
    here: Settings, imports: Imports
) -> None:
    result = run_demo(here, SCALE, None, Silent())
    names = [name for name, _ in imports.told]
    assert [name.startswith("roster_") for name in names] == [True] * 12 + [False] * 6
    assert names[12:] == [
        "salesforce",
        "user_report.xlsx",
        "session_report_2022-2023.xlsx",
        "session_report_2023-2024.xlsx",
        "session_report_2024-2025.xlsx",
        "session_report_current.xlsx",
    ]
    assert [build for _, build in imports.told] == [False] * 17 + [True]
    assert imports.today == {date(2026, 1, 31)}
    assert (result["release"], result["was_there"]) == (RELEASE, False)
    assert [item["file"] for item in result["reports"]] == names
    assert (here.home / "demo" / "truth_rows.csv").exists()
    json.dumps(result)


def test_without_a_server_for_the_crm_the_demo_says_so_and_goes_on(
    here: Settings, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "lacking", lambda: "simple-salesforce is not installed")
    result = run_demo(here, SCALE, None, Silent())
    assert "salesforce" not in [name for name, _ in imports.told]
    assert result["crm_lacking"] == "simple-salesforce is not installed"
    text = "\n".join(line for _, line in lines(result))
    assert "no Salesforce in this demo: simple-salesforce is not installed" in text
    assert "a week later" not in text


@pytest.mark.parametrize(
    ("rows", "deleted", "said"),
    [(0, 0, "was here already; nothing new came."), (2, 0, "is here."), (0, 1, "is here.")],
)
def test_the_week_says_whether_it_was_here_before(
    monkeypatch: pytest.MonkeyPatch, rows: int, deleted: int, said: str
) -> None:
    monkeypatch.setattr(report, "lines", lambda _report: [("plain", "the report")])
    result = {"rows_created": 0, "rows_updated": rows, "objects": [{"deleted": deleted}]}
    first, second = week_lines(result)
    assert first == ("good", f"The demo's Salesforce a week later {said}")
    assert second == ("plain", "the report")


def test_the_week_loads_what_changed_and_publishes(
    here: Settings, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadInput, match="holds no demo with a CRM"):
        run_week(here, None, Silent())
    run_demo(here, SCALE, None, Silent())
    run_week(here, None, Silent())
    assert imports.told[-1] == ("salesforce_weekly", True)
    monkeypatch.setattr(command, "lacking", lambda: "it is not here")
    with pytest.raises(NotReady, match="it is not here"):
        run_week(here, None, Silent())


def test_a_second_time_nothing_is_imported(here: Settings, imports: Imports) -> None:
    first = run_demo(here, SCALE, None, Silent())
    told = list(imports.told)
    again = run_demo(here, SCALE, None, Silent())
    assert imports.told == told
    assert again == first | {"was_there": True}
    assert "nothing was changed" in lines(again)[0][1]


def test_where_importing_is_off_a_demo_that_is_there_is_refused_too(
    here: Settings, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """platform.md IMP-1a: one clear sentence and exit code 5, as of every importing command."""
    run_demo(here, SCALE, None, Silent())
    told = list(imports.told)
    off = replace(here, importer_enabled=False)
    for refused in (
        lambda: run_demo(off, SCALE, None, Silent()),
        lambda: run_week(off, None, Silent()),
    ):
        with pytest.raises(NotReady, match="Importing is switched off") as error:
            refused()
        assert error.value.exit_code == 5
    assert imports.told == told


def test_an_interrupted_demo_is_taken_up_again(
    here: Settings, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(command, "import_pathful", killed)
        with pytest.raises(KeyboardInterrupt):
            run_demo(here, SCALE, None, Silent())
    here.warehouse.touch()
    assert run_demo(here, SCALE, None, Silent())["was_there"] is False


def test_real_data_are_left_alone(here: Settings, imports: Imports) -> None:
    here.home.mkdir()
    here.warehouse.touch()
    with pytest.raises(BadInput, match="holds data that are not a demo's; set POLARIS_HOME"):
        run_demo(here, SCALE, None, Silent())
    assert [path.name for path in here.home.iterdir()] == ["warehouse.duckdb"]


def test_another_scale_needs_another_home(here: Settings, imports: Imports) -> None:
    run_demo(here, SCALE, None, Silent())
    with pytest.raises(BadInput, match=r"a demo of scale 0.02, not of scale 0.03"):
        run_demo(here, 0.03, None, Silent())


@pytest.mark.parametrize("scale", [0, -1, 0.009, 21, float("nan")])
def test_a_senseless_scale_is_refused(here: Settings, scale: float) -> None:
    with pytest.raises(BadInput, match="out of range"):
        run_demo(here, scale, None, Silent())
    assert not here.home.exists()


def test_files_go_where_the_user_wants_them(
    here: Settings, imports: Imports, tmp_path: Path
) -> None:
    result = run_demo(here, SCALE, tmp_path / "elsewhere", Silent())
    assert result["folder"] == str(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "session_report_full.xlsx").exists()
    assert (here.home / MARKER).exists()
    assert not (here.home / "demo").exists()


def test_the_answer_says_how_well_it_went_and_what_to_do_next(
    here: Settings, imports: Imports
) -> None:
    text = "\n".join(line for _, line in lines(run_demo(here, SCALE, None, Silent())))
    assert "session_report_current.xlsx" in text
    assert "0 people split in two" in text
    assert "polaris-load dashboard" in text
    assert str(here.home) in text


@pytest.mark.slow
def test_the_demo_tells_the_truth(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything for real, small: no person split or merged, every row in the right bucket."""
    home = tmp_path / "home"
    here = Settings(home, date(2030, 1, 1), "tester", f"sqlite:///{home}/decisions.sqlite")
    parsed.lend(parsed.shared(tmp_path_factory.getbasetemp()), home, here.dbt_target / "runs")
    score = run_demo(here, SCALE, None, Silent())["score"]
    assert score["examples"] == {}
    assert score["stage"] == "history"
    assert score["wrong_completed"] == 0
    assert score["crm"]["people_judged"] > 60
    assert score["crm"]["participations_judged"] > 300
    assert score["crm"]["wrong_hours"] == 0
    again = run_demo(replace(here, user="other"), SCALE, None, Silent())
    assert again["was_there"]
    assert again["score"] == score
