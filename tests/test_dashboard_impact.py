"""Impact: years, scopes, formats, and the difference between counted and estimated."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import downloads, words_crm
from dashboard.downloads import Sheet
from dashboard.impact import impact_months
from tests.support import fake_release
from tests.support.dashboard_app import act_as, metrics, open_page, text_of


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The charts of the page that is opened: key -> specification."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(
        "dashboard.charts.st.vega_lite_chart", lambda spec, key: found.update({key: spec})
    )
    return found


def bars(drawn: dict[str, Any]) -> dict[str, float]:
    rows = drawn["impact-months"]["datasets"]["months"]
    return {row["Month"]: row["value"] for row in rows}


def test_the_whole_year_of_all_districts() -> None:
    app = open_page("impact")
    shown = metrics(app)
    assert (shown["Events"], shown["Volunteers"], shown["Students"]) == ("40", "120", "480")
    assert shown["Volunteer hours"] == "400"
    text = text_of(app).replace("\\", "")
    assert "All districts, 2025-2026" in text
    assert "Aug 1, 2025 to Jul 31, 2026" in text
    assert "the districts add up to more than the whole" in text


@pytest.mark.parametrize(
    ("kind", "window", "first", "last"),
    [
        ("school_year", "Aug 1, 2025 to Jul 31, 2026", "Aug 2025", "Jul 2026"),
        ("attendance_year", "Jun 1, 2025 to May 31, 2026", "Jun 2025", "May 2026"),
        ("virtual_year", "Jul 1, 2025 to Jun 30, 2026", "Jul 2025", "Jun 2026"),
    ],
)
def test_a_year_has_its_own_twelve_months(
    drawn: dict[str, Any], kind: str, window: str, first: str, last: str
) -> None:
    app = open_page("impact", type=kind)
    assert window in text_of(app)
    shown = bars(drawn)
    assert len(shown) == 12
    assert (next(iter(shown)), list(shown)[-1]) == (first, last)
    # An event in July 2026 is outside the years that end before it.
    assert sum(shown.values()) == (40 if kind == "school_year" else 30)


def test_a_district_and_a_measure_come_from_the_address(drawn: dict[str, Any]) -> None:
    app = open_page("impact", district="d-hickman", measure="volunteer_hours", format="virtual")
    assert metrics(app)["Events"] == "20"
    assert bars(drawn)["Feb 2026"] == 100.0
    assert "d-hickman" in app.query_params["district"]


def test_what_is_counted_stands_apart_from_what_is_estimated() -> None:
    text = text_of(open_page("impact"))
    assert "**480** different students" in text
    assert "**800** students of virtual sessions" in text
    assert "**1,200** :small[upper estimate" in text
    assert "never added to counted students" in text
    assert "1,280" not in text


def test_no_estimate_for_years_it_is_not_made_for() -> None:
    text = text_of(open_page("impact", type="attendance_year"))
    assert "made for school years only" in text
    assert "**800**" not in text


def test_the_sources_of_the_hours_add_up_to_the_official_number() -> None:
    text = text_of(open_page("impact"))
    assert "**240** Recorded in Salesforce :small[60 %]" in text
    assert "**60** Length of the presenter's session :small[15 %]" in text
    assert "**100** Length of the event :small[25 %]" in text
    assert "Official: 400 hours. Strict, recorded hours only: 240." in text


def test_first_time_local_and_of_color_with_their_share() -> None:
    app = open_page("impact")
    deltas = {metric.label: metric.delta for metric in app.metric}
    assert metrics(app)["First-time volunteers"] == "60"
    assert deltas["First-time volunteers"] == "50 % of volunteers"
    assert deltas["Local volunteers"] == "73.3 % of volunteers"


@pytest.mark.parametrize("page", ["impact", "district_impact"])
def test_whom_the_volunteers_leave_out_is_said_where_there_is_somebody(
    release: Path, page: str
) -> None:
    with duckdb.connect(str(release)) as connection:
        for table in ("agg_impact_years", "agg_district_impact"):
            connection.execute(
                f"update marts.{table} set unconfirmed_volunteer_count = 0"
                " where scope_key = 'd-hickman'"
            )
    left_out = "Not counted as volunteers yet: "
    assert f"{left_out}4 people whom only Pathful or a sign-up names." in text_of(open_page(page))
    assert f"{left_out}1 person whom" in text_of(open_page(page, district="d-grandview"))
    assert left_out not in text_of(open_page(page, district="d-hickman"))


def test_what_nobody_said_of_anybody_is_unknown_and_not_zero(release: Path) -> None:
    """As on the year-end: staff marked no volunteer, so the share is not 0 %."""
    with duckdb.connect(str(release)) as connection:
        for table in ("agg_impact_years", "agg_monthly_impact"):
            connection.execute(f"update marts.{table} set poc_volunteer_count = null")
    app = open_page("impact", measure="poc_volunteer_count")
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert shown["Volunteers of color"] == ("Unknown", "")
    assert shown["Local volunteers"] == ("88", "73.3 % of volunteers")
    assert "Months without a bar: it is known of none of their volunteers." in text_of(app)


def test_every_number_says_how_it_is_counted() -> None:
    app = open_page("impact")
    helps = {metric.label: metric.help for metric in app.metric}
    assert "Events that were not cancelled" in helps["Events"].replace("\\", "")
    assert "Different students who attended an event" in text_of(app).replace("\\", "")


@pytest.mark.parametrize("role", ["district_admin", "district_viewer"])
def test_a_district_sees_itself_alone(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    act_as(monkeypatch, role, "d-grandview")
    app = open_page("impact")
    assert metrics(app)["Events"] == "10"
    assert "Grandview" in text_of(app)
    assert "Hickman" not in text_of(app)
    assert metrics(open_page("impact", district="d-hickman"))["Events"] == "10"


def test_few_students_are_not_told_to_a_district(
    release: Path, drawn: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute("update marts.agg_impact_years set student_count = 3")
        connection.execute("update marts.agg_monthly_impact set student_count = 2")
    assert metrics(open_page("impact"))["Students"] == "3"
    made: list[Sheet] = []
    monkeypatch.setattr(downloads, "workbook", lambda _p, _l, _s, _k, sheets: made.extend(sheets()))
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("impact", measure="student_count")
    assert metrics(app)["Students"] == "fewer than 5"
    assert set(bars(drawn).values()) == {0}
    year, months = made
    students = list(year.columns).index("Students")
    assert [row[students] for row in year.rows] == ["fewer than 5"]
    at = list(months.columns).index("Students")
    assert {row[at] for row in months.rows} == {"fewer than 5"}


@pytest.mark.parametrize(
    ("value", "is_told", "shown"),
    [(3, True, 3), (3, False, "fewer than 5"), (0, False, 0), (5, False, 5), (None, False, None)],
)
def test_small_numbers_of_students(value: int | None, is_told: bool, shown: object) -> None:
    assert words_crm.few(value, is_told=is_told) == shown


def test_months_between_two_days() -> None:
    found = impact_months.between(date(2025, 11, 1), date(2026, 2, 28))
    assert [f"{day:%Y-%m}" for day in found] == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_without_any_event_the_page_says_what_to_do(tmp_path: Path) -> None:
    fake_release.publish(tmp_path, "20260310T150000000Z-111111", empty=True)
    assert "No event yet" in text_of(open_page("impact"))
