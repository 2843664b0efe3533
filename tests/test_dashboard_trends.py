"""Trends by day, and what one import changed since another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.release import current
from dashboard.runs import queries_trends
from polaris.settings import SITE_ZONE, load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    is_closed,
    metrics,
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
    swapped = open_page("trends", from_run=LAST_RUN, to_run=EARLIER)
    assert metrics(swapped)["Changed sessions"] == "1"
    same = open_page("trends", from_run=LAST_RUN)
    assert "That is one import" in same.info[0].value


def test_one_report_or_none_is_not_compared_and_districts_see_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_release.publish(home)
    assert "Two Session Reports are needed" in text_of(open_page("trends"))
    assert FIRST_RUN not in text_of(open_page("trends"))
    act_as(monkeypatch, "district_viewer", "d-hickman")
    assert is_closed(open_page("trends"))
