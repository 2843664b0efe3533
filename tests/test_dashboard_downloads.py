"""Exports: the right columns, the rows of the filter, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import streamlit as st

from dashboard import downloads, words, words_crm
from dashboard.downloads import Sheet, as_csv, as_xlsx, sheet_of
from dashboard.who import Person
from tests.support import fake_release
from tests.support.dashboard_app import environment, open_page, work_as
from tests.support.fake_release_work import LAST_RUN

Exports = dict[str, tuple[str, list[Sheet]]]


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exports]:
    """What each pair of buttons on the page would download: key -> file stem and sheets."""
    environment(monkeypatch, tmp_path)
    fake_release.publish(tmp_path)
    found: Exports = {}

    def record(person: Person, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]) -> None:
        found[key] = (
            stem,
            [
                Sheet(one.title, list(one.columns), [list(row) for row in one.rows])
                for one in sheets()
            ],
        )

    monkeypatch.setattr(downloads, "buttons", record)
    yield found
    st.cache_resource.clear()
    st.cache_data.clear()


def test_teacher_progress_has_the_columns_districts_know(exports: Exports) -> None:
    open_page("progress", district="d-hickman")
    stem, (sheet,) = exports["teachers"]
    assert downloads.file_name(stem, "xlsx") == "Hickman_Mills_Teacher_Progress_2025-2026.xlsx"
    assert sheet.title == "Teacher Progress"
    assert list(sheet.columns) == [
        "Building",
        "Name",
        "Email",
        "Grade",
        "Target Sessions",
        "Completed Sessions",
        "Status",
    ]
    assert next(iter(sheet.rows)) == [
        "Central High",
        "Ana Ruiz",
        "ana.ruiz@example.org",
        "9",
        1,
        1,
        "Achieved",
    ]


def test_an_export_follows_the_filters(exports: Exports) -> None:
    open_page("progress", district="d-hickman", status="In Progress", period="spring")
    stem, (sheet,) = exports["teachers"]
    assert stem.endswith("2025-2026_spring")
    assert [row[1] for row in sheet.rows] == ["Ben Okafor"]
    open_page("events", q="finance")
    assert [row[1] for row in exports["events"][1][0].rows] == ["=Finance & Banking"]
    open_page("unmatched", type="school_unresolved")
    assert len(list(exports["unmatched"][1][0].rows)) == 1


def test_the_rows_of_a_run_are_exported_by_result(exports: Exports) -> None:
    open_page("runs", run=LAST_RUN, bucket="skipped", reason="other_partner")
    _, (sheet,) = exports["rows"]
    assert [row[0] for row in sheet.rows] == [8, 9]
    assert {row[2] for row in sheet.rows} == {"Session of another partner"}


def sheet() -> Sheet:
    rows = [
        ("=1+1", 3, None, date(2026, 3, 10), True),
        ("@cmd", -4, float("nan"), datetime(2026, 3, 10, 14, 15, tzinfo=UTC), False),
        ("José", 1.5, "-x", None, None),
    ]
    return Sheet("Text", ["a", "b", "c", "d", "e"], rows)


def test_csv_is_guarded_and_readable_by_excel() -> None:
    content = as_csv(sheet())
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1] == ["'=1+1", "3", "", "2026-03-10", "Yes"]
    assert rows[2] == ["'@cmd", "-4", "", "Mar 10, 2026, 9:15 AM CDT", "No"]
    assert rows[3] == ["José", "1.5", "'-x", "", ""]


def test_xlsx_is_guarded_and_keeps_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([sheet()])))
    page = book["Text"]
    assert page["A2"].value == "'=1+1"
    assert page["A2"].data_type == "s"
    assert page["B3"].value == -4
    assert page["C2"].value is None
    assert page["D2"].value == datetime(2026, 3, 10)
    assert page.freeze_panes == "A2"


def test_a_file_is_of_the_day_its_numbers_are_of_not_of_the_import() -> None:
    imported = datetime(2026, 11, 22, 9, tzinfo=UTC)
    fresh = downloads.Freshness("r1", imported, imported, as_of=date(2026, 1, 31))
    assert fresh.file_part == "_as_of_2026-01-31_release_r1"
    assert next(iter(fresh.sheet.rows)) == ("As of", date(2026, 1, 31))


def test_a_roster_of_one_district_bears_its_name(
    exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("roster")
    assert exports["roster"][0] == "All districts_Roster_2025-2026"
    work_as(monkeypatch, "district_admin", "d-hickman")
    open_page("roster")
    assert exports["roster"][0] == "Hickman Mills_Roster_2025-2026"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Hickman Mills_2025", "Hickman_Mills_2025.csv"),
        ("../../etc/passwd", "etc_passwd.csv"),
        ("<b>", "b.csv"),
        ("...", "export.csv"),
    ],
)
def test_file_names_are_harmless(given: str, name: str) -> None:
    assert downloads.file_name(given, "csv") == name


def test_a_long_file_name_keeps_both_ends() -> None:
    assert words.file_name("roster.csv") == "roster.csv"
    shown = words.file_name("roster_kansas-city-kansas-public-schools_2025-2026.csv")
    assert shown == "roster_kansa\N{HORIZONTAL ELLIPSIS}2025-2026.csv"
    assert words.file_name(None) == words.DASH


def test_words() -> None:
    assert words.plain(None) == "\N{EM DASH}"
    assert words.plain("a\nb\x00") == "a b"
    assert words.inert("[x](http://e.org) $a$ :red[b] `c`") == (
        "\\[x\\]\\(http\N{WORD JOINER}\\://e\\.org\\) \\$a\\$ \\:red\\[b\\] \\`c\\`"
    )
    assert words.moment(datetime(2026, 1, 5, 6, 5, tzinfo=UTC)) == "Jan 5, 2026, 12:05 AM CST"
    assert words.day(date(2026, 7, 4)) == "Jul 4, 2026"
    assert words.label("some_new_code", {}) == "Some new code"
    assert (words.percent(66.7), words.percent(100.0)) == ("66.7 %", "100 %")
    assert words.duration(3700) == "1 h 1 min"
    assert words.period_name("spring", "2025-2026") == "Spring 2026"
    now = datetime(2026, 3, 10, 15, tzinfo=UTC)
    assert words.age(datetime(2026, 3, 7, 15, tzinfo=UTC), now) == "3 days ago"


@pytest.mark.parametrize(
    ("value", "said"),
    [(5.25, "5.25"), (5.5, "5.5"), (5.0, "5"), (0.0, "0"), (1205.25, "1,205.25"), (7.3333, "7.33")],
)
def test_hours_have_their_decimals_on_cards_and_in_files(value: float, said: str) -> None:
    assert words_crm.hours(value) == said
    plain = Sheet("Hours", ["Name", "Volunteer Hours", "Share"], [("A", value, 7.3333)])
    row = as_csv(plain).decode("utf-8-sig").splitlines()[1].split(",")
    assert float(row[1]) == float(said.replace(",", ""))
    assert row[2] == "7.3333"


def test_hours_have_their_decimals_under_any_heading() -> None:
    frame = pd.DataFrame({"virtual_hours": [7.3333], "share": [7.3333]})
    made = sheet_of("People", frame, {"virtual_hours": "Virtual", "share": "Share"})
    assert [list(row) for row in made.rows] == [[7.33, 7.3333]]


@pytest.mark.parametrize("address", ["jo.lee+x@example.org", "jo-lee@example.org"])
def test_an_address_is_no_link_and_can_be_copied(address: str) -> None:
    said = words.inert(f"Ask {address}, please")
    assert f"@{words.NO_LINK}" in said
    assert said.replace("\\", "").replace(words.NO_LINK, "") == f"Ask {address}, please"
    assert words.NO_LINK not in words.inert("3 @ noon, @all")
