"""Rows of the invented release for the pages on progress, the year-end and recruitment.

`rows` stands in every invented release. `add_sessions` lays more sessions over it, for the tests
of overrides, no-shows and session credit; other tests count the sessions of the plain release.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from tests.support.kept import kept

Row = dict[str, Any]

YEAR = "2025-2026"
OVERRIDE = "0b7d5a10-0000-4000-8000-0000000000aa"


def rows() -> dict[str, list[Row]]:
    """Rows by table, added to those every page shares."""
    return {
        "queues.queue_presenter_recruitment": _recruitment(),
        "marts.fct_progress_archive": _archive(),
        "marts.agg_district_year_end": _year_end(),
        "marts.agg_district_year_end_months": _months(),
        "marts.agg_virtual_impact": _impact(),
    }


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# key, title, day, hour UTC, days until, urgency, school, district, teachers
# fmt: off
_OPEN = [
    ("e-open-1", "Welding & <b>Metal</b>", "2026-03-12", 16, 2, "red", "s-central",
     "Central High", "Hickman Mills", "Ana Ruiz, Ben Okafor"),
    ("e-open-2", "=Space Careers", "2026-03-20", None, 10, "yellow", "s-grand", "Grand Middle",
     "Grandview", "Dev Patel"),
    ("e-open-3", "Baking as Chemistry", "2026-03-24", 15, 14, "yellow", None, None, None, None),
    ("e-open-4", "City Planning", "2026-09-02", 15, 176, "blue", "s-ridge", "Ridge Elementary",
     "Hickman Mills", "Cara Lindqvist"),
]
# fmt: on


def _recruitment() -> list[Row]:
    return [
        {
            "event_key": key,
            "title": title,
            "status": "Published",
            "session_date": date.fromisoformat(day),
            "start_at": _at(f"{day} {hour or 5:02d}:00"),
            "is_time_known": hour is not None,
            "virtual_year": YEAR if day < "2026-08-01" else "2026-2027",
            "days_until": until,
            "urgency": urgency,
            "school_key": school_key,
            "school_names": school,
            "district_names": district,
            "teacher_names": teachers,
        }
        for key, title, day, hour, until, urgency, school_key, school, district, teachers in _OPEN
    ]


# teacher, district, building, target, completed, planned, status
_ARCHIVED = [
    ("t-ana", "Ana Ruiz", "d-hickman", "Central High", 1, 0, 1, "In Progress"),
    ("t-ben", "Ben Okafor", "d-hickman", "Central High", 1, 0, 0, "Not Started"),
    ("t-gone", "Gus Moreau", "d-hickman", "Ridge Elementary", 1, 1, 0, "Achieved"),
    ("t-dev", "Dev Patel", "d-grandview", "Grand Middle", 1, 0, 0, "Not Started"),
]


def _archive() -> list[Row]:
    return [
        {
            "teacher_key": key,
            "district_key": district,
            "virtual_year": YEAR,
            "academic_year": YEAR,
            "period": "fall",
            "semester_name": "Fall 2025",
            "date_from": date(2025, 8, 1),
            "date_to": date(2025, 12, 31),
            "teacher_name": name,
            "building": building,
            "email": f"{key[2:]}@example.org",
            "target_sessions": target,
            "completed_sessions": completed,
            "planned_sessions": planned,
            "no_show_sessions": 0,
            "progress_status": status,
            "status_text": status,
            "progress_pct": 100.0 * completed / target,
            "archived_at": _at("2026-01-02 09:00"),
        }
        for key, name, district, building, target, completed, planned, status in _ARCHIVED
    ]


# scope, events, students attended, engagements, hours, volunteers, companies, schools, teachers
_SCOPES = [
    ("all", "all", 40, 820, 46, 52.5, 31, 18, 12, 74),
    ("district", "d-hickman", 26, 540, 30, 33.0, 22, 13, 7, 48),
    ("district", "d-grandview", 18, 330, 20, 22.5, 15, 9, 4, 30),
    ("district", "d-odd", 2, 20, 2, 2.0, 2, 1, 1, 2),
    ("district", "Unknown", 1, 0, 1, 1.0, 1, 0, 0, 0),
]


def _year_end() -> list[Row]:
    found = []
    for year, share in ((YEAR, 1), ("2024-2025", 2)):
        for host in ("all", "prepkc"):
            for kind, key, *numbers in _SCOPES:
                events, students, engagements, hours, people, companies, schools, teachers = (
                    number // share if isinstance(number, int) else number / share
                    for number in numbers
                )
                found.append(
                    {
                        "virtual_year": year,
                        "scope_type": kind,
                        "scope_key": key,
                        "host": host,
                        "total_events": events,
                        "virtual_event_count": events,
                        "cancelled_event_count": 3,
                        "unique_students": None,
                        "registered_student_count": students + 60,
                        "attended_student_count": students,
                        "volunteer_engagements": engagements,
                        "volunteer_hours": hours,
                        "volunteer_count": people,
                        "organization_count": companies,
                        "schools_reached": schools,
                        "classrooms_reached": teachers,
                        "unique_teachers": teachers,
                        "confirmed_teachers": teachers + 1,
                        "registered_teachers": teachers + 9,
                        "teacher_engagements": teachers + 16,
                        "estimated_students": (teachers + 16) * 25,
                        "session_count": events,
                        "local_session_count": 5,
                        "poc_session_count": None,
                    }
                )
    return found


def _months() -> list[Row]:
    found = []
    for kind, key, *_ in _SCOPES[:3]:
        for number, month in enumerate(("2025-09", "2025-11", "2026-01", "2026-02")):
            found += [
                {
                    "virtual_year": YEAR,
                    "scope_type": kind,
                    "scope_key": key,
                    "host": host,
                    "month_date": date.fromisoformat(f"{month}-01"),
                    "event_count": 4 + 3 * number,
                    "teacher_engagements": 9 + 5 * number,
                    "unique_teachers": 8 + 4 * number,
                    "attended_student_count": 90 + 60 * number,
                    "volunteer_hours": 5.0 + 2.5 * number,
                }
                for host in ("all", "prepkc")
            ]
    return found


def _impact() -> list[Row]:
    cells = [
        ("school_year", YEAR, "all", 44, 60),
        ("school_year", YEAR, "d-hickman", 28, 38),
        ("school_year", YEAR, "d-grandview", 19, 22),
        ("school_year", YEAR, "d-odd", 2, 1),
        ("school_year", YEAR, "Unknown", 1, 0),
        ("month", "2025-09", "all", 14, 20),
        ("month", "2026-01", "all", 30, 44),
        ("month", "2025-09", "d-hickman", 10, 12),
        ("month", "2026-01", "d-hickman", 18, 27),
        ("month", "2026-01", "d-grandview", 19, 22),
        ("month", "2024-10", "all", 9, 9),
    ]
    return [
        {
            "period_type": kind,
            "period_label": label,
            "scope_type": "all" if scope == "all" else "district",
            "scope_key": scope,
            "event_count": sessions,
            "virtual_event_count": sessions,
            "cancelled_event_count": 2,
            "unique_teacher_count": teachers,
            "classrooms_reached_count": teachers,
            "confirmed_teacher_count": teachers,
            "estimated_student_count": teachers * 25,
            "teacher_experience_count": teachers + 5,
            "local_session_count": 4,
            "poc_session_count": None,
            "local_session_pct": 9.1,
            "poc_session_pct": None,
            "schools_reached_count": 3,
            "presenter_count": 12,
            "presenter_hours": 14.0,
            "registered_student_count": 900,
            "attended_student_count": 700,
        }
        for kind, label, scope, sessions, teachers in cells
    ]


# key, session id, title, status, day, series, district
_SESSIONS = [
    ("e-missed", "2001", "Healthcare Live", "Completed", "2026-02-10", "Health week", "d-hickman"),
    ("e-revised", "2002", "Design Studio", "Completed", "2026-02-12", None, "d-hickman"),
    ("e-review", "2003", "Solar Power", "Published", "2026-02-01", None, "d-hickman"),
    ("e-fall", "2004", "Animal Care", "Completed", "2025-10-06", None, "d-hickman"),
    ("e-future", "2005", "Game Design", "Published", "2026-04-20", None, "d-hickman"),
    ("e-gone", "2006", "Cancelled Talk", "Cancelled", "2026-02-16", None, "d-hickman"),
    ("e-none", "2007", "Nobody Came", "No Show", "2026-02-17", None, "d-grandview"),
    ("e-draft", "2008", "Draft Ahead", "Draft", "2026-05-04", None, "d-hickman"),
]
# event, teacher, final, imported, effect
_SIGNUPS: list[tuple[str, str, str, str | None, str | None]] = [
    ("e-missed", "t-ana", "Attended", "Attended", None),
    ("e-missed", "t-ben", "NoShow", "NoShow", None),
    ("e-missed", "t-cara", "NoShow", "NoShow", None),
    ("e-missed", "t-eve", "SignedUp", "SignedUp", None),
    ("e-revised", "t-cara", "Attended", "NoShow", "add"),
    ("e-review", "t-ben", "SignedUp", "SignedUp", None),
    ("e-fall", "t-ana", "Canceled", "Attended", "remove"),
    ("e-future", "t-ben", "SignedUp", None, "add"),
    ("e-gone", "t-ben", "Canceled", "Canceled", None),
    ("e-none", "t-dev", "NoShow", "NoShow", None),
]


@kept
def add_sessions(path: Path) -> None:
    """Lays eight more sessions with their sign-ups over the release at `path`."""
    from tests.support.fake_release import LAST_RUN

    events = [
        {
            "event_key": key,
            "source": "pathful",
            "pathful_session_id": session,
            "title": title,
            "event_type": "virtual_session",
            "format": "virtual",
            "status": status,
            "session_date": date.fromisoformat(day),
            "start_at": _at(f"{day} 16:00"),
            "is_time_known": True,
            "duration_minutes": 60,
            "series": series,
            "session_host": "PREPKC",
            "last_seen_run_id": LAST_RUN,
        }
        for key, session, title, status, day, series, _ in _SESSIONS
    ]
    signups = [
        {
            "event_key": event,
            "teacher_key": teacher,
            "attendance_status": final,
            "imported_attendance_status": imported,
            "attendance_basis": "override" if effect else "educator_count",
            "has_override": effect is not None,
            "is_credited": final == "Attended",
            "is_no_show": final == "NoShow",
            "is_tagged": False,
            "override_decision_id": f"{OVERRIDE}-{event}" if effect else None,
            "override_effect": effect,
            "override_reason": "Presenter *never* came" if effect else None,
            "overridden_by": "sam" if effect else None,
            "overridden_at": _at("2026-03-01 18:00") if effect else None,
        }
        for event, teacher, final, imported, effect in _SIGNUPS
    ]
    districts = [
        {"event_key": row[0], "district_key": row[6], "attribution_source": "educator_row"}
        for row in _SESSIONS
    ]
    insert(path, "marts.dim_events", events)
    insert(path, "marts.fct_teacher_participation", signups)
    insert(path, "marts.bridge_event_districts", districts)
    insert(path, "ops.audit_log", [_audited(row) for row in signups if row["has_override"]])


def _audited(row: Row) -> Row:
    return {
        "decision_id": row["override_decision_id"],
        "decided_at": row["overridden_at"],
        "actor": "sam",
        "role": "admin",
        "action": "override_attendance",
        "subject_type": "event",
        "subject_key": row["event_key"],
        "event_key": row["event_key"],
        "teacher_key": row["teacher_key"],
        "reason": row["override_reason"],
        "is_standing": True,
    }


def insert(path: Path, table: str, more: Sequence[Row]) -> None:
    """Adds rows to a table of the release at `path`."""
    from tests.support import fake_release

    with _opened(path) as connection:
        fake_release.insert(connection, table, list(more))


def change(path: Path, sql: str) -> None:
    """Runs a statement on the release at `path`."""
    with _opened(path) as connection:
        connection.execute(sql)


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    """The release for writing; what pages keep open of it, or know from it, is let go."""
    st.cache_resource.clear()
    st.cache_data.clear()
    connection = duckdb.connect(str(path))
    connection.execute("set TimeZone = 'UTC'")
    return connection
