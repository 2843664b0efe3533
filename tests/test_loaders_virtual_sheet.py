"""The old sheet of virtual sessions: its rows become rows of a Session Report (pathful.md §1.7)."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from loaders.errors import InputError
from loaders.pathful import prepare

HEADER = (
    "Status,Date,Time,Session Type,Teacher Name,School Name,District,Session Title,Presenter,"
    "Organization,Presenter Location,Presenter of Color?,Topic/Theme,Session Link"
)
ABOVE = "Virtual sessions,,,\n,,,\nfilled by hand,,,\n"
ROWS = """\
Simulcast,9/14,10:30 AM,x,Ana Ruiz / Bo Lee/,Oak,Raytown,Bridges,Cy Day,Span,Local,Yes,STEM,x
Completed,3/2/2024,,x,Di Fox,Elm,Raytown,Nurses at work,,,,,,
Requested,01/08,soon,,,Elm,Raytown,Nobody yet,,,,,,
,,,,,,,,,,,,,
Draft,,9am,,Ed Roe,,,No day,Flo Ray,,,,,
Completed,someday,,,Gil Tan,,,Odd day,,,,,,
"""
# As it lands: row, title, date, status, role, name, school, district or company, series.
GOLDEN = """\
5|Bridges|2023-09-14 10:30:00|Simulcast|Educator|Ana Ruiz|Oak|Raytown|STEM
1000005|Bridges|2023-09-14 10:30:00|Simulcast|Educator|Bo Lee|Oak|Raytown|STEM
2000005|Bridges|2023-09-14 10:30:00|Simulcast|Professional|Cy Day||Span|STEM
6|Nurses at work|2024-03-02 09:00:00|Completed|Educator|Di Fox|Elm|Raytown|
7|Nobody yet|2024-01-08 00:00:00|Requested|Educator||Elm|Raytown|
8||||||||
9|No day||Draft|Educator|Ed Roe|||
1000009|No day||Draft|Professional|Flo Ray|||
10|Odd day|someday|Completed|Educator|Gil Tan|||
"""
_SHOWN = (
    "row_number",
    "title",
    "date",
    "status",
    "signup_role",
    "name",
    "school",
    "district_or_company",
    "series_or_event_title",
)


def sheet(folder: Path, text: str) -> Path:
    path = folder / "sessions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_person_of_a_row_is_a_row_of_a_session_report(tmp_path: Path) -> None:
    path = sheet(tmp_path, f"{ABOVE}{HEADER}\n{ROWS}")
    found = prepare(path, virtual_year="2023-2024")
    rows = found.arrow.to_pylist()
    landed = "\n".join("|".join(str(row[name] or "") for name in _SHOWN) for row in rows)
    assert f"{landed}\n" == GOLDEN
    assert (found.report_type, found.row_count) == ("session_report", len(rows))
    assert {row["partner"] for row in rows if row["title"]} == {"PREP-KC"}
    assert found.unmapped_columns == (
        "Session Type",
        "Presenter Location",
        "Presenter of Color?",
        "Session Link",
    )
    assert found.present_columns[:2] == ("virtual_sheet", "title")
    counted = {one.field: (one.target, one.values, one.rows) for one in found.field_counts}
    assert counted["Teacher Name"] == ("teacher_name", 4, 6)
    assert counted["Presenter of Color?"] == (None, 1, 6)
    assert None not in counted
    assert found.content == path.read_bytes()
    # What a row said stays whole, and tells its people apart.
    first, second = (json.loads(row["payload"]) for row in rows[:2])
    assert first["Presenter of Color?"] == "Yes"
    assert first["(person)"] == "Educator: Ana Ruiz"
    assert first | second == second | {"(person)": "Educator: Bo Lee"}


def test_a_header_in_the_first_row_and_whole_dates_need_no_year(tmp_path: Path) -> None:
    found = prepare(sheet(tmp_path, f"{HEADER}\nCompleted,12/01/23,1:05 pm,,A,S,D,T,,,,,,\n"))
    assert found.arrow.column("date").to_pylist() == ["2023-12-01 13:05:00"]
    assert found.arrow.column("row_number").to_pylist() == [2]


def test_days_and_times_of_a_workbook_are_read_as_it_shows_them(tmp_path: Path) -> None:
    moments = [
        (datetime(2023, 9, 14), time(13, 30), "2023-09-14 13:30:00"),
        (datetime(2023, 9, 14, 10, 15), None, "2023-09-14 10:15:00"),
        (datetime(2023, 9, 14), None, "2023-09-14 09:00:00"),
        (45183, 0.4375, "2023-09-14 10:30:00"),
        (45183.4375, None, "2023-09-14 10:30:00"),
        ("9/14/2023", "1:05:00 PM", "2023-09-14 13:05:00"),
        ("9/14/2023", "after lunch", "2023-09-14 00:00:00"),
        ("9/14/2023", "9:00 - 10:00 AM", "2023-09-14 09:00:00"),
        ("9/14/2023", "1:00-2:00 p.m.", "2023-09-14 13:00:00"),
        ("9/14/2023", "11:00 to 12:30 PM", "2023-09-14 11:00:00"),
        ("9/14/2023", "9:30 AM \u2013 1 PM", "2023-09-14 09:30:00"),
        ("9/14/2023", "TBD - 9", "2023-09-14 00:00:00"),
        (0.4375, "9 AM", "0.4375"),
        (29, None, "29"),
    ]
    book = openpyxl.Workbook()
    book.active.append(["Virtual sessions"])
    book.active.append(["Session Title", "Date", "Time", "Teacher Name"])
    for day, at, _ in moments:
        book.active.append(["Bridges", day, at, "Ana Ruiz"])
    book.save(tmp_path / "sessions.xlsx")
    found = prepare(tmp_path / "sessions.xlsx")
    assert found.arrow.column("date").to_pylist() == [landed for _, _, landed in moments]


def test_a_header_that_comes_again_is_no_session_and_n_a_is_nobody(tmp_path: Path) -> None:
    rows = (
        f"Completed,9/14,,,Ana Ruiz / N/A,,,T,Cy Day,,,,,\n{HEADER}\n"
        "Completed,9/15,,,n/a / N/A,,,T,na,,,,,\nCompleted,9/16,,,Al/Ana N/Abe,,,T,,,,,,\n"
    )
    found = prepare(sheet(tmp_path, f"{HEADER}\n{rows}"), virtual_year="2023-2024")
    named = [(row["row_number"], row["name"]) for row in found.arrow.to_pylist()]
    assert named == [
        (2, "Ana Ruiz"),
        (1000002, "Cy Day"),
        (3, None),
        (4, None),
        (5, "Al"),
        (1000005, "Ana N"),
        (2000005, "Abe"),
    ]
    assert found.arrow.column("title").to_pylist() == ["T", "T", None, "T", "T", "T", "T"]
    assert found.warnings[0] == "Row 3 says the header again and counts as blank."


def test_columns_of_one_name_below_other_rows_keep_their_values_apart(tmp_path: Path) -> None:
    header = f"{HEADER},Notes (column P),Notes,notes"
    rows = "Completed,9/14/2023,,,Ana Ruiz,,,T,,,,,,,first,second,third\n"
    found = prepare(sheet(tmp_path, f"{ABOVE}{header}\n{rows}"))
    said = json.loads(found.arrow.column("payload")[0].as_py())
    assert list(said.values())[-4:-1] == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("rows", "year", "words"),
    [
        (ROWS, None, "2 rows of column Date have no year \\(first: row 2\\).*--virtual-year"),
        ("Completed,soon,,,A,S,D,T,,,,,,\n", "2023-2024", "not one of the 1 values in column Date"),
        ("Completed,2/30,,,A,S,D,T,,,,,,\n", "2023-2024", "use MM/DD/YYYY, or MM/DD with"),
    ],
)
def test_days_that_cannot_be_read_are_refused_with_the_way_out(
    tmp_path: Path, rows: str, year: str | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        prepare(sheet(tmp_path, f"{HEADER}\n{rows}"), virtual_year=year)


def test_a_sheet_without_its_titles_is_told_as_before(tmp_path: Path) -> None:
    lame = HEADER.replace("Session Title,", "Heading,")
    with pytest.raises(InputError, match="lacks the required"):
        prepare(sheet(tmp_path, f"{lame}\n{ROWS}"), virtual_year="2023-2024")
