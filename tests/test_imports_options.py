"""Options of the import commands: windows, export times, switches."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from polaris import imports, ledger
from polaris.district_names import unlisted_district
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.fake_build import FakeBuild
from tests.support.sources import raw, sessions


@pytest.mark.parametrize(
    ("mode", "since", "today", "expected"),
    [
        ("full", None, date(2026, 3, 10), None),
        ("semester", None, date(2026, 1, 1), date(2026, 1, 1)),
        ("semester", None, date(2026, 7, 31), date(2026, 1, 1)),
        ("semester", None, date(2026, 8, 1), date(2026, 8, 1)),
        ("semester", None, date(2026, 12, 31), date(2026, 8, 1)),
        ("six_month", None, date(2026, 3, 10), date(2025, 9, 11)),
        ("custom", date(2025, 2, 3), date(2026, 3, 10), date(2025, 2, 3)),
    ],
)
def test_modes_are_windows_on_the_logical_date(
    mode: str, since: date | None, today: date, expected: date | None
) -> None:
    options = imports.PathfulOptions(mode=mode, since=since)
    assert imports.cutoff_date(options, today) == expected


@pytest.mark.parametrize(
    ("mode", "since"),
    [
        ("custom", None),
        ("full", date(2026, 1, 1)),
        ("semester", date(2026, 1, 1)),
        ("weekly", None),
    ],
)
def test_modes_and_dates_that_do_not_go_together_are_refused(mode: str, since: date | None) -> None:
    with pytest.raises(BadInput, match="--mode"):
        imports.cutoff_date(imports.PathfulOptions(mode=mode, since=since), date(2026, 3, 10))


def test_the_window_and_the_export_time_are_on_the_load_row(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    exported = ("--exported-at", "2026-03-01 08:00")
    assert command("pathful", sessions(tmp_path), "--mode", "semester", *exported).exit_code == 0
    assert raw(
        settings,
        "select import_mode, cutoff_date, exported_at = timestamptz '2026-03-01 14:00:00+00'"
        " from raw_pathful.loads",
    ) == [("semester", date(2026, 1, 1), True)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--mode", "weekly"),
        ("--since", "2026-01-01"),
        ("--since", "soon", "--mode", "custom"),
        ("--exported-at", "yesterday"),
        ("--dry-run", "--no-build"),
    ],
)
def test_wrong_arguments_are_bad_input(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path, arguments: tuple[str]
) -> None:
    answer = command("pathful", sessions(tmp_path), *arguments)
    assert answer.exit_code == 2
    assert len(answer.err.strip().splitlines()) == 1
    assert ledger.list_runs(settings) == []


def test_importing_can_be_switched_off(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMPORTER_ENABLED", "false")
    assert command("pathful", sessions(tmp_path)).exit_code == 5
    for name in ("roster", "csv", "salesforce"):
        given = {"roster": ["--district", "North", "--academic-year", "2025-2026"]}.get(name, [])
        files = ["volunteers"] if name == "csv" else []
        files += [] if name == "salesforce" else [sessions(tmp_path)]
        answer = command(name, *files, *given, "--json")
        assert (name, answer.exit_code) == (name, 5)
        assert "IMPORTER_ENABLED is false" in answer.json["error"]
    assert command("demo", "--scale", "0.05").exit_code == 5
    assert not (settings.home / "demo").exists()
    assert "pathful " not in command("--help").out
    assert command("status").exit_code == 0
    assert {row["status"] for row in command("adapters", "--json").json} == {"disabled"}
    monkeypatch.setenv("IMPORTER_ENABLED", "true")
    assert "pathful " in command("--help").out
    monkeypatch.setenv("IMPORTER_ADAPTERS", "csv")
    answer = command("pathful", sessions(tmp_path), "--json")
    assert answer.exit_code == 5
    assert "pathful" in answer.json["error"]


def test_an_export_time_in_the_future_is_refused(
    command: Command, no_dbt: FakeBuild, tmp_path: Path
) -> None:
    answer = command("pathful", sessions(tmp_path), "--exported-at", "2126-01-01 08:00")
    assert answer.exit_code == 2
    assert "lies in the future" in answer.err


@pytest.mark.parametrize("name", ["Hickman Mills", "hickman mills school district", "KCKPS"])
def test_a_listed_district_needs_no_warning(name: str) -> None:
    assert unlisted_district(name) == ()


def test_a_mistyped_district_is_said_with_the_nearest_name() -> None:
    (warning,) = unlisted_district("Hickman Mils")
    assert "on no district list" in warning
    assert warning.endswith("Did you mean Hickman Mills?")
