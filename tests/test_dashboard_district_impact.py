"""The district year-end over all events: blocks, programs, schools, types, workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import downloads
from dashboard.downloads import Sheet
from tests.support import fake_release, fake_release_crm
from tests.support.dashboard_app import act_as, metrics, open_page, text_of

SHEETS = ["Summary", "Event Types", "Monthly Breakdown", "Events Detail"]


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_crm.publish(page_home)
    return page_home


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """The sheets of the workbook of the page that is opened."""
    found: list[Sheet] = []
    monkeypatch.setattr(
        downloads, "workbook", lambda _p, _l, _s, _k, sheets: found.extend(sheets())
    )
    return found


def rows(sheet: Sheet) -> list[dict[str, object]]:
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def test_the_blocks_of_the_year_end() -> None:
    shown = metrics(open_page("district_impact"))
    assert shown["Attendances in person"] == "600"
    assert shown["Different students in person"] == "440"
    assert shown["Different students, virtual"] == "0"
    assert shown["Virtual, estimated"] == "800"
    assert shown["In person, share"] == "62.5 %"
    assert shown["Attendances without a school"] == "20"
    assert shown["Classrooms reached"] == "32"
    assert shown["Students per volunteer"] == "\N{EM DASH}"


def test_events_without_attendance_are_named_with_what_to_do() -> None:
    text = text_of(open_page("district_impact"))
    assert "4 events in person without attendance" in text
    assert "Enter the participations in Salesforce" in text


def test_programs_show_what_each_one_counts() -> None:
    programs = open_page("district_impact").dataframe[0].value
    assert programs["program"].tolist() == [
        "Career Jumping",
        "Math Relays",
        "Virtual and connector sessions",
    ]
    assert programs["students"].tolist() == ["80", "\N{EM DASH}", "\N{EM DASH}"]
    assert programs["estimate"].tolist()[-1] == "800"


def test_types_are_words_and_every_school_of_the_district_is_listed() -> None:
    _, types, schools = (
        frame.value for frame in open_page("district_impact", district="d-hickman").dataframe
    )
    assert types["type"].tolist() == ["Virtual session", "DIA", "Career jumping"]
    assert schools["school"].tolist() == ["Ridge Elementary", "Central High"]
    assert schools["level"].tolist() == ["Elementary", "High"]
    assert schools["events"].tolist() == [0, 12]
    everything = open_page("district_impact").dataframe[2].value
    assert everything["school"].tolist()[-1] == "No school"


def test_the_workbook_has_four_sheets_that_agree(made: list[Sheet]) -> None:
    open_page("district_impact")
    assert [sheet.title for sheet in made] == SHEETS
    summary, types, months, detail = (rows(sheet) for sheet in made)
    assert [row["District"] for row in summary] == ["All districts", "Grandview", "Hickman Mills"]
    assert summary[0]["Students: Attendances in person"] == 600
    assert types[1]["Event Type"] == "DIA"
    titles = [row["Title"] for row in detail]
    assert titles == ["Career Jumping Day", "Robotics at Work", "Live from the Lab"]
    jumping = detail[0]
    assert (jumping["Engagements"], jumping["Hours"], jumping["Students Attended"]) == (1, 2.0, 3)
    assert (jumping["Source"], jumping["Format"]) == ("Salesforce", "In person")
    assert detail[2]["Format"] == "Virtual"
    # Months leave the connector session out, the detail does not.
    assert sum(int(str(row["Events"])) for row in months) == len(detail) - 1


def test_a_cell_that_looks_like_a_formula_stays_text(home: Path, made: list[Sheet]) -> None:
    open_page("district_impact", district="d-hickman")
    assert downloads.cell("=College Fair") == "'=College Fair"
    assert downloads.as_xlsx(made)


def test_the_host_and_the_district_narrow_every_part(made: list[Sheet]) -> None:
    app = open_page("district_impact", district="d-grandview", host="prepkc")
    assert "Grandview, 2025" in text_of(app)
    assert rows(made[0])[0]["Host"] == "PREP-KC"
    assert rows(made[3]) == []
    assert [row["Title"] for row in rows(made[3])] == []


def test_a_district_sees_itself_and_no_small_number_of_students(
    monkeypatch: pytest.MonkeyPatch, made: list[Sheet]
) -> None:
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("district_impact")
    assert metrics(app)["Attendances in person"] == "300"
    text = text_of(app) + "".join(frame.value.to_string() for frame in app.dataframe)
    assert "Grandview" not in text
    types, schools = app.dataframe[1].value, app.dataframe[2].value
    assert set(types["students"]) == {"fewer than 5"}
    assert "fewer than 5" in schools["students"].tolist()
    detail = {row["Title"]: row for row in rows(made[3])}
    assert detail["Career Jumping Day"]["Students Attended"] == "fewer than 5"


def test_a_viewer_of_a_district_sees_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "district_viewer", "d-grandview")
    assert metrics(open_page("district_impact"))["Events"] == "8"


def test_without_any_event_the_page_says_what_to_do(home: Path) -> None:
    fake_release.publish(home, "20260310T150000000Z-111111", empty=True)
    assert "No event yet" in text_of(open_page("district_impact"))
