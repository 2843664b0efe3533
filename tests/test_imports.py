"""The import commands, with the real loaders and a build without dbt."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

from polaris import ledger, releases
from polaris.locks import warehouse_lock
from polaris.report import of_run
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import workbooks as make
from tests.support.fake_build import FakeBuild
from tests.support.sources import raw, sessions

REPORT_KEYS = {
    "run_id",
    "status",
    "source",
    "report_type",
    "idempotency",
    "metrics",
    "file",
    "file_sha256",
    "dry_run",
    "started_at",
    "finished_at",
    "duration_seconds",
    "rows_processed",
    "rows_created",
    "rows_updated",
    "rows_reactivated",
    "rows_skipped",
    "rows_unmatched",
    "rows_invalid",
    "skipped_by_reason",
    "unmatched_by_type",
    "invalid_by_reason",
    "events_created",
    "events_updated",
    "teachers_matched",
    "volunteers_matched",
    "tickets_new",
    "tickets_open",
    "unmapped_columns",
    "warnings",
    "gate",
    "release",
}


def everything_in(home: Path) -> dict[str, str]:
    """Hash of every file but the ledger's, the lock's and dbt's cache."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and path.name.partition("-")[0] not in {"runs.sqlite"}
        and path.relative_to(home).parts[0] not in {"locks", "dbt_target"}
    }


