"""Import: every problem is named before anything is written; the result says what became of it."""

from __future__ import annotations

import json
import os
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.runs import uploads
from polaris import ledger
from polaris.deciding import decisions
from polaris.settings import PROJECT_ROOT, load_settings
from tests.support import fake_release
from tests.support import workbooks as make
from tests.support.dashboard_app import (
    checked,
    end_job,
    environment,
    metrics,
    open_page,
    press,
    text_of,
    waiting_command,
    work_as,
)

REPORT: dict[str, Any] = {
    "run_id": "20260310T150000000Z-cccccc",
    "status": "succeeded",
    "source": "pathful",
    "report_type": "session_report",
    "file": "sessions.xlsx",
    "dry_run": False,
    "rows_processed": 3,
    "rows_created": 1,
    "rows_updated": 0,
    "rows_skipped": 1,
    "rows_unmatched": 1,
    "rows_invalid": 0,
    "skipped_by_reason": {"unchanged": 1},
    "unmatched_by_type": {"teacher": 1},
    "invalid_by_reason": {},
    "tickets_open": 7,
    "warnings": [],
    "gate": {"passed": True, "failures": []},
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "home"
    environment(monkeypatch, home)
    fake_release.publish(home)
    yield home
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    path = tmp_path / "sessions <1>.xlsx"
    rows = [make.session_row(), make.session_row(**{"Session ID": 1002})]
    return make.write_xlsx(path, [*make.SESSION_HEADERS, "Extra"], rows)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    row = make.roster_row()
    return make.write_csv(tmp_path / "roster.csv", list(row), [row])


def upload(path: Path, kind: str = "pathful") -> AppTest:
    app = open_page("import_file")
    if kind != "pathful":
        app = checked(app.segmented_control(key="import-kind").set_value(kind).run())
    content = (path.name, path.read_bytes(), "application/octet-stream")
    return checked(app.file_uploader(key=f"import-{kind}").set_value(content).run())


def command(monkeypatch: pytest.MonkeyPatch, output: Any, code: int = 0) -> None:
    then = f"print(json.dumps({output!r} | {{'arguments': sys.argv[1:]}})); sys.exit({code})"
    monkeypatch.setattr(jobs, "COMMAND", waiting_command(then))


def test_a_good_file_is_described_before_anything_is_written(sessions: Path, home: Path) -> None:
    app = upload(sessions)
    assert metrics(app)["Report"] == "Session Report"
    assert metrics(app)["Rows"] == "2"
    assert metrics(app)["Columns kept, not used"] == "1"
    assert "can be imported" in app.success[0].value
    assert app.selectbox(key="import-mode").value == "full"
    assert app.dataframe[0].value["title"].tolist() == ["Careers in health"] * 2
    assert ledger.list_runs(load_settings()) == []
    assert sorted(path.name for path in home.iterdir()) == ["inbox", "releases"]
    checked(checked(app.run()).run())
    assert len(list((home / "inbox").iterdir())) == 1  # the file is saved and read once


def test_a_file_without_columns_names_all_of_them_and_cannot_be_imported(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "half.csv", ["Session ID", "Title", "Date"], [])
    app = upload(path)
    problem = app.error[0].value.replace("\\", "")
    for header in ("Status", "Name", "SignUp Role", "Partner"):
        assert header in problem
    assert "half.csv" in problem
    assert "Nothing was imported" in text_of(app)
    assert "Import" not in [button.label for button in app.button]


def test_a_corrupt_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook at all")
    assert "broken.xlsx" in upload(path).error[0].value.replace("\\", "")


def test_a_file_above_the_limit_is_refused_in_words_and_not_saved(
    sessions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """platform.md 11.1: 25 MB, which a Pathful report of 30,000 rows (3 MB) keeps well below."""
    config = tomllib.loads((PROJECT_ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == uploads.most_mb(load_settings()) == 25
    assert "files of 25 MB at most" in text_of(open_page("import_file"))
    monkeypatch.setattr(uploads, "_MB", 40)  # so that the report is above 25 of them
    app = upload(sessions)
    assert "files of 25 MB at most" in app.error[0].value.replace("\\", "")
    assert "Import" not in [button.label for button in app.button]
    assert not (home / "inbox").exists()


def test_an_import_shows_progress_and_then_its_report(
    sessions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, REPORT)
    app = press(upload(sessions), "Import")
    assert "**Importing sessions _1_.xlsx**" in text_of(app).replace("\\", "")
    assert "You can leave this page" in text_of(app)
    assert not app.success
    folder = end_job(home)
    app = checked(app.run())
    text = text_of(app).replace("\\", "")
    assert "sessions.xlsx is imported and published." in text
    assert "Together **3 rows**" in text
    assert metrics(app)["Unchanged"] == "1"
    assert "#### What next" in text
    given = json.loads((folder / "output.json").read_text())["arguments"]
    assert given[0] == "pathful"
    assert given[2:] == ["--json", "--mode", "full"]
    assert Path(given[1]).read_bytes() == sessions.read_bytes()
    again = open_page("import_file", job=folder.name)
    assert "is imported and published" in text_of(again)
    app = press(again, "Import another file")
    assert app.file_uploader


def test_progress_is_read_from_the_ledger(
    sessions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, REPORT)
    app = press(upload(sessions), "Import")
    job = jobs.find(load_settings(), str(app.query_params["job"]))
    assert job is not None
    monkeypatch.setattr("polaris.ledger.os.getpid", lambda: job.pid)
    start = ledger.RunStart("pathful", "x", "jordan", file_name="sessions.xlsx")
    run_id = ledger.start_run(load_settings(), start)
    ledger.set_stage(load_settings(), run_id, "building", 20, 80)
    state = jobs.progress(load_settings(), job)
    assert (state.is_running, state.stage, state.done, state.total) == (
        True,
        "Building the tables",
        20,
        80,
    )
    app = checked(app.run())
    assert ":material/check_circle: Landing the rows" in text_of(app)
    assert ":material/pending: Building the tables" in text_of(app)
    other = open_page("import_file")
    assert "A run is at work" in other.info[0].value
    end_job(home)


def test_while_a_run_is_at_work_nothing_can_be_started(sessions: Path) -> None:
    ledger.start_run(load_settings(), ledger.RunStart("pathful", "x", "jordan"))
    app = upload(sessions)
    assert next(button for button in app.button if button.label == "Import").disabled


def test_a_dry_run_and_a_window_are_passed_on(
    sessions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, REPORT | {"dry_run": True})
    app = upload(sessions)
    app = checked(app.selectbox(key="import-mode").select("semester").run())
    app = press(app, "Try out only")
    folder = end_job(home)
    given = json.loads((folder / "output.json").read_text())["arguments"]
    assert given[2:] == ["--json", "--mode", "semester", "--dry-run"]
    assert "was tried out; nothing was published" in text_of(checked(app.run()))


def test_a_window_needs_its_date(sessions: Path) -> None:
    app = upload(sessions)
    app = checked(app.selectbox(key="import-mode").select("custom").run())
    assert next(button for button in app.button if button.label == "Import").disabled


def test_an_import_that_failed_says_why_and_that_nothing_changed(
    sessions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, {"status": "failed", "error": "The lock is held by run 7."}, 4)
    app = press(upload(sessions), "Import")
    end_job(home)
    text = text_of(checked(app.run())).replace("\\", "")
    assert "failed: The lock is held by run 7." in text
    assert "The published release is unchanged." in text
    assert "What next" not in text


def test_a_gate_failure_is_listed(
    sessions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = {"checkpoint": "promotion", "suite": "dim_events", "message": "2 keys are double"}
    gate = {"passed": False, "failures": [failure]}
    command(monkeypatch, REPORT | {"status": "failed", "error": "Gate failed.", "gate": gate}, 3)
    app = press(upload(sessions), "Import")
    end_job(home)
    text = text_of(checked(app.run())).replace("\\", "")
    assert "The published release is unchanged." in text
    assert "promotion/dim_events: 2 keys are double" in text


def test_a_roster_needs_its_district_and_passes_its_years(
    roster: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, REPORT | {"source": "roster", "file": "roster.csv"})
    app = upload(roster, "roster")
    assert metrics(app)["Teachers"] == "1"
    assert next(button for button in app.button if button.label == "Import").disabled
    district = app.selectbox(key="import-district")
    assert district.options == ["Grandview", "Hickman Mills"]
    app = checked(district.select("Hickman Mills").run())
    assert app.selectbox(key="import-year").options == ["2024-2025", "2025-2026", "2026-2027"]
    app = press(app, "Import")
    folder = end_job(home)
    given = json.loads((folder / "output.json").read_text())["arguments"]
    assert given[0] == "roster"
    assert given[2:] == [
        "--json",
        "--district",
        "Hickman Mills",
        "--academic-year",
        "2025-2026",
    ]


def upload_volunteers(path: Path, entity: str = "volunteers") -> AppTest:
    app = open_page("import_file", kind="csv", entity=entity)
    content = (path.name, path.read_bytes(), "text/csv")
    return checked(app.file_uploader(key="import-csv").set_value(content).run())


@pytest.fixture
def volunteers(tmp_path: Path) -> Path:
    row = {"First": "Ana", "Last": "Ruiz", "E-mail": "ana@example.org", "Birthdate": "1990-01-02"}
    return make.write_csv(tmp_path / "volunteers.csv", [*row, "T-shirt"], [row])


def test_a_file_of_a_contract_is_checked_and_imported_as_what_it_holds(
    volunteers: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """platform.md IMP-13b."""
    invalid = {"rows_invalid": 1, "invalid_by_reason": {"VOL_EMAIL_FORMAT": 1}}
    report = REPORT | invalid | {"source": "csv", "report_type": "volunteers"}
    command(monkeypatch, report)
    app = upload_volunteers(volunteers)
    assert metrics(app)["Report"] == "Volunteers"
    assert metrics(app)["Columns kept, not used"] == "1"
    assert app.dataframe[0].value["dob"].tolist() == ["1990-01-02"]
    app.text_input(key="import-system").set_value(" website ")
    app = checked(app.checkbox(key="import-strict").check().run())
    app = press(app, "Import")
    folder = end_job(home)
    given = json.loads((folder / "output.json").read_text())["arguments"]
    assert given[:2] == ["csv", "volunteers"]
    assert given[3:] == ["--json", "--source-system=website", "--strict-headers"]
    assert Path(given[2]).read_bytes() == volunteers.read_bytes()
    app = checked(app.run())
    assert "VOL_EMAIL_FORMAT" in text_of(app).replace("\\", "")
    links = {one.proto.label for one in app.get("page_link")}
    assert "See its findings" in links
    assert "See teacher progress" not in links


def test_a_file_of_another_kind_is_refused_and_checked_again_as_the_right_one(
    volunteers: Path,
) -> None:
    app = upload_volunteers(volunteers, "events")
    problem = app.error[0].value.replace("\\", "")
    assert "is no file of events: it lacks the required columns" in problem
    app = checked(app.selectbox(key="import-entity").select("volunteers").run())
    assert "can be imported" in app.success[0].value
    assert [one.label for one in app.download_button] == ["Template"]


def test_a_steward_sees_of_a_file_what_the_role_may(
    volunteers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "data_steward")
    row = upload_volunteers(volunteers).dataframe[0].value.iloc[0]
    assert (row["email"], row["dob"]) == ("ana@example.org", "****-**-**")


def test_a_job_that_nobody_knows_is_no_job(home: Path) -> None:
    assert jobs.find(load_settings(), "../../etc") is None
    assert open_page("import_file", job="job-20260101T000000-aaaaaaaa").file_uploader


def test_an_upload_goes_after_the_hours_that_are_set(home: Path) -> None:
    settings = load_settings()
    old, young = (settings.inbox / f"job-20250101T000000-0000000{n}" for n in "ab")
    now = time.time()
    for folder, hours in ((old, 3), (young, 1)):
        folder.mkdir(parents=True)
        os.utime(folder, (now - 3600 * hours,) * 2)
    jobs.save_upload(settings, "a.csv", b"x")
    assert old.exists()  # 72 hours, as listed
    set_to_two = {"action": "set_config", "subject_type": "config", "reason": "Less room"}
    set_to_two |= {"subject_key": "upload.keep_hours"}
    payload = {"key": "upload.keep_hours", "value": 2}
    decisions.append(settings, [set_to_two | {"payload": payload}], actor="jo", role="admin")
    jobs.save_upload(settings, "b.csv", b"x")
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize(
    ("given", "name"),
    [("../../x.csv", "x.csv"), ("C:\\a\\b.xlsx", "b.xlsx"), ("<b>.csv", "_b_.csv"), ("", "upload")],
)
def test_uploads_get_safe_names_inside_the_inbox(given: str, name: str, home: Path) -> None:
    path = jobs.save_upload(load_settings(), given, b"x")
    assert path.name == name
    assert path.is_relative_to(home / "inbox")
