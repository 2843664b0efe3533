"""The list of runs column by column, and what a run says of its source (platform.md 2.9, 6.2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import words
from dashboard.narrow import LAPTOP, text_width
from dashboard.runs import run_list
from polaris import ledger
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import add_rows, offered, open_page, text_of, work_as
from tests.support.fake_release_work import FIRST_RUN, LAST_RUN
from tests.support.full_run_list import fill, merged, say
from tests.support.paused import paused_backfill


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


def the_list() -> Any:
    return open_page("runs").dataframe[0]


def test_the_zone_is_said_once_and_an_earlier_year_with_its_day(release: Path) -> None:
    say(release, FIRST_RUN, started_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    app = open_page("runs")
    assert "Times are Central Time; those without a year are of 2026." in text_of(app)
    assert app.dataframe[0].value["started"].tolist() == ["Mar 10, 9:15 AM", "Dec 31, 2025"]


def test_a_run_newer_than_the_release_says_which_year_goes_without_saying(release: Path) -> None:
    """Its time of day is what a person looks for; the others' year is said."""
    settings = load_settings()
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "x", "jordan", file_name="x"))
    # Still the year before in Chicago.
    ledger.note(settings, run_id, started_at="2028-01-01T03:00:00.000000+00:00")
    ledger.finish_run(settings, run_id, "failed")
    app = open_page("runs")
    assert "those without a year are of 2027" in text_of(app)
    assert app.dataframe[0].value["started"].tolist()[:2] == ["Dec 31, 9:00 PM", "Mar 10, 2026"]


def test_how_old_the_data_was_stands_in_the_list_where_a_source_says_it(release: Path) -> None:
    assert "age" not in the_list().value
    say(release, LAST_RUN, max_source_updated_at=datetime(2026, 3, 10, 12, 40, tzinfo=UTC))
    assert the_list().value["age"].tolist() == ["95 min", ""]
    # What changed while it was read is no age.
    say(release, FIRST_RUN, max_source_updated_at=datetime(2026, 2, 1, 15, 0, 9, tzinfo=UTC))
    assert the_list().value["age"].tolist() == ["95 min", "0 s"]
    columns = json.loads(the_list().proto.columns)
    assert columns["age"]["label"] == "Data age"
    assert "when the run began" in columns["age"]["help"]


def test_pairs_that_a_rule_merged_are_a_column_where_there_are_any(release: Path) -> None:
    assert "merged" not in the_list().value
    say(release, LAST_RUN, metrics_json=merged(7))
    assert the_list().value["merged"].tolist() == [7, 0]


def test_every_column_in_use_has_the_room_it_needs_on_a_laptop(release: Path) -> None:
    fill(release)
    table = the_list()
    columns = json.loads(table.proto.columns)
    shown = {name: one for name, one in columns.items() if not one.get("hidden")}
    assert len(shown) == 18
    widths = {name: one["width"] for name, one in shown.items()}
    assert sum(widths.values()) <= LAPTOP
    for name, width in widths.items():
        cells = [said(one) for one in table.value[name].explode()]
        # A word of the status stands on its colour, which needs room at both ends.
        needed = max(map(text_width, cells)) + (12 if name == "status" else 0)
        needed = max(needed, text_width(shown[name].get("label") or ""))
        assert width >= needed, f"{name} has {width} px of {needed}: {cells}"
    assert table.value["file"].tolist()[0].endswith("25-26")


