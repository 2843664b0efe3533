"""Trends by day, and what one import changed since another."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboard.release import current
from dashboard.runs import queries_trends
from polaris import access
from polaris.settings import SITE_ZONE, load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    is_closed,
    metrics,
    offered,
    open_page,
    text_of,
)
from tests.support.fake_release import FIRST_RUN, LAST_RUN, at

# A Session Report before the release's own one.
EARLIER = "20260301T100000000Z-cccccc"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    path = fake_release.publish(home)
    run = {"run_id": EARLIER, "load_seq": 1, "source": "pathful", "status": "succeeded"}
    run |= {"report_type": "session_report", "file_name": "march.csv", "dry_run": False}
    run |= {"started_at": at("2026-03-01 10:00"), "finished_at": at("2026-03-01 10:01")}
    run |= {"rows_processed": 8, "rows_invalid": 2, "rows_created": 6}
    failed = run | {"run_id": "f", "status": "failed", "load_seq": None, "rows_processed": None}
    failed |= {"rows_invalid": None, "rows_created": None}
    failed |= {"started_at": at("2026-03-02 05:30"), "finished_at": at("2026-03-02 05:31")}
    dry = run | {"run_id": "d", "dry_run": True, "rows_processed": 1000, "load_seq": None}
    add_rows(home, "ops.import_runs", [run, failed, dry])
    # Of these the last report names all but one, which lies between its first and last day.
    named = [(2, "e-done"), (3, "e-next"), (4, "e-off"), (5, "e-gone")]
    add_rows(
        home,
        "ops.import_rows",
        [
            {"run_id": EARLIER, "row_number": number, "bucket": "created", "event_key": event}
            for number, event in named
        ],
    )
    gone = {"event_key": "e-gone", "title": "Left Out", "status": "Confirmed", "source": "pathful"}
    add_rows(home, "marts.dim_events", [gone | {"session_date": date(2026, 1, 20)}])
    skip = {"run_id": EARLIER, "skip_type": "other", "skip_reason": "duplicate_row"}
    add_rows(home, "ops.import_skips", [skip, skip | {"skip_reason": "parent_role"}])
    return path


def test_a_day_counts_what_came_was_held_back_and_repeated_in_chicago(release: Path) -> None:
    opened = current(load_settings())
    assert opened is not None
    rows = queries_trends.days(opened, date(2026, 3, 1), date(2026, 3, 1), None)
    # The failed run began on the evening before in Chicago; the dry run counts nowhere.
    assert [
        (row["run_count"], row["failed_count"], row["row_count"], row["invalid_count"])
        for row in rows
    ] == [(2, 1, 8, 2)]
    assert rows[0]["duplicate_count"] == 1
    ages = queries_trends.ages(opened, date(2026, 2, 28), date(2026, 3, 2), None)
    found = {(row["day"], row["source"]): row["age_hours"] for row in ages}
    assert found[date(2026, 3, 1), "pathful"] == pytest.approx(20.0, abs=0.05)
    assert found[date(2026, 3, 2), "pathful"] == pytest.approx(44.0, abs=0.05)
    assert (date(2026, 2, 28), "pathful") not in found
    assert (date(2026, 2, 28), "roster") in found


def test_a_blank_row_is_none_that_could_be_rejected(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on the run's own page and at the gate; platform.md 1.3."""
    run = {"source": "csv", "status": "succeeded", "dry_run": False, "rows_invalid": 11}
    run |= {"started_at": at("2026-03-05 15:00"), "finished_at": at("2026-03-05 15:01")}
    checked = {"volunteers": {"rows_evaluated": 47, "rows_quarantined": 11}}
    of_crm = {"Contact": {"rows_evaluated": 50}, "Case": {"rows_evaluated": 3}}
    rows = [
        run | {"run_id": "v", "rows_processed": 48, "metrics_json": json.dumps({"dq": checked})},
        # Of an object each; what an earlier version read says nothing of blank rows.
        run
        | {"run_id": "s", "source": "salesforce", "rows_processed": 53, "rows_invalid": 2}
        | {"metrics_json": json.dumps({"dq": of_crm})},
        run | {"run_id": "o", "rows_processed": 10, "rows_invalid": 1, "source": "roster"},
    ]
    add_rows(load_settings().home, "ops.import_runs", rows)
    opened = current(load_settings())
    assert opened is not None
    day = date(2026, 3, 5)
    found = {row["source"]: row for row in queries_trends.days(opened, day, day, None)}
    counts = {name: (row["row_count"], row["evaluated_count"]) for name, row in found.items()}
    assert counts == {"csv": (48, 47), "salesforce": (53, 53), "roster": (10, 10)}
    made = offered(monkeypatch)
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(
        "dashboard.runs.trend_charts.st.vega_lite_chart",
        lambda spec, key: drawn.update({key: spec}),
    )
    app = open_page("trends", **{"from": "2026-03-05", "to": "2026-03-05", "source": "csv"})
    assert metrics(app)["Rejected"] == "23.4 %"
    sheet = made["trends"][0]
    line = dict(zip(sheet.columns, next(iter(sheet.rows)), strict=True))
    assert (line["Rows"], line["Rows checked"], line["Rejected percent"]) == (48, 47, 23.4)
    (point,) = drawn["trend-reject-share"]["datasets"]["days"]
    assert point["Value"] == pytest.approx(23.404, abs=0.001)


