"""The raw tables as dbt makes them where nothing has landed, and a look into a warehouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

_MACROS = Path(__file__).resolve().parents[2] / "macros"
_OF_A_RECORD = (
    "run_id varchar, load_seq bigint, row_hash varchar, landed_at timestamptz, id varchar, "
    "isdeleted varchar, createddate varchar, lastmodifieddate varchar, systemmodstamp varchar"
)
_DEFINITION = re.compile(r"'(raw_\w+\.\w+)':\s*'([^']+)'")
_TYPES = {"timestamptz": "TIMESTAMP WITH TIME ZONE"}


def raw_tables() -> dict[str, set[tuple[str, str]]]:
    """`schema.table` -> its (column, type) pairs, read from the macros that make them."""
    tables = {name: _columns(text) for name, text in _definitions().items()}
    assert tables
    assert all(tables.values())
    return tables


def create_raw_tables(home: Path, only: str = "") -> None:
    """Makes every raw table, or those of one schema, empty, as `dbt build` on a new warehouse."""
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("begin")
        for name, columns in _definitions().items():
            if name.startswith(only):
                connection.execute(f"create schema if not exists {name.split('.')[0]}")
                connection.execute(f"create table {name} ({columns})")
        connection.execute("commit")


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
    texts = (_MACROS / f"ensure_{name}_tables.sql" for name in ("raw", "salesforce", "csv"))
    found = [pair for text in texts for pair in _DEFINITION.findall(text.read_text())]
    return {name: columns if "," in columns else _of_record(columns) for name, columns in found}


def _of_record(fields: str) -> str:
    """The columns of a Salesforce object's table, of which the macro names the fields alone."""
    return ", ".join([_OF_A_RECORD, *(f"{field} varchar" for field in fields.split())])


def _columns(text: str) -> set[tuple[str, str]]:
    pairs = (column.split() for column in text.split(","))
    return {(name, _TYPES.get(kind, kind.upper())) for name, kind in pairs}
