"""Pathful exports: what lands, and which files are refused."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loaders import pathful
from loaders.errors import InputError
from loaders.workbook import Limits
from tests.support import workbooks as make

REQUIRED = ("Session ID", "Title", "Date", "Status", "Name", "SignUp Role", "Partner")


def refused(path: Path, *words: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        pathful.prepare(path, **options)
    message = caught.value.message
    assert path.name in message
    assert "\n" not in message
    for word in words:
        assert word in message
    return message


@pytest.mark.parametrize("writer", [make.write_xlsx, make.write_csv])
@pytest.mark.parametrize(
    ("headers", "row", "report"),
    [
        (make.SESSION_HEADERS, make.session_row(), "session_report"),
        (make.USER_HEADERS, make.user_row(), "user_report"),
    ],
)
def test_every_column_lands_as_text_under_its_canonical_name(
    tmp_path: Path, writer: Callable[..., Path], headers: tuple[str, ...], row: Any, report: str
) -> None:
    path = writer(tmp_path / "any name at all.dat", headers, [row, row])
    prepared = pathful.prepare(path)
    assert prepared.report_type == report
    assert prepared.row_count == prepared.arrow.num_rows == 2
    assert set(prepared.present_columns) <= set(prepared.arrow.column_names)
    assert len(prepared.present_columns) == len(headers)
    assert prepared.unmapped_columns == ()
    assert prepared.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert prepared.content == path.read_bytes()
    landed = prepared.arrow.to_pylist()[0]
    assert landed["row_number"] == 2
    for canonical in prepared.present_columns:
        spelled = prepared.header_by_column[canonical]
        expected = row[spelled]
        assert landed[canonical] == (None if expected is None else str(expected)), canonical
    assert all(prepared.first_rows[0][c] == landed[c] for c in prepared.present_columns)


def test_absent_columns_land_empty(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "a.csv", REQUIRED, [make.session_row()])
    prepared = pathful.prepare(path)
    assert {"school", "teacher_email", "event_id"} <= set(prepared.missing_columns)
    assert prepared.arrow.column("school").to_pylist() == [None]
    assert prepared.arrow.schema.field("school").type == "string"


def test_payload_is_the_whole_row_as_spelled(tmp_path: Path) -> None:
    headers = ["  session_id ", *REQUIRED[1:], 'Shoe "size"', "source_row", "Notes", "notes", None]
    row = ["007", "T", "2025-09-03", "Draft", "Ana", "Educator", "PREP-KC", " 38 ", "é", "1", None]
    path = make.write_csv(tmp_path / "a.csv", headers, [[*row, "stray"]])
    prepared = pathful.prepare(path)
    payload = json.loads(prepared.arrow.column("payload").to_pylist()[0])
    assert payload == {
        "  session_id ": "007",
        "Title": "T",
        "Date": "2025-09-03",
        "Status": "Draft",
        "Name": "Ana",
        "SignUp Role": "Educator",
        "Partner": "PREP-KC",
        'Shoe "size"': " 38 ",
        "source_row": "é",
        "Notes": "1",
        "notes (column K)": None,
        "(column L)": "stray",
    }
    assert prepared.unmapped_columns == (
        'Shoe "size"',
        "source_row",
        "Notes",
        "notes (column K)",
        "(column L)",
    )


def test_payloads_stay_with_their_rows(tmp_path: Path) -> None:
    rows = [make.session_row(Session_ID=f"s{i}") for i in range(30_000)]
    path = make.write_csv(tmp_path / "a.csv", make.SESSION_HEADERS, rows)
    arrow = pathful.prepare(path).arrow
    ids = arrow.column("session_id").to_pylist()
    payloads = arrow.column("payload").to_pylist()
    assert len(ids) == 30_000
    assert all(f'"Session ID":"{i}",' in p for i, p in zip(ids, payloads, strict=True))
    assert arrow.column("row_number").to_pylist() == list(range(2, 30_002))


def test_blank_rows_between_rows_land(tmp_path: Path) -> None:
    path = make.write_xlsx(
        tmp_path / "a.xlsx", make.SESSION_HEADERS, [make.session_row(), None, make.session_row()]
    )
    arrow = pathful.prepare(path).arrow
    assert arrow.column("row_number").to_pylist() == [2, 3, 4]
    assert arrow.column("session_id").to_pylist() == ["1001", None, "1001"]


def test_headers_only_is_a_file_with_no_rows(tmp_path: Path) -> None:
    prepared = pathful.prepare(make.write_xlsx(tmp_path / "a.xlsx", make.SESSION_HEADERS))
    assert prepared.row_count == 0
    assert "no rows" in prepared.warnings[0]


def test_contract_spellings_are_taken(tmp_path: Path) -> None:
    spelled = {
        "external_row_id": "session_id",
        "Title": "title",
        "SessionStart": "date",
        "STATUS": "status",
        "TeacherName": "name",
        "ParticipantType": "signup_role",
        "partner": "partner",
        "EventId": "event_id",
        "TeacherEmail": "teacher_email",
        "PresenterEmail": "presenter_email",
        "AttendanceStatus": "attendance_status",
    }
    row = [f"value of {name}" for name in spelled]
    row[2] = "2025-09-03T10:30:00-05:00"
    prepared = pathful.prepare(make.write_csv(tmp_path / "a.csv", list(spelled), [row]))
    landed = prepared.arrow.to_pylist()[0]
    assert {canonical: landed[canonical] for canonical in spelled.values()} == dict(
        zip(spelled.values(), row, strict=True)
    )
    assert prepared.header_by_column["date"] == "SessionStart"


class TestRefusals:
    @pytest.mark.parametrize("header", REQUIRED)
    def test_one_missing_column(self, tmp_path: Path, header: str) -> None:
        headers = [h for h in make.SESSION_HEADERS if h != header]
        path = make.write_xlsx(tmp_path / "a.xlsx", headers, [make.session_row()])
        refused(
            path, f", row 1) lacks the required column {header} of a Session Report", "(sheet '"
        )

    def test_all_missing_columns_are_named(self, tmp_path: Path) -> None:
        headers = [h for h in make.SESSION_HEADERS if h not in ("Title", "Date", "Partner")]
        path = make.write_csv(tmp_path / "a.csv", headers, [make.session_row()])
        refused(path, "columns Title, Date, Partner of a Session Report")

    def test_missing_column_of_a_user_report(self, tmp_path: Path) -> None:
        headers = make.USER_HEADERS[2:]
        path = make.write_csv(tmp_path / "a.csv", headers, [make.user_row()])
        refused(path, "columns UserAuthId, SignUpRole of a User Report")

    def test_unknown_sheet(self, tmp_path: Path) -> None:
        path = make.write_csv(tmp_path / "a.csv", ["Shoe", "Size"], [["boot", "38"]])
        refused(path, "Session ID, Title, Date, Status, Name, SignUp Role, Partner", "row 1")

    def test_roster(self, tmp_path: Path) -> None:
        path = make.write_csv(tmp_path / "r.csv", make.ROSTER_HEADERS, [make.roster_row()])
        refused(path, "is a teacher roster, not a", "lacks the required columns", "roster r.csv")

    def test_user_report_where_a_session_report_is_expected(self, tmp_path: Path) -> None:
        path = make.write_csv(tmp_path / "u.csv", make.USER_HEADERS, [make.user_row()])
        refused(
            path,
            "is a User Report, not a Session Report",
            "columns Session ID, Title, Date, Status, Partner",
            expected="session_report",
        )
        assert pathful.prepare(path, expected="user_report").row_count == 1

    @pytest.mark.parametrize("left_out", ["", "Partner"])
    def test_session_report_where_a_user_report_is_expected(
        self, tmp_path: Path, left_out: str
    ) -> None:
        headers = [h for h in make.SESSION_HEADERS if h != left_out]
        path = make.write_csv(tmp_path / "s.csv", headers, [make.session_row()])
        refused(path, "is a Session Report, not a User Report", expected="user_report")

    def test_two_columns_for_one_meaning(self, tmp_path: Path) -> None:
        headers = [*make.SESSION_HEADERS, "external_row_id", "Session Start"]
        path = make.write_csv(tmp_path / "a.csv", headers, [make.session_row()])
        refused(
            path,
            "'Session ID' (column A) and 'external_row_id' (column T) both mean Session ID",
            "'Date' (column C) and 'Session Start' (column U) both mean Date",
        )

    def test_the_same_header_twice(self, tmp_path: Path) -> None:
        path = make.write_xlsx(tmp_path / "a.xlsx", [*make.SESSION_HEADERS, "name"], [])
        refused(path, "'Name' (column G) and 'name' (column T) both mean Name")

    @pytest.mark.parametrize(
        "value",
        ["soon", "45000.5", "13/13/2025", "2025-13-01", "20250903", "9/3/25", "now", "infinity"],
    )
    def test_no_date_parses(self, tmp_path: Path, value: str) -> None:
        rows = [make.session_row(Date=None), make.session_row(Date=value)]
        path = make.write_csv(tmp_path / "a.csv", make.SESSION_HEADERS, rows)
        refused(path, "not one of the 1 values in column 'Date'", f"row 3: '{value}'")

    def test_too_many_rows(self, tmp_path: Path) -> None:
        rows = [make.session_row()] * 3
        path = make.write_csv(tmp_path / "a.csv", make.SESSION_HEADERS, rows)
        refused(path, "split", limits=Limits(max_rows=2))


@pytest.mark.parametrize(
    "value",
    [
        "2025-09-03 10:30:00",
        "2025-09-03T10:30:00",
        "2025-09-03",
        "09/03/2025 10:30:00",
        "09/03/2025",
        "9/3/2025",
        "9/3/2025 10:30",
        "09/03/2025 10:30:00 PM",
        "2025-09-03T10:30:00Z",
        "2025-09-03T10:30:00-05:00",
        "2025-09-03 10:30:00.500",
        " 2025-09-03 ",
    ],
)
def test_one_date_that_parses_is_enough(tmp_path: Path, value: str) -> None:
    rows = [make.session_row(Date=v) for v in ("soon", value, "later")]
    path = make.write_csv(tmp_path / "a.csv", make.SESSION_HEADERS, rows)
    assert pathful.prepare(path).arrow.column("date").to_pylist() == ["soon", value, "later"]


@pytest.mark.parametrize("blank", [None, "   ", "n/a", "NaT", "None", "nan"])
def test_a_file_in_which_every_date_is_blank_lands(tmp_path: Path, blank: str | None) -> None:
    rows = [make.session_row(Date=blank), make.session_row(Date=None)]
    path = make.write_csv(tmp_path / "a.csv", make.SESSION_HEADERS, rows)
    assert pathful.prepare(path).row_count == 2


def test_personal_data_does_not_leak_into_the_representation(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "a.csv", make.SESSION_HEADERS, [make.session_row()])
    assert "Ana Ruiz" not in repr(pathful.prepare(path))


def test_reading_a_whole_history_is_quick(tmp_path: Path) -> None:
    rows = [make.session_row(Session_ID=i // 6, User_Auth_Id=f"u{i}") for i in range(10_000)]
    path = make.write_xlsx(tmp_path / "a.xlsx", make.SESSION_HEADERS, rows)
    pathful.prepare(make.write_csv(tmp_path / "warm.csv", make.SESSION_HEADERS, rows[:1]))
    started = time.process_time()
    assert pathful.prepare(path).row_count == 10_000
    assert time.process_time() - started < 1.5


def test_a_header_that_comes_again_is_a_blank_row_and_is_told(tmp_path: Path) -> None:
    again = dict(zip(make.SESSION_HEADERS, make.SESSION_HEADERS, strict=True))
    path = make.write_csv(
        tmp_path / "two.csv", make.SESSION_HEADERS, [make.session_row(), again, make.session_row()]
    )
    prepared = pathful.prepare(path)
    titles = prepared.arrow.column("title").to_pylist()
    assert titles[0] == titles[2]
    assert titles[1] is None
    assert "Row 3 says the header again and counts as blank." in prepared.warnings