def test_each_chart_is_a_file_of_what_it_shows(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IMP-63a: CSV beside PNG; the sessions of the last chart too."""
    files: dict[str, str] = {}
    original = st.download_button

    def button(label: str, data: Callable[[], bytes], name: str, *rest: Any, **more: Any) -> bool:
        if name.endswith(".csv"):
            files[more["key"]] = data().decode("utf-8-sig")
        return original(label, data, name, *rest, **more)

    monkeypatch.setattr("dashboard.downloads.st.download_button", button)
    app = open_page("trends", **{"from": "2026-01-01", "to": "2026-03-10"})
    charts = {json.loads(one.proto.spec)["title"]["text"] for one in app.get("vega_lite_chart")}
    of_charts = {key: text for key, text in files.items() if key.startswith("trend-")}
    heads = [next(csv.reader([text.splitlines()[0]])) for text in of_charts.values()]
    assert sorted(heads) == sorted(["Day", "Series", title] for title in charts)
    lines = files["trend-sessions-csv"].splitlines()
    assert "2026-01-20,Confirmed,1" in lines
    # Of a chart with nothing to draw there is no file.
    files.clear()
    open_page("trends", **{"from": "2026-03-05", "to": "2026-03-05"})
    assert "trend-rows-csv" not in files
    act_as(monkeypatch, "viewer")
    files.clear()
    open_page("trends")
    assert bool(files) is access.may("viewer", "export")


def test_of_a_day_that_has_not_ended_only_the_hours_until_now_are_told(release: Path) -> None:
    now = max(datetime.now(UTC), at("2026-03-10 14:15:30"))  # when the release was published
    run = {"run_id": "new", "source": "csv", "status": "succeeded", "dry_run": False}
    times = {"started_at": now - timedelta(hours=2), "finished_at": now - timedelta(hours=1)}
    build = run | {"run_id": "built", "source": "build"}
    add_rows(load_settings().home, "ops.import_runs", [run | times, build | times])
    opened = current(load_settings())
    assert opened is not None
    today = now.astimezone(SITE_ZONE).date()
    ages = queries_trends.ages(opened, today, today + timedelta(days=2), "csv")
    assert [row["day"] for row in ages] == [today]
    assert ages[0]["age_hours"] == pytest.approx(1.0, abs=0.1)
    everything = queries_trends.ages(opened, today, today, None)
    assert {row["source"] for row in everything} == {"csv", "pathful", "roster"}


def test_the_page_starts_with_thirty_days_and_can_be_taken_along(release: Path) -> None:
    app = open_page("trends")
    shown = metrics(app)
    assert app.date_input(key="trends-from").value == date(2026, 2, 9)
    assert (shown["Runs"], shown["Failed"], shown["Repeated"]) == ("3", "1", "1")
    charts = [one.proto.spec for one in app.get("vega_lite_chart")]
    assert any("Rows rejected by day" in spec for spec in charts)
    assert {"Export CSV", "Export XLSX"} <= {button.label for button in app.download_button}
    narrow = open_page("trends", **{"from": "2026-03-05", "to": "2026-03-05"})
    assert metrics(narrow)["Runs"] == "0"
    assert "None on these days." in text_of(narrow)
    wrong = open_page("trends", **{"from": "2026-03-06", "to": "2026-03-05"})
    assert "a last day after it" in wrong.error[0].value


def test_two_imports_are_compared_session_by_session(release: Path) -> None:
    app = open_page("trends")
    shown = metrics(app)
    assert (shown["New sessions"], shown["Changed sessions"]) == ("1", "1")
    assert (shown["Of them with another status"], shown["No longer in the report"]) == ("1", "1")
    table = app.dataframe[-1].value
    rows = {row["title"]: row for row in table.to_dict("records")}
    assert set(rows) == {"Robotics at Work", "Nursing Careers", "Left Out"}
    done = rows["Robotics at Work"]
    assert (done["what"], done["status"]) == ("Changed", "Confirmed \N{RIGHTWARDS ARROW} Completed")
    assert done["attended"] == "\N{EM DASH} \N{RIGHTWARDS ARROW} 25"
    assert (done["registered"], done["teachers"]) == ("30", "attendance of 1")
    assert rows["Nursing Careers"]["teachers"] == "2 new"
    assert rows["Left Out"]["what"] == "No longer in the report"
    assert "became" not in text_of(app)
    swapped = open_page("trends", from_run=LAST_RUN, to_run=EARLIER)
    assert metrics(swapped)["Changed sessions"] == "1"
    same = open_page("trends", from_run=LAST_RUN)
    assert "That is one import" in same.info[0].value


def test_new_sessions_that_are_no_event_are_told_beside_the_number(release: Path) -> None:
    """The run's page counts events; a session has none while its day is unknown."""
    undated = {"run_id": LAST_RUN, "load_seq": 2, "is_new": True, "title": "Soon"}
    changed = undated | {"session_key": "changed", "is_new": False, "title_before": "Later"}
    # A second reference of an event that is new by its own id too.
    one = undated | {"session_key": "one", "event_key": "e-next"}
    rows = [undated | {"session_key": name} for name in ("a", "b")]
    add_rows(load_settings().home, "ops.session_changes", [*rows, changed, one])
    app = open_page("trends")
    assert metrics(app)["New sessions"] == "4"
    text = text_of(app).replace("\\", "")
    assert "Of the 4 new sessions 2 became no event: their day is not known" in text
    assert "; 1 became an event that another of them is too." in text


def test_one_report_or_none_is_not_compared_and_districts_see_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_release.publish(home)
    assert "Two Session Reports are needed" in text_of(open_page("trends"))
    assert FIRST_RUN not in text_of(open_page("trends"))
    act_as(monkeypatch, "district_viewer", "d-hickman")
    assert is_closed(open_page("trends"))
