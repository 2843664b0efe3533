"""District year-end and virtual usage: the numbers of the marts, the chart, the workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from dashboard import charts, downloads
from dashboard.downloads import Sheet
from dashboard.who import Person
from tests.support import fake_release, fake_release_goals
from tests.support.dashboard_app import act_as, checked, metrics, open_page, text_of
from tests.support.fake_release_goals import change, insert


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake_release_goals.add_sessions(path)
    odd = {"district_key": "d-odd", "district_name": "Odd Spelling", "is_provisional": True}
    insert(path, "marts.dim_districts", [odd])
    return path


def test_the_cards_are_the_numbers_of_the_mart() -> None:
    app = open_page("year_end")
    assert metrics(app) == {
        "Total events": "40",
        "Unique students reached": "Not known",
        "Volunteer engagements": "46",
        "Volunteer hours": "52.5",
        "Volunteer organizations": "18",
        "Classrooms reached": "74",
        "Unique teachers": "74",
        "Confirmed teachers": "75",
        "Registered teachers": "83",
        "Schools reached": "12",
        "Students attended": "820",
        "Sessions": "40",
        "Teachers engaged": "90 / 74",
        "Students participated": "2,250",
        "Presenters": "31",
        "Local presenter": "5",
        "Presenter of color": "Unknown",
    }
    assert "Aug 1, 2025 to Jul 31, 2026, both days included" in text_of(app)
    guests = "include guests of sessions shared with other districts"
    assert guests not in "\n".join(one.value for one in app.caption)
    hickman = open_page("year_end", district="d-hickman")
    assert guests in "\n".join(one.value for one in hickman.caption)
    assert "include guests of sessions shared" in text_of(app)  # the definitions
    one = metrics(hickman)
    assert (one["Total events"], one["Students participated"]) == ("26", "1,600")
    earlier = metrics(open_page("year_end", year="2024-2025"))
    assert earlier["Total events"] == "20"


def test_main_districts_are_shown_first_and_all_on_request() -> None:
    app = open_page("year_end")
    assert app.dataframe[0].value["district_name"].tolist() == ["Grandview", "Hickman Mills"]
    assert "so the rows add up to more" in text_of(app)
    app = checked(app.toggle(key="year-end-everything").set_value(True).run())
    shown = app.dataframe[0].value
    assert shown["district_name"].tolist() == [
        "Grandview",
        "Hickman Mills",
        "Odd Spelling",
        "No district",
    ]
    assert shown["total_events"].sum() > 40
    assert "each session, teacher and presenter once" in text_of(app)


def test_the_chart_has_every_month_with_its_number() -> None:
    values = charts.twelve_months("2025-2026", {date(2025, 9, 1): 4, date(2026, 7, 1): 2})
    assert next(iter(values)) == date(2025, 8, 1)
    assert list(values)[-1] == date(2026, 7, 1)
    assert (len(values), sum(values.values())) == (12, 6)


def test_the_chart_draws_the_measure_that_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[dict[str, object]] = []
    monkeypatch.setattr("dashboard.charts.st.vega_lite_chart", lambda spec, key: drawn.append(spec))
    open_page("year_end", measure="volunteer_hours", district="d-hickman")
    spec = json.loads(json.dumps(drawn[-1]))
    months = {one["Month"]: one["text"] for one in spec["datasets"]["months"]}
    assert len(months) == 12
    assert (months["Sep 2025"], months["Feb 2026"], months["Jul 2026"]) == ("5", "12.5", "")
    assert "Volunteer hours" in json.dumps(spec["layer"])
    open_page("year_end", host="prepkc")
    months = {one["Month"]: one["value"] for one in drawn[-1]["datasets"]["months"]}  # type: ignore[index]
    assert (months["Jan 2026"], months["Feb 2026"]) == (10, 13)


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, list[Sheet]]]:
    found: dict[str, tuple[str, list[Sheet]]] = {}

    def keep(stem: str, key: str, sheets: Sequence[Sheet]) -> None:
        found[key] = (
            stem,
            [
                Sheet(one.title, list(one.columns), [list(row) for row in one.rows])
                for one in sheets
            ],
        )

    def buttons(_: Person, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]) -> None:
        keep(stem, key, sheets())

    def workbook(
        _: Person, _label: str, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]
    ) -> None:
        keep(stem, key, sheets())

    monkeypatch.setattr(downloads, "buttons", buttons)
    monkeypatch.setattr(downloads, "workbook", workbook)
    return found


def test_the_workbook_has_four_sheets_and_its_events_add_up_to_the_types(
    release: Path,
    exports: dict[str, tuple[str, list[Sheet]]],
) -> None:
    # The mart counts every host that names PREPKC (salesforce.md 6.2), and so does the workbook.
    change(
        release,
        "update marts.dim_events set session_host = 'PrepKC and a partner' "
        "where title = 'Healthcare Live'",
    )
    open_page("year_end", host="prepkc")
    stem, sheets = exports["year-end"]
    assert stem == "All districts_Year_End_2025-2026_PREP-KC"
    summary, types, months, detail = sheets
    assert [one.title for one in sheets] == [
        "Summary",
        "Event Types",
        "Monthly Breakdown",
        "Events Detail",
    ]
    rows = [dict(zip(summary.columns, row, strict=True)) for row in summary.rows]
    assert [row["District"] for row in rows] == [
        "All districts",
        "Grandview",
        "Hickman Mills",
        "Odd Spelling",
        "No district",
    ]
    assert rows[0] | {"Total Events": 40, "Unique Students Reached": None} == rows[0]
    assert (rows[0]["Host"], rows[0]["Volunteer Hours"]) == ("PREP-KC", 52.5)
    assert [row[0] for row in months.rows] == [
        "September 2025",
        "November 2025",
        "January 2026",
        "February 2026",
    ]
    events = list(detail.rows)
    assert sum(row[2] for row in types.rows) == len(events) == 3
    # Completed events of the year and host only, cancelled ones and other years left out.
    assert [row[1] for row in events] == ["Animal Care", "Healthcare Live", "Design Studio"]


def test_one_district_exports_its_own_events(
    exports: dict[str, tuple[str, list[Sheet]]],
) -> None:
    open_page("year_end", district="d-hickman")
    _, (summary, _types, _months, detail) = exports["year-end"]
    assert [row[0] for row in summary.rows] == ["Hickman Mills"]
    done = next(row for row in detail.rows if row[1] == "Robotics at Work")
    assert dict(zip(detail.columns, done, strict=True)) == {
        "Date": date(2026, 1, 15),
        "Title": "Robotics at Work",
        "Event Type": "Virtual session",
        "Status": "Completed",
        "District": "Hickman Mills",
        "School": "Central High",
        "Career Cluster": "STEM",
        "Students Registered": 28,
        "Students Attended": 25,
        "Teachers Attended": 1,
        "Presenters": "Maya Chen",
    }


def test_usage_counts_sessions_that_have_a_district(
    exports: dict[str, tuple[str, list[Sheet]]],
) -> None:
    app = open_page("year_end", view="usage")
    shown = metrics(app)
    # Of twelve of the year two are cancelled, and a draft has no district.
    assert shown["Virtual sessions"] == "9"
    assert shown["Took place"] == "4"
    assert app.dataframe[0].value["district_name"].tolist() == ["Grandview", "Hickman Mills"]
    assert app.dataframe[0].value["virtual_event_count"].tolist() == [19, 28]
    # Nobody's record says who is of color, so the share is not known, and not 0.
    assert app.dataframe[0].value["local_session_pct"].tolist() == [9.1, 9.1]
    assert app.dataframe[0].value["poc_session_pct"].isna().all()
    _, (districts, schools, months) = exports["usage"]
    assert sum(row[1] for row in months.rows) == 9
    assert next(iter(schools.rows))[:3] == ["Hickman Mills", "Central High", 2]
    assert list(districts.columns)[:3] == ["District", "Sessions", "Teachers"]
    app = checked(app.toggle(key="year-end-everything").set_value(True).run())
    assert "Odd Spelling" in app.dataframe[0].value["district_name"].tolist()
    assert "have\na district" in text_of(app)
    one = open_page("year_end", view="usage", district="d-grandview")
    assert metrics(one)["Virtual sessions"] == "1"


def test_a_session_of_two_districts_counts_once_in_all(release: Path) -> None:
    insert(
        release,
        "marts.bridge_event_districts",
        [{"event_key": "e-missed", "district_key": "d-grandview"}],
    )
    assert metrics(open_page("year_end", view="usage"))["Virtual sessions"] == "9"
    one = open_page("year_end", view="usage", district="d-grandview")
    assert metrics(one)["Virtual sessions"] == "2"


def test_a_district_sees_its_own_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "district_viewer", "d-grandview")
    app = open_page("year_end")
    assert app.selectbox(key="year-end-district").options == ["Grandview"]
    assert metrics(app)["Total events"] == "18"
    usage = open_page("year_end", view="usage")
    assert metrics(usage)["Virtual sessions"] == "1"


def test_without_numbers_the_page_says_what_to_do(release: Path) -> None:
    change(release, "delete from marts.agg_district_year_end where host = 'prepkc'")
    assert "Nothing took place" in text_of(open_page("year_end", host="prepkc"))
    change(release, "delete from marts.agg_district_year_end")
    app = open_page("year_end")
    assert "No session yet" in text_of(app)
    assert not app.metric
