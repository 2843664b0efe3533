"""What the stories share: where they live, the rows of a report, and comparing whole warehouses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb
import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario

BUILT_SCHEMAS = ("staging", "intermediate", "marts", "queues", "ops", "seeds")
PUBLISHED_SCHEMAS = ("marts", "queues", "ops")

Tables = dict[str, list[tuple[Any, ...]]]


def begin(factory: pytest.TempPathFactory, logical_date: str = "2026-03-10") -> Scenario:
    """An empty warehouse; every story lives at the same place, so that dbt parses once."""
    return Scenario(factory.getbasetemp() / "stories", logical_date)


def session(number: int | str | None, title: str, day: str | datetime | None, **cells: Any) -> Any:
    """A maker of one session's rows: what is the same on all of them is said once."""
    common = {"Session_ID": number, "Title": title, "Date": day, **cells}

    def row(name: str | None, user_id: str | None, **changes: Any) -> dict[str, Any]:
        return workbooks.session_row(Name=name, User_Auth_Id=user_id, **(common | changes))

    return row


def presenter(company: str | None, **changes: Any) -> dict[str, Any]:
    """The cells in which a professional's row differs from an educator's."""
    return {
        "SignUp_Role": "Professional",
        "School": None,
        "District_or_Company": company,
        "Attended_Educator_Count": "n/a",
    } | changes


def tables(
    scenario: Scenario,
    schemas: Iterable[str] = PUBLISHED_SCHEMAS,
    *,
    without: Iterable[str] = (),
) -> Tables:
    """Every row of every table, sorted; `without` names columns that may differ."""
    left_out = set(without)
    found: Tables = {}
    columns: dict[str, list[str]] = {}
    for schema, table, column in scenario.rows(
        "select table_schema, table_name, column_name from information_schema.columns "
        "order by table_schema, table_name, ordinal_position"
    ):
        if schema in set(schemas) and column not in left_out:
            columns.setdefault(f"{schema}.{table}", []).append(f'"{column}"')
    for table, names in columns.items():
        found[table] = sorted(scenario.rows(f"select {', '.join(names)} from {table}"), key=repr)
    return found


def differences(before: Tables, after: Tables) -> dict[str, tuple[list[Any], list[Any]]]:
    """The tables that differ: the rows only before and only after."""
    return {
        table: (
            [row for row in before.get(table, []) if row not in after.get(table, [])],
            [row for row in after.get(table, []) if row not in before.get(table, [])],
        )
        for table in sorted(before.keys() | after.keys())
        if before.get(table) != after.get(table)
    }


def forget_everything_built(scenario: Scenario) -> None:
    """Drops all that dbt made; what landed stays."""
    scenario.close()
    with duckdb.connect(str(scenario.home / "warehouse.duckdb")) as connection:
        for schema in BUILT_SCHEMAS:
            connection.execute(f"drop schema if exists {schema} cascade")


def event(scenario: Scenario, session_id: str, *columns: str) -> Any:
    """Columns of the one event with this session id."""
    (row,) = scenario.rows(
        f"select {', '.join(columns)} from marts.dim_events "
        f"where pathful_session_id = '{session_id}'"
    )
    return row if len(columns) > 1 else row[0]


def attendance(scenario: Scenario, session_id: str) -> Mapping[str, str]:
    """Teacher's e-mail -> attendance in the event with this session id."""
    return dict(
        scenario.rows(
            f"""
            select teachers.email, participations.attendance_status
            from marts.fct_teacher_participation as participations
            inner join marts.dim_events as events using (event_key)
            inner join marts.dim_teachers as teachers using (teacher_key)
            where events.pathful_session_id = '{session_id}'
            """
        )
    )


def teacher_key(scenario: Scenario, email: str) -> Any:
    """Our key of the roster teacher with this address."""
    return scenario.value(f"select teacher_key from marts.dim_teachers where email = '{email}'")


def ticket(scenario: Scenario, unmatched_type: str, name: str) -> Mapping[str, Any]:
    """The one ticket of this type and attempted name (or company)."""
    columns = (
        "ticket_key",
        "status",
        "occurrence_count",
        "candidates_json",
        "affected_session_count",
        "reason_code",
        "resolved_by",
        "event_key",
        "decision_id",
    )
    (row,) = scenario.rows(
        f"select {', '.join(columns)} from queues.queue_unmatched "
        f"where unmatched_type = '{unmatched_type}' "
        f"and '{name}' in (attempted_name, attempted_organization)"
    )
    return dict(zip(columns, row, strict=True))


def bucket_of(scenario: Scenario, run_id: str, row_number: int) -> str:
    """`bucket` or `bucket/reason` of one row of a run."""
    return str(
        scenario.value(
            "select bucket || coalesce('/' || reason, '') from ops.import_rows "
            f"where run_id = '{run_id}' and row_number = {row_number}"
        )
    )
