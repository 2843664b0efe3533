"""The floor script gives the answers a person would give on a workbook of ten rows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from polaris.demo.model import SESSION_HEADERS

FLOOR = Path(__file__).resolve().parents[1] / "benchmarks" / "floor.py"
USERS = [("u1", "ana.ruiz@example.org"), ("u2", None), ("u3", "kim.lee@example.org")]
ROSTER = [
    ("Oak Hill", "Ana Ruiz", "ANA.RUIZ@example.org", "5"),
    ("Oak Hill", "Bo Chen", "bo.chen@example.org", "4"),
    ("Elm", "Cy Dole", "cy.dole@example.org", "3"),
]
PAST, FUTURE = "2026-01-15 00:00:00", "2026-02-20"


def row(**cells: str | None) -> tuple[Any, ...]:
    usual = {
        "Title": f"Title {cells['Session_ID']}",
        "Duration": "60",
        "SignUp Role": "Educator",
        "School": "Oak Hill",
        "District or Company": "Grandview",
        "Partner": "PREP-KC",
        "Registered Student Count": "20",
        "Attended Educator Count": "n/a",
    }
    given = {name.replace("_", " "): value for name, value in cells.items()}
    return tuple((usual | given).get(header) for header in SESSION_HEADERS)


def sat(session: str, user: str | None, name: str, **cells: str | None) -> tuple[Any, ...]:
    """A row of a session that took place, unless the cells say otherwise."""
    happened = {"Date": PAST, "Status": "Completed", "User_Auth_Id": user, "Name": name}
    return row(**({"Session_ID": session} | happened | cells))


CAME: dict[str, str | None] = {"Attended_Educator_Count": "1"}
SESSIONS = [
    sat("1", "u1", "Someone Else", **CAME),  # known by e-mail
    sat("1.0", "u2", "Chen, Bo", Attended_Educator_Count="0"),  # known by name, did not come
    sat("1", "u3", "Kim Lee", SignUp_Role="Professional", **CAME),
    sat("1", None, "Nobody Known", **CAME),
    sat("2", "u2", "Bo Chen", Date=FUTURE, Status="Published"),
    sat("3", "u1", "Ana Ruiz", Date=None, Status="Requested"),
    sat("4", "u1", "Ana Ruiz", Date=None, Status="Draft"),
    sat("5", "u1", "Ana Ruiz", Date="31/31/2026", **CAME),
    sat("6", "u1", "Ana Ruiz", Partner="Other", **CAME),
    sat("7", "u9", "Pat Ent", SignUp_Role="Parent"),
]


def write(path: Path, headers: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for cells in [headers, *rows]:
        sheet.append(list(cells))
    book.save(path)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], Path]:
    folder = tmp_path_factory.mktemp("floor")
    write(folder / "users.xlsx", ["UserAuthId", "LoginEmail"], USERS)
    lines = ["Building,Name,Email,Grade", *(",".join(line) for line in ROSTER)]
    (folder / "roster.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    write(folder / "sessions.xlsx", SESSION_HEADERS, SESSIONS)
    roster = {"file": "roster.csv", "district": "Grandview", "academic_year": "2025-2026"}
    manifest = {"user_report": "users.xlsx", "rosters": [roster]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    people, made = folder / "people.duckdb", folder / "made.duckdb"
    assert floor("people", folder, people) == {"users": 3, "roster": 3}
    return floor("sessions", folder / "sessions.xlsx", people, made, "2026-01-31"), made


def floor(*arguments: object) -> dict[str, int]:
    command = [sys.executable, str(FLOOR), *map(str, arguments)]
    counts: dict[str, int] = json.loads(subprocess.check_output(command, text=True))
    return counts


def table(made: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(made), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_row_is_in_one_bucket(result: tuple[dict[str, int], Path]) -> None:
    counts, _ = result
    buckets = {name: counts[name] for name in ("created", "unmatched", "skipped", "invalid")}
    assert buckets == {"created": 5, "unmatched": 1, "skipped": 3, "invalid": 1}
    assert counts["dim_events"] == 2
    assert counts["achieved"] == 1


def test_teachers_are_known_by_e_mail_or_name(result: tuple[dict[str, int], Path]) -> None:
    facts = table(
        result[1],
        "select teacher_key, status, attendance_status from fct_teacher_participation "
        "join dim_events using (event_key) order by all",
    )
    assert facts == [
        ("ana.ruiz@example.org", "Completed", "Attended"),
        ("bo.chen@example.org", "Completed", "NoShow"),
        ("bo.chen@example.org", "Published", "SignedUp"),
    ]


def test_presenters_and_the_unknown_are_kept_apart(result: tuple[dict[str, int], Path]) -> None:
    presenters = table(result[1], "select person_key from fct_volunteer_participation")
    assert presenters == [("kim.lee@example.org",)]
    unknown = table(result[1], "select role, name from queue_unmatched order by all")
    assert unknown == [("educator", "Nobody Known"), ("session", "Title 3")]


def test_progress_follows_the_attendance(result: tuple[dict[str, int], Path]) -> None:
    progress = table(
        result[1],
        "select teacher_key, period, completed_sessions, planned_sessions, progress_status "
        "from fct_teacher_progress where period <> 'fall' order by all",
    )
    assert progress == [
        ("ana.ruiz@example.org", "spring", 1, 0, "Achieved"),
        ("ana.ruiz@example.org", "year", 1, 0, "Achieved"),
        ("bo.chen@example.org", "spring", 0, 1, "In Progress"),
        ("bo.chen@example.org", "year", 0, 1, "In Progress"),
        ("cy.dole@example.org", "spring", 0, 0, "Not Started"),
        ("cy.dole@example.org", "year", 0, 0, "Not Started"),
    ]
