"""Lands as `loaders.pipeline.land_tables` does, without dlt: its half second is most of a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyarrow import parquet

from loaders.pipeline import WAREHOUSE, Files

_TYPES = {"string": "varchar", "int64": "bigint", "bool": "boolean"}


def land_tables(home: Path, schema: str, tables: Mapping[str, Any], write_disposition: str) -> None:
    """Appends to tables of a raw schema; makes tables and columns that are not there."""
    assert write_disposition == "append"
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home / WAREHOUSE)) as connection:
        connection.execute(f"set timezone = 'UTC'; create schema if not exists {schema}")
        for name, table in tables.items():
            types = {
                field.name: _TYPES.get(str(field.type), "timestamptz") for field in table.schema
            }
            columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
            connection.execute(f'create table if not exists {schema}."{name}" ({columns})')
            for column, kind in types.items():
                connection.execute(
                    f'alter table {schema}."{name}" add column if not exists {column} {kind}'
                )
            if isinstance(table, Files):
                rows = pa.concat_tables([parquet.read_table(path) for path, _ in table.parts()])
            else:
                rows = table
            connection.register("rows", rows)
            connection.execute(f'insert into {schema}."{name}" by name select * from rows')
            connection.unregister("rows")
