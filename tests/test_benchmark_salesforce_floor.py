"""The bare marts of the CRM give the answers a person would give on a handful of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.salesforce_floor import marts
from tests.support.raw_tables import create_raw_tables, query


def landed(home: Path, table: str, *records: dict[str, Any]) -> None:
    for number, record in enumerate(records):
        values = {"id": f"{table}-{number}", "isdeleted": "false", "load_seq": 1} | record
        names = ", ".join(values)
        quoted = ", ".join(f"'{value}'" for value in values.values())
        query(home, f"insert into raw_salesforce.{table} ({names}) values ({quoted})")


def test_newest_versions_become_people_events_and_participations(tmp_path: Path) -> None:
    create_raw_tables(tmp_path, "raw_salesforce")
    ada = {"id": "ada", "contact_type_c": "Volunteer", "lastname": "Byron"}
    landed(
        tmp_path,
        "contact",
        ada | {"firstname": "Old"},
        ada | {"firstname": "  Ada ", "phone": "(816) 555-0101", "load_seq": 2},
        {"contact_type_c": "Volunteer", "lastname": "Gone", "isdeleted": "true"},
        {"contact_type_c": "Student", "lastname": "Lee", "current_grade_c": "5th"},
        {"contact_type_c": "Teacher", "lastname": "Ruiz"},
    )
    landed(
        tmp_path,
        "session_c",
        {"id": "past", "start_date_and_time_c": "2026-01-10T02:00:00Z"},
        {"id": "future", "start_date_and_time_c": "2026-02-10T02:00:00Z"},
    )
    attended = {"contact_c": "ada", "participant_type_c": "Volunteer", "status_c": "Attended"}
    landed(
        tmp_path,
        "session_participant_c",
        attended | {"session_c": "past", "delivery_hours_c": "1.5"},
        attended | {"session_c": "future", "delivery_hours_c": "4"},
        attended | {"session_c": "past", "status_c": "No-Show"},
    )
    result = tmp_path / "marts.duckdb"
    assert marts(tmp_path / "warehouse.duckdb", result, "2026-01-31") == {
        "dim_events": 2,
        "dim_students": 1,
        "dim_volunteers": 1,
        "fct_participations": 3,
    }
    with duckdb.connect(str(result)) as connection:
        assert connection.execute(
            "select first_name, phone_e164, attended_count, delivery_hours, "
            "first_volunteer_date::varchar from dim_volunteers"
        ).fetchall() == [("Ada", "+18165550101", 1, 1.5, "2026-01-09")]
        assert connection.execute("select current_grade from dim_students").fetchall() == [(5,)]
