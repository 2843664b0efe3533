"""A small but complete published release with invented people, for tests of readers.

The logical date is 2026-03-10. `publish` writes the file and points CURRENT at it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from tests.support import (
    fake_release_completeness,
    fake_release_crm,
    fake_release_events,
    fake_release_goals,
    fake_release_health,
    fake_release_impact,
    fake_release_matching,
    fake_release_people,
    fake_release_progress,
)

SCHEMA = Path(__file__).with_name("release_schema.sql")
TODAY = date(2026, 3, 10)
NAME = "20260310T141530123Z-4f2a9c"
EMPTY_NAME = "20260310T120000000Z-000000"
FIRST_RUN = "20260201T150000000Z-aaaaaa"
LAST_RUN = "20260310T141500000Z-bbbbbb"
YEAR = fake_release_progress.YEAR

Row = dict[str, Any]


def publish(home: Path, name: str = NAME, *, empty: bool = False) -> Path:
    """Writes a release below `home` and makes it the current one; returns its file."""
    releases = home / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    path = releases / f"{name}.duckdb"
    path.write_bytes(_made(name, empty=empty))
    (releases / "CURRENT").write_text(name + "\n", encoding="utf-8")
    return path


@lru_cache(maxsize=8)
def _made(name: str, *, empty: bool) -> bytes:
    """The file of a release; made once, for every test has one of its own."""
    content = {"ops.releases": [_release(name)]} if empty else everything(name)
    return made(SCHEMA.read_text(encoding="utf-8"), content)


def made(schema: str, content: Mapping[str, list[Row]]) -> bytes:
    """A DuckDB file with these tables and rows, in small blocks: most tables have few rows."""
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "made.duckdb"
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{path}' as made (block_size 16384)")
        connection.execute("use made")
        connection.execute(schema)
        for table, rows in content.items():
            insert(connection, table, rows)
        connection.execute("use memory")
        connection.execute("detach made")
        return path.read_bytes()


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    """Inserts rows by column name; a column that is not given is null."""
    for row in rows:
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def at(text: str) -> datetime:
    """An instant from `2026-03-10 14:15`, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def everything(name: str = NAME) -> dict[str, list[Row]]:
    """Every table's rows."""
    places = _places()
    schools = {row["school_key"]: row["school_name"] for row in places["marts.dim_schools"]}
    goals = fake_release_progress.rows(_TEACHERS, schools)
    marts = {**places, **_people(), **_events(), **_participations(), **goals}
    content = {**marts, **_queues(), **_ops(name)}
    for more in (
        fake_release_events,
        fake_release_goals,
        fake_release_matching,
        fake_release_completeness,
        fake_release_crm,
        fake_release_health,
        fake_release_impact,
        fake_release_people,
    ):
        for table, rows in more.rows().items():
            content.setdefault(table, []).extend(rows)
    return content


def _release(name: str) -> Row:
    return {
        "release": name,
        "run_id": LAST_RUN,
        "published_at": at("2026-03-10 14:15:30"),
        "logical_date": TODAY,
        "table_count": 21,
        "row_count": 100,
        "is_current": True,
    }


def _places() -> dict[str, list[Row]]:
    schools = [
        ("s-central", "Central High", "d-hickman", "High"),
        ("s-ridge", "Ridge Elementary", "d-hickman", "Elementary"),
        ("s-grand", "Grand Middle", "d-grandview", "Middle"),
    ]
    return {
        "marts.dim_districts": [
            {"district_key": "d-hickman", "district_name": "Hickman Mills"},
            {"district_key": "d-grandview", "district_name": "Grandview"},
        ],
        "marts.dim_schools": [
            {"school_key": key, "school_name": name, "district_key": district, "level": level}
            for key, name, district, level in schools
        ],
        "marts.dim_organizations": [
            {"organization_key": "o-acme", "organization_name": "Acme Robotics"},
            {"organization_key": "o-river", "organization_name": "River Clinic"},
        ],
    }


# key, name, e-mail, school, district
_TEACHERS = [
    ("t-ana", "Ana Ruiz", "ana.ruiz@example.org", "s-central", "d-hickman"),
    ("t-ben", "Ben Okafor", "ben.okafor@example.org", "s-central", "d-hickman"),
    ("t-cara", "Cara Lindqvist", "cara.l@example.org", "s-ridge", "d-hickman"),
    ("t-eve", "Eve <b>Stone</b>", "eve.stone@example.org", "s-ridge", "d-hickman"),
    ("t-dev", "Dev Patel", None, "s-grand", "d-grandview"),
]