def said(cell: Any) -> str:
    """What a cell shows."""
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def test_each_status_has_its_colour_in_the_list_and_on_its_page() -> None:
    """platform.md 6.2; the word stands on the colour, and an icon beside it."""
    settings = load_settings()
    runs = {}
    for status in ("pending", "failed", "partially_failed", "cancelled", "running"):
        dry = status == "failed"
        start = ledger.RunStart("pathful", "x", "jordan", dry_run=dry, file_name=status)
        runs[status] = ledger.start_run(settings, start)
        if status == "pending":
            ledger.note(settings, runs[status], status=status)
        elif status != "running":
            ledger.finish_run(settings, runs[status], status)
    runs["succeeded"] = LAST_RUN
    column = json.loads(the_list().proto.columns)["status"]["type_config"]
    colours = {one["value"]: one["color"] for one in column["options"]}
    assert colours == {
        "Waiting": "#f7dc9a",  # yellow
        "Running": "#bcd7ea",  # blue
        "Succeeded": "#bfe3c3",  # green
        "Failed, dry run": "#f3b8b0",  # red
        "Partly failed": "#f6c58f",  # orange
        "Cancelled": "#d9e0e7",  # none of them: grey
    }
    heads = {
        "pending": ":yellow-background[:material/schedule: Waiting]",
        "running": ":blue-background[:material/progress_activity: Running]",
        "succeeded": ":green-background[:material/check_circle: Succeeded]",
        "failed": ":red-background[:material/error: Failed]",
        "partially_failed": ":orange-background[:material/warning: Partly failed]",
        "cancelled": ":gray-background[:material/cancel: Cancelled]",
    }
    for status, head in heads.items():
        assert head in text_of(open_page("runs", run=runs[status])), status


def test_a_backfill_that_was_paused_is_not_said_to_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load_settings()
    run_id = paused_backfill(settings)
    made = offered(monkeypatch)
    assert the_list().value["status"].tolist()[0] == ["Paused"]
    (sheet,) = made["runs"]
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    assert (rows[0]["Status"], rows[0]["Label"]) == ("Paused", "backfill")
    assert ":gray-background[:material/pause_circle: Paused]" in text_of(
        open_page("runs", run=run_id)
    )


