"""The roster command: its scope, and the guard against deactivating a district."""

from __future__ import annotations

from pathlib import Path

import pytest

from polaris.settings import Settings
from tests.conftest import Command
from tests.support.fake_build import FakeBuild
from tests.support.sources import raw, roster


def test_a_roster_lands_with_its_scope(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    file = roster(tmp_path, range(4))
    scope = ("--district", "Hickman Mills", "--academic-year", "2025-2026")
    report = command("roster", file, *scope, "--target-sessions", "2", "--json").json
    assert (report["source"], report["report_type"]) == ("roster", "roster")
    assert report["rows_created"] == 4
    columns = "district_name, academic_year, virtual_year, target_sessions"
    assert raw(settings, f"select {columns} from raw_roster.loads") == [
        ("Hickman Mills", "2025-2026", "2025-2026", 2)
    ]


@pytest.mark.parametrize(
    "year", ["2025", "2025-2027", "2026-2025", "25-26", "\uff12\uff10\uff12\uff15-2026", ""]
)
def test_a_school_year_is_two_consecutive_years(
    command: Command, no_dbt: FakeBuild, tmp_path: Path, year: str
) -> None:
    file = roster(tmp_path, range(2))
    answer = command("roster", file, "--district", "Center", "--academic-year", year)
    assert answer.exit_code == 2
    assert "--academic-year" in answer.err


def test_a_roster_that_would_deactivate_many_needs_a_word(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    scope = ("--district", "Hickman Mills", "--academic-year", "2025-2026")
    assert command("roster", roster(tmp_path, range(10)), *scope).exit_code == 0
    seven = roster(tmp_path, range(7), "seven.csv")
    six = roster(tmp_path, range(6), "six.csv")
    answer = command("roster", six, *scope, "--json")
    assert answer.exit_code == 2
    assert "4 of the 10 teachers" in answer.json["error"]
    assert "--allow-large-deactivation" in answer.json["error"]
    assert raw(settings, "select count(*) from raw_roster.loads") == [(1,)]
    assert not (settings.archive / answer.json["file_sha256"]).exists()
    alias = ("--district", "hickman mills school district", "--academic-year", "2025-2026")
    assert command("roster", six, *alias).exit_code == 2
    other_year = ("--district", "Hickman Mills", "--academic-year", "2026-2027")
    assert command("roster", six, *other_year).exit_code == 0
    assert command("roster", seven, *scope).exit_code == 0
    assert command("roster", six, *scope).exit_code == 0
    few = roster(tmp_path, range(1), "few.csv")
    assert command("roster", few, *scope).exit_code == 2
    assert command("roster", few, *scope, "--allow-large-deactivation").exit_code == 0