def test_an_import_lands_archives_publishes_and_reports(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    file = sessions(tmp_path)
    answer = command("pathful", file, "--json")
    assert answer.exit_code == 0, answer.err
    report = answer.json
    assert set(report) == REPORT_KEYS
    assert report["status"] == "succeeded"
    assert report["report_type"] == "session_report"
    assert report["rows_processed"] == report["rows_created"] == 3
    assert report["gate"] == {"passed": True, "failures": []}
    assert report["release"] == releases.current_name(settings)
    archived = settings.archive / report["file_sha256"]
    assert archived.read_bytes() == file.read_bytes()
    run = ledger.get_run(settings, report["run_id"])
    assert run is not None
    assert of_run(run) == report
    stored = json.loads((settings.reports / report["run_id"] / "report.json").read_text())
    assert stored == report


def test_the_release_shows_its_own_run_as_finished(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    report = command("pathful", sessions(tmp_path), "--json").json
    path = releases.current_release(settings)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as connection:
        run = connection.execute(
            "select status, release, counts_json from ops.import_runs where run_id = ?",
            [report["run_id"]],
        ).fetchone()
    assert run is not None
    assert run[:2] == ("succeeded", report["release"])
    assert json.loads(run[2]) == report


def test_several_files_are_one_build_and_a_list_of_reports(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    users = make.write_csv(tmp_path / "users.csv", make.USER_HEADERS, [make.user_row()])
    reports = command("pathful", sessions(tmp_path), users, "--json").json
    assert [report["report_type"] for report in reports] == ["session_report", "user_report"]
    assert len({report["run_id"] for report in reports}) == 2
    assert len({report["release"] for report in reports}) == 1
    assert len(no_dbt.builds) == 1
    assert raw(settings, "select load_seq from raw_pathful.loads order by 1") == [(1,), (2,)]


def test_one_bad_file_and_nothing_lands(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    headers = [header for header in make.SESSION_HEADERS if header not in {"Title", "Status"}]
    bad = make.write_csv(tmp_path / "bad.csv", headers, [make.session_row()])
    answer = command("pathful", sessions(tmp_path), bad, "--json")
    assert answer.exit_code == 2
    assert answer.json["status"] == "failed"
    for text in (answer.json["error"], answer.err):
        assert "bad.csv" in text
        assert "Title" in text
        assert "Status" in text
        assert "Traceback" not in text
    assert len(answer.err.strip().splitlines()) == 1
    assert not settings.archive.exists()
    assert not settings.warehouse.exists() or not raw(
        settings, "select 1 from information_schema.tables where table_schema = 'raw_pathful'"
    )
    by_file = {run.file_name: run for run in ledger.list_runs(settings)}
    assert by_file["bad.csv"].status == "failed"
    assert "Title" in str(by_file["bad.csv"].error_summary)
    assert by_file["sessions.csv"].status == "cancelled"
    assert no_dbt.builds == []


def test_a_file_that_is_not_there_is_bad_input(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    answer = command("pathful", tmp_path / "absent.xlsx", "--json")
    assert answer.exit_code == 2
    assert "absent.xlsx" in answer.json["error"]
    assert set(answer.json) == REPORT_KEYS | {"error"}
    assert ledger.list_runs(settings)[0].status == "failed"


def test_the_same_bytes_are_a_run_but_not_landed_again(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    first = command("pathful", sessions(tmp_path), "--json").json
    again = command("pathful", sessions(tmp_path, "copy.csv"), "--json").json
    assert again["run_id"] != first["run_id"]
    assert (again["rows_created"], again["rows_updated"]) == (0, 0)
    assert again["skipped_by_reason"] == {"unchanged": 3}
    assert any(first["run_id"] in warning for warning in again["warnings"])
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(3,)]
    assert raw(settings, "select run_id, rows_run_id from raw_pathful.loads order by load_seq") == [
        (first["run_id"], first["run_id"]),
        (again["run_id"], first["run_id"]),
    ]
    assert again["release"] != first["release"]


def test_the_same_file_twice_in_one_command_lands_once(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    file = sessions(tmp_path)
    first, second = command("pathful", file, file, "--json").json
    assert (first["rows_created"], second["rows_created"]) == (3, 0)


def test_a_file_without_rows_succeeds_and_says_so(
    command: Command, no_dbt: FakeBuild, tmp_path: Path
) -> None:
    answer = command("pathful", sessions(tmp_path, count=0), "--json")
    assert answer.exit_code == 0
    assert answer.json["status"] == "succeeded"
    assert answer.json["rows_processed"] == 0
    assert any("no rows" in warning.lower() for warning in answer.json["warnings"])


def test_a_run_that_used_no_row_of_its_file_warns(
    command: Command, no_dbt: FakeBuild, tmp_path: Path
) -> None:
    no_dbt.extra_sql = (
        "update ops.import_rows set bucket = 'skipped', reason = 'before_cutoff';"
        "update ops.import_runs set rows_created = 0, rows_skipped = rows_processed;"
    )
    answer = command("pathful", sessions(tmp_path), "--json")
    assert (
        "None of the 3 rows of sessions.csv was used: 3 before cutoff." in answer.json["warnings"]
    )
    assert "None of the 3 rows" in command("pathful", sessions(tmp_path)).out


def test_a_dry_run_reports_and_writes_nothing(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path)).exit_code == 0
    before = everything_in(settings.home)
    more = sessions(tmp_path, "more.csv", count=2, first=2001)
    answer = command("pathful", more, "--dry-run", "--json")
    assert answer.exit_code == 0, answer.err
    assert answer.json["dry_run"] is True
    assert answer.json["rows_created"] == 2
    assert answer.json["release"] is None
    assert everything_in(settings.home) == before
    run = ledger.list_runs(settings)[0]
    assert (run.dry_run, run.status) == (True, "succeeded")
    real = command("pathful", more, "--json").json
    assert real["rows_created"] == answer.json["rows_created"]


def test_a_dry_run_works_on_an_empty_home(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    assert command("pathful", sessions(tmp_path), "--dry-run", "--json").json["rows_created"] == 3
    assert everything_in(settings.home) == {}
    assert not any(settings.scratch.iterdir())


def test_dry_runs_work_beside_a_running_import(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    """Only the copying needs the lock, so a preview is refused just while a run is at work."""
    with warehouse_lock(settings):
        assert command("pathful", sessions(tmp_path), "--dry-run").exit_code == 4
    assert command("pathful", sessions(tmp_path), "--dry-run").exit_code == 0


def test_landing_without_building_leaves_the_counting_to_the_next_build(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    landed = command("pathful", sessions(tmp_path), "--no-build", "--json")
    assert landed.exit_code == 0
    assert landed.json["status"] == "succeeded"
    assert landed.json["rows_processed"] == 0
    assert landed.json["release"] is None
    assert landed.json["gate"]["passed"] is None
    assert any("next build" in warning for warning in landed.json["warnings"])
    assert releases.current_name(settings) is None
    assert command("build").exit_code == 0
    shown = command("runs", "show", landed.json["run_id"], "--json").json
    assert shown["rows_processed"] == shown["rows_created"] == 3


def test_the_summary_file_holds_the_report_of_good_and_bad_runs(
    command: Command, no_dbt: FakeBuild, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.json"
    good = command("pathful", sessions(tmp_path), "--json", "--summary-json", summary)
    assert json.loads(summary.read_text()) == good.json
    bad = command("pathful", tmp_path / "absent.csv", "--json", "--summary-json", summary)
    assert json.loads(summary.read_text()) == bad.json
    nowhere = command("pathful", sessions(tmp_path), "--summary-json", tmp_path / "x" / "y.json")
    assert nowhere.exit_code == 2


def test_unmapped_columns_are_named_in_the_report(
    command: Command, no_dbt: FakeBuild, tmp_path: Path
) -> None:
    headers = [*make.SESSION_HEADERS, "Shoe Size"]
    file = make.write_csv(tmp_path / "s.csv", headers, [make.session_row(Shoe_Size="41")])
    assert command("pathful", file, "--json").json["unmapped_columns"] == ["Shoe Size"]
    assert "Shoe Size" in command("pathful", file).out


def test_the_old_sheet_again_is_known_and_under_another_year_it_is_another(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("Session Title,Date,Teacher Name\nBridges,9/14,Ana Ruiz\n")
    years = ("2022-2023", "2022-2023", "2023-2024")
    runs = [
        command("pathful", file, "--virtual-year", year, "--no-build", "--json").json["run_id"]
        for year in years
    ]
    landed = raw(settings, "select run_id, rows_run_id from raw_pathful.loads order by load_seq")
    assert landed == [(runs[0], runs[0]), (runs[1], runs[0]), (runs[2], runs[2])]
    days = raw(settings, "select date from raw_pathful.session_report order by 1")
    assert days == [("2022-09-14 09:00:00",), ("2023-09-14 09:00:00",)]
