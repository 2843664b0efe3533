"""The raw tables as dbt makes them where nothing has landed, and a look into a warehouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

_MACRO = Path(__file__).resolve().parents[2] / "macros" / "ensure_raw_tables.sql"
_TYPES = {"timestamptz": "TIMESTAMP WITH TIME ZONE"}


def raw_tables() -> dict[str, set[tuple[str, str]]]:
    """`schema.table` -> its (column, type) pairs, read from the macro that makes them."""
    tables = {name: _columns(text) for name, text in _definitions().items()}
    assert tables
    assert all(tables.values())
    return tables


def create_raw_tables(home: Path) -> None:
    """Makes every raw table, empty, as `dbt build` does on a new warehouse."""
    home.mkdir(parents=True, exist_ok=True)
    for name, columns in _definitions().items():
        query(home, f"create schema if not exists {name.split('.')[0]}")
        query(home, f"create table {name} ({columns})")


def columns_of(home: Path, name: str) -> set[tuple[str, str]]:
    """The (column, type) pairs a table of the warehouse has."""
    schema, table = name.split(".")
    return set(
        query(
            home,
            "select column_name, data_type from information_schema.columns "
            f"where table_schema = '{schema}' and table_name = '{table}'",
        )
    )


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Runs one statement in the warehouse of a POLARIS_HOME, in UTC."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def _definitions() -> dict[str, str]:
    return dict(re.findall(r"'(raw_\w+\.\w+)':\s*'([^']+)'", _MACRO.read_text()))


def _columns(text: str) -> set[tuple[str, str]]:
    pairs = (column.split() for column in text.split(","))
    return {(name, _TYPES.get(kind, kind.upper())) for name, kind in pairs}
