"""Progress of districts: numbers, the way to what needs review, the archive, the files."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import downloads
from dashboard.downloads import Sheet
from dashboard.who import Person
from tests.support import fake_release, fake_release_goals
from tests.support.dashboard_app import (
    act_as,
    checked,
    metrics,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.fake_release_goals import change

TODAY = fake_release.TODAY


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake_release_goals.add_sessions(path)
    return path


def plain(app: AppTest) -> str:
    return text_of(app).replace("\\", "")


# The district.


def test_the_window_of_the_period_is_shown() -> None:
    assert "Aug 1, 2025 to Jul 31, 2026" in plain(open_page("progress"))
    assert "Jan 1, 2026 to Jul 31, 2026" in plain(open_page("progress", period="spring"))


def test_numbers_add_up_to_the_mart_and_review_leads_to_its_teachers(release: Path) -> None:
    change(release, "update marts.agg_district_progress set needs_review = 1")
    change(
        release,
        "update marts.fct_teacher_progress set needs_review_sessions = 1"
        " where teacher_key in ('t-ana', 't-ben')",
    )
    app = open_page("progress", district="d-hickman")
    cards = metrics(app)
    shown = [int(cards[name].split()[0]) for name in ("Achieved", "In progress", "Not started")]
    assert sum(shown) == int(cards["Teachers"]) == len(app.dataframe[0].value) == 4
    assert "**1 teacher** is short of the goal" in plain(app)
    app = checked(app.button(key="show-review").click().run())
    # Ana reached her goal, so nothing of hers needs a person.
    assert app.dataframe[0].value["teacher_name"].tolist() == ["Ben Okafor"]
    assert app.query_params["status"] == "Needs Review"


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, list[Sheet]]]:
    """What the buttons of the page would download: key -> file stem and sheets."""
    found: dict[str, tuple[str, list[Sheet]]] = {}

    def keep(stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]) -> None:
        found[key] = (
            stem,
            [
                Sheet(one.title, list(one.columns), [list(row) for row in one.rows])
                for one in sheets()
            ],
        )

    def buttons(_: Person, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]) -> None:
        keep(stem, key, sheets)

    def workbook(
        _: Person, _label: str, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]
    ) -> None:
        keep(stem, key, sheets)

    monkeypatch.setattr(downloads, "buttons", buttons)
    monkeypatch.setattr(downloads, "workbook", workbook)
    return found


def test_the_report_has_the_sheets_and_columns_districts_know(
    exports: dict[str, tuple[str, list[Sheet]]],
) -> None:
    open_page("progress", district="d-hickman", status="Achieved")
    stem, (summary, schools, details) = exports["report"]
    assert stem == "Hickman Mills_Progress_Report_2025-2026"
    assert [one.title for one in (summary, schools, details)] == [
        "Summary",
        "School Summary",
        "Teacher Details",
    ]
    assert dict(zip(summary.columns, next(iter(summary.rows)), strict=True)) == {
        "District": "Hickman Mills",
        "Virtual Year": "2025-2026",
        "Date Range": "Aug 1, 2025 - Jul 31, 2026",
        "Total Schools": 2,
        "Total Teachers": 4,
        "Goals Achieved": 1,
        "Goals Achieved %": 25.0,
        "In Progress": 1,
        "In Progress %": 25.0,
        "Not Started": 2,
        "Not Started %": 50.0,
    }
    assert [row[0] for row in schools.rows] == ["Central High", "Ridge Elementary"]
    assert list(details.columns) == [
        "School",
        "Teacher Name",
        "Email",
        "Grade",
        "Target Sessions",
        "Completed Sessions",
        "Planned Sessions",
        "Progress %",
        "Goal Status",
    ]
    # The report is of the whole district, whatever the filters show; export (a) follows them.
    assert len(list(details.rows)) == 4
    assert next(iter(details.rows)) == [
        "Central High",
        "Ana Ruiz",
        "ana.ruiz@example.org",
        "9",
        1,
        1,
        0,
        100.0,
        "Achieved",
    ]
    assert [row[1] for row in exports["teachers"][1][0].rows] == ["Ana Ruiz"]


def test_files_carry_the_freshness_stamp_and_their_columns_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: dict[str, tuple[Any, str]] = {}

    def button(_label: str, data: Any, name: str, *_: Any, key: str, **__: Any) -> None:
        made[key] = (data, name)

    monkeypatch.setattr("dashboard.downloads.st.download_button", button)
    open_page("progress", district="d-hickman")
    data, name = made["teachers-csv"]
    assert name == (
        f"Hickman_Mills_Teacher_Progress_2025-2026_as_of_2026-03-10_release_{fake_release.NAME}.csv"
    )
    assert data().decode("utf-8-sig").splitlines()[0].count(",") == 6
    data, name = made["teachers-xlsx"]
    assert name == "Hickman_Mills_Teacher_Progress_2025-2026.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(data()))
    assert book.sheetnames == ["Teacher Progress", "About"]
    assert [[cell.value for cell in row] for row in book["About"].iter_rows(min_row=2)] == [
        ["As of", datetime(2026, 3, 10)],
        ["Last successful import", "Mar 10, 2026, 9:15 AM CDT"],
        ["Release", fake_release.NAME],
        ["Published", "Mar 10, 2026, 9:15 AM CDT"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(made["report-xlsx"][0]()))
    assert book.sheetnames == ["Summary", "School Summary", "Teacher Details", "About"]


# The archive.


def test_an_archived_semester_is_shown_with_what_changed_since(
    exports: dict[str, tuple[str, list[Sheet]]],
) -> None:
    app = open_page("progress", period="fall", archived="True")
    text_ = plain(app)
    assert "Fall 2025 **as archived on Jan 2, 2026**" in text_
    assert "Since then: teachers -1, achieved -1, in progress -1, not started +1." in text_
    app = open_page("progress", period="fall", archived="True", district="d-hickman")
    shown = app.dataframe[0].value
    assert shown["Name"].tolist() == ["Ana Ruiz", "Ben Okafor", "Gus Moreau"]
    assert shown["Status then"].tolist() == ["In progress", "Not started", "Achieved"]
    assert shown["Status now"].tolist()[2] == "No longer on the roster"
    assert {one.label: (one.value, one.delta) for one in app.metric}["Achieved"] == (
        "1",
        "-1 since",
    )
    assert len(list(exports["archived"][1][0].rows)) == 3
    app = checked(app.toggle(key="progress-different").set_value(True).run())
    assert app.dataframe[0].value["Name"].tolist() == ["Ana Ruiz", "Gus Moreau"]
    # Live numbers stay one switch away, and the whole year is never archived.
    assert "as archived" not in plain(open_page("progress", period="fall"))
    assert not open_page("progress").toggle


def test_an_admin_archives_a_semester_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(open_page("progress", period="spring"), "Archive Spring 2026")
    assert stored() == [("archive_semester", "2025-2026/spring", {}, None)]
    assert "Archiving Spring 2026 is stored" in plain(app)
    assert "Archive Spring 2026" not in [one.label for one in app.button]
    fall = open_page("progress", period="fall")
    assert "Archive Fall 2025" not in [one.label for one in fall.button]
    act_as(monkeypatch, "data_steward")
    steward = open_page("progress", period="spring")
    assert not [one for one in steward.button if one.label.startswith("Archive")]