def test_a_status_says_what_is_special_and_a_file_says_it_in_full(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings()
    start = ledger.RunStart("pathful", "x", "jordan", dry_run=True, file_name="x")
    for status in ("failed", "succeeded"):
        ledger.finish_run(settings, ledger.start_run(settings, start), status)
    flag = {"anomaly_key": "a", "run_id": LAST_RUN, "status": "flagged", "severity": "warn"}
    add_rows(load_settings().home, "ops.anomalies", [flag | {"rule_code": "SET-501"}])
    made = offered(monkeypatch)
    table = the_list().value
    found = [["Dry run"], ["Failed, dry run"], ["Succeeded"], ["Succeeded"]]
    assert sorted(table["status"]) == found
    assert (
        table.set_index("file")["unusual"]["sessions <spring>.xlsx"] == table["unusual"].sum() == 1
    )
    (sheet,) = made["runs"]
    at = sheet.columns.index("Status")
    in_full = ["Failed, dry run", "Succeeded", "Succeeded, 1 unusual", "Succeeded, dry run"]
    assert sorted(row[at] for row in sheet.rows) == in_full


@pytest.mark.parametrize(
    ("seconds", "figure"),
    [
        (None, None),
        (0.4, "0 s"),
        (99.4, "99 s"),
        (99.5, "2 min"),
        (5969, "99 min"),
        (5971, "2 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
        (1234 * 86400, "1,234 days"),
    ],
)
def test_a_length_of_time_is_one_figure(seconds: float | None, figure: str | None) -> None:
    assert run_list.brief(seconds) == figure


def test_the_file_of_the_list_says_what_the_list_has_no_room_for(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(
        release,
        LAST_RUN,
        max_source_updated_at=datetime(2026, 3, 10, 12, 40, tzinfo=UTC),
        anomaly_flags='["SET-504", "SET-501", "SET-501"]',
        notes="A week late.",
        metrics_json=merged(7),
    )
    made = offered(monkeypatch)
    open_page("runs")
    (sheet,) = made["runs"]
    last, first = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    assert last["Started"] == "Mar 10, 2026, 9:15 AM CDT"
    assert last["Source"] == "Session Report"
    assert last["Newest change in its source"] == "Mar 10, 2026, 7:40 AM CDT"
    assert last["Hours before the start"] == 1.58
    assert last["Rules that flagged it"] == "SET-501, SET-504"
    assert last["SHA-256 of the file"] == "b" * 64
    assert (last["Notes"], last["Merged by rule"]) == ("A week late.", 7)
    assert words.is_missing(first["Newest change in its source"])
    work_as(monkeypatch, "viewer")
    open_page("runs")
    assert "Notes" not in made["runs"][0].columns


def test_a_run_tells_of_its_source_and_what_was_noted(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = {"status": "succeeded", "calls": 41, "calls_used": 140, "calls_allowed": 100_000}
    say(
        release,
        LAST_RUN,
        source="salesforce",
        max_source_updated_at=datetime(2026, 3, 10, 12, 40, tzinfo=UTC),
        adapter_health_json=json.dumps(health | {"retries": {"network": 2, "pages": 1}}),
        notes="Twice as many <b>rows</b>.\nAsked the district.",
        hashes=json.dumps({"objects": {"Session__c": "d" * 64, "Contact": "c" * 64}}),
        file_sha256=None,
    )
    app = open_page("runs", run=LAST_RUN)
    text = text_of(app).replace("\\", "")
    assert (
        "Newest change in its source: Mar 10, 2026, 7:40 AM CDT, 95 min before the run began  \n"
        "41 calls to the source, 3 tried again (network 2, pages 1); 140 of the day's 100,000 used"
        "  \nNoted: Twice as many <b>rows</b>.  \nAsked the district."
    ) in text
    assert "\\<b\\>rows" in text_of(app)
    assert [box.value for box in app.code] == [f"Contact     {'c' * 64}\nSession__c  {'d' * 64}"]
    work_as(monkeypatch, "viewer")
    text = text_of(open_page("runs", run=LAST_RUN))
    assert "calls to the source" in text
    assert "Asked the district" not in text


def test_a_file_has_its_hash_to_copy_and_says_when_it_was_exported(release: Path) -> None:
    say(
        release,
        LAST_RUN,
        max_source_updated_at=datetime(2026, 3, 10, 14, 15, tzinfo=UTC),
        hashes=json.dumps({"file_sha256": "b" * 64}),
    )
    app = open_page("runs", run=LAST_RUN)
    assert [box.value for box in app.code] == ["b" * 64]
    text = text_of(app).replace("\\", "")
    assert "Exported Mar 10, 2026, 9:15 AM CDT, as the run began" in text
    say(release, LAST_RUN, max_source_updated_at=datetime(2026, 3, 10, 14, 35, tzinfo=UTC))
    assert "20 min after the run began" in text_of(open_page("runs", run=LAST_RUN)).replace(
        "\\", ""
    )


def test_what_a_run_does_not_say_is_no_line(release: Path) -> None:
    app = open_page("runs", run=FIRST_RUN)
    text = text_of(app)
    assert not app.code
    for silent in ("Newest change", "Exported", "calls to the source", "Noted", "SHA-256"):
        assert silent not in text


def test_a_failed_run_of_the_ledger_tells_of_its_calls() -> None:
    settings = load_settings()
    start = ledger.RunStart("salesforce", "salesforce", "jordan")
    run_id = ledger.start_run(settings, start)
    counts = {"calls": 9, "retries": {"network": 5}, "calls_used": 9, "calls_allowed": 15_000}
    ledger.finish_run(settings, run_id, "failed", counts_json=counts, error_summary="No answer.")
    text = text_of(open_page("runs", run=run_id)).replace("\\", "")
    assert "9 calls to the source, 5 tried again (network 5); 9 of the day's 15,000 used" in text


def test_a_release_of_an_earlier_version_is_listed_and_opened(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        for name in (
            "notes",
            "adapter_health_json",
            "max_source_updated_at",
            "anomaly_flags",
            "hashes",
        ):
            connection.execute(f"alter table ops.import_runs drop column {name}")
    assert len(the_list().value) == 2
    assert [box.value for box in open_page("runs", run=LAST_RUN).code] == ["b" * 64]
