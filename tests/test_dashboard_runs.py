"""Runs: the list, reports that add up, failed runs, the rows behind the numbers."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from polaris import ledger
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_duplicates
from tests.support.dashboard_app import (
    add_rows,
    everything,
    metrics,
    open_page,
    stored,
    text_of,
)
from tests.support.fake_release_work import FIRST_RUN, LAST_RUN
from tests.support.full_run_list import merged, say


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    return fake_release.publish(home)


def failed_run(message: str) -> str:
    settings = load_settings()
    start = ledger.RunStart("pathful", "pathful x.xlsx", "jordan", file_name="<x>.xlsx")
    run_id = ledger.start_run(settings, start)
    ledger.finish_run(settings, run_id, "failed", error_summary=message)
    return run_id


def test_runs_are_listed_newest_first_with_their_numbers(release: Path) -> None:
    rows = open_page("runs").dataframe[0].value
    assert rows["file"].tolist() == ["sessions <spring>.xlsx", "roster.csv"]
    assert rows["source"].tolist() == ["Sessions", "Roster"]
    first = rows.iloc[0]
    assert first["started"] == "Mar 10, 9:15 AM"
    assert (first["rows"], first["created"], first["unchanged"], first["aside"]) == (12, 4, 1, 3)


def test_the_list_says_how_long_runs_took_and_which_pairs_wait(release: Path) -> None:
    """platform.md 6.2: the pairs that wait are those of the queue, not those answered since."""
    fake_release_duplicates.add(release)
    with duckdb.connect(str(release)) as connection:
        connection.execute("update ops.import_runs set duration_seconds = 75")
    rows = open_page("runs").dataframe[0].value
    assert rows["took"].tolist() == ["75 s", "75 s"]
    assert rows["waiting"].dropna().tolist() == ["1"]
    assert rows.loc[rows["waiting"].notna(), "source"].tolist() == ["Sessions"]
    # What no run of the page has is no column.
    assert "back" not in rows
    roster = open_page("runs", source="roster").dataframe[0].value
    assert not {"back", "unchanged", "aside", "unmatched", "invalid", "waiting"} & set(roster)
    assert {"rows", "created", "updated"} <= set(roster)
    app = open_page("duplicate_volunteers", run=LAST_RUN)
    assert len(app.dataframe[0].value) == 1


def test_failed_runs_of_the_ledger_are_listed_too(release: Path) -> None:
    run_id = failed_run("The file has no column <Title>.")
    rows = open_page("runs").dataframe[0].value
    assert rows["status"].tolist() == [["Failed"], ["Succeeded"], ["Succeeded"]]
    assert rows["file"].tolist()[0] == "<x>.xlsx"
    only = open_page("runs", status="failed").dataframe[0].value
    assert len(only) == 1
    app = open_page("runs", run=run_id)
    assert r"The file has no column \<Title\>\." in app.error[0].value


def test_failed_runs_are_listed_before_anything_is_published(home: Path) -> None:
    failed_run("Nothing in it.")
    assert open_page("runs").dataframe[0].value["status"].tolist() == [["Failed"]]


def test_a_report_adds_up_and_names_every_reason(release: Path) -> None:
    app = open_page("runs", run=LAST_RUN)
    assert metrics(app) == {
        "Created": "4",
        "Updated": "1",
        "Unchanged": "1",
        "Set aside": "3",
        "Unmatched": "2",
        "Invalid": "1",
    }
    text = text_of(app).replace("\\", "")
    assert "Together **12 rows**: every row is in exactly one box." in text
    assert "2\N{EM SPACE}Session of another partner" in text
    assert "1\N{EM SPACE}Session without date" in text
    assert "1\N{EM SPACE}Date cannot be read" in text
    assert "Column 'Notes' is not part of the report" in app.warning[0].value.replace("\\", "")
    assert "from a date, from Jan 1, 2026" in text
    assert "The gate passed." in text


def test_a_report_that_does_not_add_up_says_so(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update ops.import_runs set counts_json = json_merge_patch(counts_json, ?)"
            " where run_id = ?",
            ['{"rows_processed": 13}', LAST_RUN],
        )
    assert "do not add up" in text_of(open_page("runs", run=LAST_RUN))


def test_the_rows_behind_a_number_can_be_filtered(release: Path) -> None:
    app = open_page("runs", run=LAST_RUN, bucket="unmatched")
    rows = app.dataframe[-1].value
    assert rows["row_number"].tolist() == [11, 12]
    assert rows["reason"].tolist() == ["Teacher", "Session without date"]
    assert rows["title"].tolist()[0] == "Robotics at Work"
    assert app.selectbox(key="rows-reason").options == [
        "Every reason",
        "Session without date",
        "Teacher",
    ]


def test_a_file_without_sessions_has_no_columns_for_them(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update ops.import_rows set event_key = null, bucket = 'skipped', reason = 'left_out'"
            " where run_id = ?",
            [LAST_RUN],
        )
    rows = open_page("runs", run=LAST_RUN).dataframe[-1].value
    assert "title" not in rows
    assert "session_date" not in rows
    assert set(rows["reason"]) == {"Left out by a person"}


def test_a_rule_keeps_its_code_wherever_a_reason_is_named(release: Path) -> None:
    rule = "VOL_CONTACT_REQUIRED"
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update ops.import_rows set bucket = 'invalid', reason = ? where run_id = ?",
            [rule, LAST_RUN],
        )
    skip = {"run_id": LAST_RUN, "row_number": 2, "skip_type": "missing_required_field"}
    add_rows(release.parents[1], "ops.import_skips", [skip | {"skip_reason": rule}])
    app = open_page("runs", run=LAST_RUN)
    assert set(app.dataframe[-1].value["reason"]) == {rule}
    assert app.selectbox(key="rows-reason").options == ["Every reason", rule]
    skips = next(one.value for one in app.dataframe if "skip_reason" in one.value)
    assert set(skips["skip_reason"]) == {rule}


def test_a_dry_run_says_that_nothing_was_written_and_leads_nowhere(release: Path) -> None:
    """Its figures are of a copy: no row, pair or finding is behind them, here or elsewhere."""
    assert "Its findings, to correct or to download" in links_of(run_of_a_file(dry_run=False))
    dry = open_page("runs", run=run_of_a_file(dry_run=True))
    assert not links(dry)
    assert "no rows and no findings to open" in text_of(dry)
    say(release, LAST_RUN, dry_run=True, metrics_json=merged(1))
    app = open_page("runs", run=LAST_RUN)
    assert "A dry run, on a copy: nothing was written" in text_of(app)
    assert "no rows and no findings to open" in text_of(app)
    assert not links(app)
    assert "#### Rows" not in text_of(app)
    assert "nothing was written" not in text_of(open_page("runs", run=FIRST_RUN))
    # A run that is for real says what it led to.
    say(release, LAST_RUN, dry_run=False)
    app = open_page("runs", run=LAST_RUN)
    assert links(app) == ["The pairs that wait for a person"]
    assert "#### Rows" in text_of(app)


def links(app: AppTest) -> list[str]:
    """What the page leads to."""
    return [one.proto.label for one in app.get("page_link")]


def links_of(run_id: str) -> list[str]:
    return links(open_page("runs", run=run_id))


def run_of_a_file(*, dry_run: bool) -> str:
    settings = load_settings()
    start = ledger.RunStart("csv", "csv volunteers", "jordan", dry_run=dry_run, file_name="v.csv")
    run_id = ledger.start_run(settings, start)
    ledger.finish_run(settings, run_id, "succeeded")
    return run_id


def test_a_release_that_a_check_refused_names_the_rule_by_its_code(home: Path) -> None:
    settings = load_settings()
    start = ledger.RunStart("csv", "csv volunteers", "jordan", file_name="v.csv")
    run_id = ledger.start_run(settings, start)
    failure = {"checkpoint": "promotion", "suite": "rows", "message": "Too many rows."}
    failure |= {"rows": [{"row_number": 2, "rule_code": "VOL_CONTACT_REQUIRED"}]}
    gate = {"passed": False, "failures": [failure]}
    ledger.finish_run(settings, run_id, "failed", gate_json=gate)
    assert "VOL_CONTACT_REQUIRED" in everything(open_page("runs", run=run_id))


def test_expectations_that_were_not_met_are_shown(release: Path) -> None:
    found = open_page("runs", run=LAST_RUN).dataframe[0].value
    assert found["column"].tolist() == ["career_cluster"]
    assert found["what"].tolist() == ["Column values to not be null"]


def test_an_older_report_without_rows_is_shown(release: Path) -> None:
    app = open_page("runs", run=FIRST_RUN)
    assert metrics(app)["Created"] == "5"
    assert "This run has no rows of its own" in text_of(app)


def test_an_import_of_nothing_is_a_warning_in_red(home: Path) -> None:
    settings = load_settings()
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "x", "jordan", file_name="x"))
    ledger.finish_run(settings, run_id, "succeeded")
    assert "No row of the file was processed" in open_page("runs", run=run_id).error[0].value


def test_a_running_run_says_what_it_is_doing(home: Path) -> None:
    settings = load_settings()
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "x", "jordan", file_name="x"))
    ledger.set_stage(settings, run_id, "building", 3, 10)
    app = open_page("runs", run=run_id)
    assert "Still running: building" in app.info[0].value


def test_an_unknown_run_says_so(release: Path) -> None:
    assert "There is no such run" in text_of(open_page("runs", run="nothing"))


def test_what_is_unusual_about_a_whole_load_is_said_with_its_figures(release: Path) -> None:
    """platform.md 5.3, 5.4."""
    check = {"run_id": LAST_RUN, "severity": "warn", "row_count": 200, "compared_runs": 6}
    flagged = check | {"status": "flagged", "measured": 0.4, "baseline": 0.05}
    add_rows(
        release.parents[1],
        "ops.anomalies",
        [
            flagged
            | {
                "anomaly_key": "a1",
                "rule_code": "SET-501",
                "field": "email",
                "message": "Far more <b>rows</b>.",
                "remediation_hint": "Compare the headers.",
            },
            flagged
            | {
                "anomaly_key": "a2",
                "rule_code": "SET-504",
                "severity": "error",
                "measured": 1200.0,
                "baseline": 28000.0,
                "message": "Less than half.",
                "remediation_hint": "Look at the export.",
            },
            check | {"anomaly_key": "a3", "rule_code": "SET-502", "status": "insufficient_history"},
            check | {"anomaly_key": "a4", "rule_code": "SET-503", "status": "normal"},
            flagged | {"anomaly_key": "a5", "run_id": FIRST_RUN, "message": "Of another run."},
        ],
    )
    app = open_page("runs", run=LAST_RUN)
    (warned,) = [box.value for box in app.warning if "SET" in box.value]
    assert "\\<b\\>rows" in warned
    warned = warned.replace("\\", "")
    assert "E-mail: Far more" in warned
    assert "40 % of 200, usually 5 %" in warned
    (failed,) = [box.value.replace("\\", "") for box in app.error if "SET" in box.value]
    assert "1,200 rows, usually 28,000" in failed
    assert "3 checks of the whole load made, 1 not: too few loads before it" in text_of(app)
    assert "Of another run" not in text_of(app)


def test_a_load_with_nothing_unusual_says_so_and_a_run_without_checks_says_nothing(
    release: Path,
) -> None:
    assert "whole load" not in text_of(open_page("runs", run=LAST_RUN))
    normal = {"run_id": LAST_RUN, "rule_code": "SET-504", "status": "normal", "anomaly_key": "a"}
    add_rows(release.parents[1], "ops.anomalies", [normal])
    assert "1 check of the whole load: nothing unusual" in text_of(open_page("runs", run=LAST_RUN))


def test_a_file_of_a_contract_is_not_said_to_bring_sessions(release: Path) -> None:
    assert "1 session updated" in text_of(open_page("runs", run=LAST_RUN))
    st.cache_resource.clear()
    st.cache_data.clear()
    with duckdb.connect(str(release)) as connection:
        connection.execute("update ops.import_runs set source = 'csv'")
    assert "session updated" not in text_of(open_page("runs", run=LAST_RUN))


def test_what_a_run_led_to_is_told_and_counts_that_disagree_too(home: Path, release: Path) -> None:
    """platform.md 6.2, 5.5."""
    metrics_json = json.dumps(
        {
            "dedupe": {
                "volunteer": {
                    "rows_auto_merged": 3,
                    "rows_manual_review": 2,
                    "rows_total_suggestions": 5,
                }
            },
            "remediation": {"attempts": 4, "succeeded": 3, "failed": 1},
            "core": {
                "volunteers": {
                    "rows_created": 1,
                    "survivorship": {"stats": {"fields_changed": 2}, "groups": {"email": 2}},
                },
                "events": {"rows_created": 0},
            },
        }
    )
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update ops.import_runs set metrics_json = ? where run_id = ?", [metrics_json, LAST_RUN]
        )
    counted = {
        "source": "pathful",
        "check_name": "file_rows",
        "object_name": "session_report",
        "run_id": LAST_RUN,
        "source_count": 12,
        "warehouse_count": 11,
        "is_within_tolerance": False,
    }
    add_rows(home, "ops.reconciliation", [counted])
    flag = {
        "anomaly_key": "of-the-last",
        "run_id": LAST_RUN,
        "status": "flagged",
        "severity": "warn",
    }
    flag |= {"rule_code": "SET-506", "measured": 0.5, "threshold": 0.1, "row_count": 40}
    flag |= {"kind": "reject_rate", "compared_runs": 5, "baseline": 0.0}
    add_rows(home, "ops.anomalies", [flag | {"message": "Many rows were held back."}])
    listed = open_page("runs")
    assert metrics(listed)["Merged by rule"] == "3"
    assert listed.dataframe[0].value["unusual"].tolist() == [1, 0]
    assert listed.dataframe[0].value["merged"].tolist() == [3, 0]
    app = open_page("runs", run=LAST_RUN)
    text = text_of(app).replace("\\", "")
    assert "5 pairs of records look alike since this run: 3 merged by rule, 2 for a" in text
    assert "4 corrections of its findings: 3 mended, 1 open still" in text
    assert "2 changes of what was known of people: E-mail 2" in text
    assert any("11 here, 12 expected" in one.value for one in app.warning)


def test_the_runs_in_view_are_told_at_a_glance(release: Path) -> None:
    failed_run("Nothing in it.")
    app = open_page("runs")
    assert metrics(app) == {
        "Runs in view": "3",
        "Succeeded": "66.7 %",
        "Most come from": "Pathful",
        "Dry runs": "0",
        "Merged by rule": "0",
    }
    assert app.toggle(key="runs-keep-up").value
    assert metrics(open_page("runs", status="failed"))["Runs in view"] == "1"


def test_a_file_that_waits_for_its_first_build_can_be_left_out_and_says_so(home: Path) -> None:
    settings = load_settings()
    start = ledger.RunStart("csv", "csv volunteers", "jordan", file_name="people.csv")
    run_id = ledger.start_run(settings, start)
    ledger.finish_run(settings, run_id, "succeeded", file_sha256="a" * 64)
    app = open_page("runs", run=run_id)
    app.text_input(key=f"run-exclude-{run_id}-why").set_value("The wrong year")
    app.button(key=f"run-exclude-{run_id}").click().run()
    assert stored() == [("exclude_load", run_id, {}, "The wrong year")]
    assert "Left out" in open_page("runs", run=run_id).warning[0].value
    assert open_page("runs").dataframe[0].value["status"].tolist() == [["Left out"]]
