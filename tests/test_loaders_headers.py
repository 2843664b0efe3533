"""The header contract: spellings, aliases, and which report a file is."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.headers import CONTRACT_SEED, canonical_form, closest, load_contracts, match
from tests.support.workbooks import ROSTER_HEADERS, SESSION_HEADERS, USER_HEADERS

REPORTS = ("session_report", "user_report", "roster")
ALIASES = [
    ("session_report", "SessionId", "session_id"),
    ("session_report", "Session Id", "session_id"),
    ("session_report", "external_row_id", "session_id"),
    ("session_report", "EventId", "event_id"),
    ("session_report", "Event Id", "event_id"),
    ("session_report", "TeacherEmail", "teacher_email"),
    ("session_report", "EducatorEmail", "teacher_email"),
    ("session_report", "Teacher Email", "teacher_email"),
    ("session_report", "SessionStart", "date"),
    ("session_report", "Session Start", "date"),
    ("session_report", "AttendanceStatus", "attendance_status"),
    ("session_report", "Attendance Status", "attendance_status"),
    ("session_report", "TeacherName", "name"),
    ("session_report", "PresenterEmail", "presenter_email"),
    ("session_report", "ParticipantType", "signup_role"),
    ("roster", "School", "building"),
    ("roster", "Teacher Name", "name"),
    ("roster", "Teacher Email", "email"),
    ("roster", "Target Sessions", "target_sessions"),
]


@pytest.mark.parametrize(("report", "header", "canonical"), ALIASES)
def test_alias_means_its_canonical_column(report: str, header: str, canonical: str) -> None:
    assert match([header], report).position == {canonical: 0}


@pytest.mark.parametrize(
    ("report", "headers", "count"),
    [("session_report", SESSION_HEADERS, 19), ("user_report", USER_HEADERS, 21)],
)
def test_every_header_of_the_export_is_known(
    report: str, headers: tuple[str, ...], count: int
) -> None:
    found = match(headers, report)
    assert len(found.position) == len(headers) == count
    assert not found.unmapped
    assert not found.doubled


@pytest.mark.parametrize(
    ("report", "required"),
    [
        (
            "session_report",
            {"session_id", "title", "date", "status", "name", "signup_role", "partner"},
        ),
        ("user_report", {"user_auth_id", "signup_role", "name"}),
        ("roster", {"building", "name", "email"}),
        ("virtual_sheet", {"title", "date"}),
    ],
)
def test_required_columns_are_those_of_the_dossier(report: str, required: set[str]) -> None:
    assert load_contracts()[report].required == required


def test_seed_spells_no_header_twice_and_agrees_on_what_is_required() -> None:
    with CONTRACT_SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["report_type"] for row in rows} == {*REPORTS, "virtual_sheet"}
    forms = Counter((row["report_type"], canonical_form(row["header"])) for row in rows)
    assert [form for form, count in forms.items() if count > 1] == []
    required = {(row["report_type"], row["canonical"], row["is_required"]) for row in rows}
    assert len(required) == len({pair[:2] for pair in required})


@given(
    header=st.sampled_from(SESSION_HEADERS),
    separator=st.sampled_from(["", " ", "  ", "_", "-", "\u00a0", "\t", "\u2011"]),
    around=st.sampled_from(["", " ", "\n", "\ufeff", "\u200b"]),
    change=st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str]),
)
def test_spelling_does_not_matter(header: str, separator: str, around: str, change: type) -> None:
    varied = around + change(separator.join(header.split())) + around
    expected = match([header], "session_report").position
    assert expected
    assert match([varied], "session_report").position == expected


@pytest.mark.parametrize(
    ("headers", "report"),
    [
        (SESSION_HEADERS, "session_report"),
        (USER_HEADERS, "user_report"),
        (ROSTER_HEADERS, "roster"),
        (("UserAuthId", "SignUpRole", "Name"), "user_report"),
        (("School", "Teacher Name", "Teacher Email"), "roster"),
        ([h for h in SESSION_HEADERS if h != "Partner"], "session_report"),
        ([h for h in USER_HEADERS if h != "UserAuthId"], "user_report"),
        (tuple(reversed(SESSION_HEADERS)), "session_report"),
    ],
)
def test_report_is_told_by_its_headers(headers: tuple[str, ...], report: str) -> None:
    assert closest(headers, REPORTS).contract.report_type == report


def test_two_headers_for_one_column_are_both_found() -> None:
    found = match(["Session ID", "Title", "external row id"], "session_report")
    assert found.doubled == {"session_id": (0, 2)}
    assert "date" in found.missing_required


def test_unknown_headers_are_left_over() -> None:
    found = match(["Session ID", "Shoe size", ""], "session_report")
    assert found.unmapped == (1, 2)