def _people() -> dict[str, list[Row]]:
    volunteers = [
        ("p-maya", "Maya", "Chen", "maya.chen@example.org", "o-acme"),
        ("p-luis", "Luis", "Ortega", "luis.ortega@example.org", "o-river"),
        ("p-jose", "José", "Núñez", None, None),
    ]
    return {
        "marts.dim_teachers": [
            {
                "teacher_key": key,
                "teacher_name": name,
                "first_name": name.split(maxsplit=1)[0],
                "last_name": name.split(maxsplit=1)[1],
                "email": email,
                "school_key": school,
                "district_key": district,
            }
            for key, name, email, school, district in _TEACHERS
        ],
        "marts.dim_volunteers": [
            {
                "person_key": key,
                "first_name": first,
                "last_name": last,
                "email": email,
                "organization_key": organization,
            }
            for key, first, last, email, organization in volunteers
        ],
    }


# key, session id, title, status, date, hour UTC, cluster, registered, attended, district, school
# fmt: off
_EVENTS = [
    ("e-done", "1001", "Robotics at Work", "Completed", "2026-01-15", 16, "STEM", 28, 25,
     "d-hickman", "s-central"),
    ("e-next", "1002", "Nursing Careers", "Confirmed", "2026-04-02", 15, "Health", 30, None,
     "d-hickman", "s-central"),
    ("e-off", "1003", "=Finance & Banking", "Cancelled", "2026-02-03", None, "Business", 12, None,
     "d-grandview", "s-grand"),
    ("e-html", "1004", "<script>alert(1)</script> Careers", "Draft", "2026-02-20", None, None,
     None, None, None, None),
    ("e-old", "900", "Architecture Basics", "Completed", "2025-02-11", 17, "STEM", 20, 18,
     "d-hickman", "s-ridge"),
]
# fmt: on


def _events() -> dict[str, list[Row]]:
    events, districts, schools = [], [], []
    for key, session, title, status, day, hour, cluster, registered, attended, *where in _EVENTS:
        start = at(f"{day} {hour or 6:02d}:00")
        events.append(
            {
                "event_key": key,
                "source": "pathful",
                "pathful_session_id": session,
                "title": title,
                "event_type": "virtual_session",
                "format": "virtual",
                "status": status,
                "raw_status": status,
                "session_date": date.fromisoformat(day),
                "start_at": start,
                "is_time_known": hour is not None,
                "duration_minutes": 60,
                "registered_student_count": registered,
                "attended_student_count": attended,
                "career_cluster": cluster,
                "school_key": where[1],
                "import_source": "pathful_direct",
                "first_seen_run_id": FIRST_RUN,
                "last_seen_run_id": LAST_RUN,
            }
        )
        if where[0]:
            districts.append(
                {"event_key": key, "district_key": where[0], "attribution_source": "educator_row"}
            )
            schools.append({"event_key": key, "school_key": where[1]})
    return {
        "marts.dim_events": events,
        "marts.bridge_event_districts": districts,
        "marts.bridge_event_schools": schools,
    }


def _participations() -> dict[str, list[Row]]:
    attendance = [
        ("e-done", "t-ana", "Attended"),
        ("e-done", "t-eve", "NoShow"),
        ("e-next", "t-ben", "SignedUp"),
        ("e-old", "t-cara", "Attended"),
    ]
    presenters = [("e-done", "p-maya", "Attended", 1.0), ("e-next", "p-luis", "SignedUp", None)]
    return {
        "marts.fct_teacher_participation": [
            {
                "event_key": event,
                "teacher_key": teacher,
                "attendance_status": status,
                "imported_attendance_status": status,
                "has_override": False,
                "is_credited": status == "Attended",
                "is_no_show": status == "NoShow",
                "is_tagged": False,
                "match_rule": "user_id",
                "import_source": "pathful_direct",
            }
            for event, teacher, status in attendance
        ],
        "marts.fct_volunteer_participation": [
            {
                "participation_key": f"{event}-{person}",
                "event_key": event,
                "person_key": person,
                "participant_type": "Presenter",
                "attendance_status": status,
                "delivery_hours": hours,
            }
            for event, person, status, hours in presenters
        ],
    }


def _queues() -> dict[str, list[Row]]:
    from tests.support.fake_release_work import flags, tickets, violations

    return {
        "queues.queue_unmatched": tickets(),
        "queues.queue_event_flags": flags(),
        "queues.queue_dq_violations": violations(),
    }


def _ops(name: str) -> dict[str, list[Row]]:
    from tests.support.fake_release_work import audit_log, gate_results, import_rows, import_runs

    return {
        "ops.releases": [_release(name)],
        "ops.import_runs": import_runs(name),
        "ops.import_rows": import_rows(),
        "ops.audit_log": audit_log(),
        "ops.gate_results": gate_results(),
        "ops.source_freshness": [
            {
                "source": "pathful",
                "last_run_id": LAST_RUN,
                "last_success_at": at("2026-03-10 14:15"),
                "age_hours": 14.7,
                "status": "fresh",
                "row_count": 12,
            },
            {
                "source": "roster",
                "last_run_id": FIRST_RUN,
                "last_success_at": at("2026-02-01 15:00"),
                "age_hours": 903.0,
                "status": "stale",
                "row_count": 5,
            },
        ],
    }


def as_json(value: Any) -> str:
    """JSON text as the release holds it."""
    return json.dumps(value)
