"""Lands prepared files in the warehouse through dlt: one pipeline per raw schema.

A load row is the commit mark of its rows. dlt writes the two tables one after the other, so rows
without a load row, or a load row without its rows, are what a killed landing leaves behind:
readers ignore them and `discard_incomplete` removes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from loaders.field_counts import counts_json
from loaders.parts import in_parts, is_large
from loaders.pathful import REPORT_TYPES, PathfulFile
from loaders.pipeline import land_tables, open_warehouse
from loaders.prepared import PreparedFile
from loaders.roster import RosterFile

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Raw schema -> the tables that hold its rows; each schema has a `loads` table beside them.
_ROW_TABLES: dict[str, tuple[str, ...]] = {
    "raw_pathful": REPORT_TYPES,
    "raw_roster": ("roster_rows",),
    "raw_csv": (
        "signups",
        "volunteers",
        "events",
        "shifts",
        "students",
        "organizations",
        "affiliations",
    ),
}
_SCHEMAS = (*_ROW_TABLES, "raw_salesforce")


class Load(Protocol):
    """What every load row says; see `PathfulLoad`."""

    @property
    def run_id(self) -> str: ...  # noqa: D102 documented there

    @property
    def load_seq(self) -> int: ...  # noqa: D102

    @property
    def landed_at(self) -> datetime: ...  # noqa: D102

    @property
    def rows_run_id(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class PathfulLoad:
    """The load row of one Pathful file.

    Attributes:
        run_id: the run that lands it.
        load_seq: from `next_load_seq`, taken under the lock.
        landed_at: aware timestamp.
        import_mode: `full`, `semester`, `six_month` or `custom`.
        cutoff_date: first session date that counts; None for all.
        exported_at: when the report was exported, if known (aware).
        rows_run_id: the run that landed these very bytes before (from `previously_landed`);
            None lands the rows.
    """

    run_id: str
    load_seq: int
    landed_at: datetime
    import_mode: str = "full"
    cutoff_date: date | None = None
    exported_at: datetime | None = None
    rows_run_id: str | None = None


@dataclass(frozen=True)
class RosterLoad:
    """The load row of one roster.

    Attributes: `run_id`, `load_seq`, `landed_at` and `rows_run_id` as in `PathfulLoad`, and
        district_name: the district whose roster this is.
        academic_year: `YYYY-YYYY`.
        virtual_year: `YYYY-YYYY`.
        target_sessions: the option that holds where a row has none; None when not given.
    """

    run_id: str
    load_seq: int
    landed_at: datetime
    district_name: str
    academic_year: str
    virtual_year: str
    target_sessions: int | None = None
    rows_run_id: str | None = None


@dataclass(frozen=True)
class Landed:
    """What a landing did: `rows_landed` is 0 where the rows of an earlier run are used."""

    run_id: str
    rows_run_id: str
    load_seq: int
    row_count: int
    rows_landed: int


def land_pathful(home: Path, prepared: PathfulFile, load: PathfulLoad) -> Landed:
    """Lands the rows and their load row in `home/warehouse.duckdb`, schema raw_pathful.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    load_row = {
        "load_seq": load.load_seq,
        "run_id": load.run_id,
        "rows_run_id": load.rows_run_id or load.run_id,
        "report_type": prepared.report_type,
        "file_name": prepared.file_name,
        "file_sha256": prepared.file_sha256,
        "row_count": prepared.row_count,
        "import_mode": load.import_mode,
        "cutoff_date": load.cutoff_date,
        "exported_at": load.exported_at,
        "landed_at": load.landed_at,
        "present_columns": _json(prepared.present_columns),
        "unmapped_columns": _json(prepared.unmapped_columns),
        "field_counts": counts_json(prepared.field_counts),
        "warnings": _json(prepared.warnings),
    }
    return land_file(home, prepared, load, load_row)


def land_roster(home: Path, prepared: RosterFile, load: RosterLoad) -> Landed:
    """Lands the rows and their load row in `home/warehouse.duckdb`, schema raw_roster.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    load_row = {
        "load_seq": load.load_seq,
        "run_id": load.run_id,
        "rows_run_id": load.rows_run_id or load.run_id,
        "file_name": prepared.file_name,
        "file_sha256": prepared.file_sha256,
        "row_count": prepared.row_count,
        "district_name": load.district_name,
        "academic_year": load.academic_year,
        "virtual_year": load.virtual_year,
        "target_sessions": load.target_sessions,
        "landed_at": load.landed_at,
        "unmapped_columns": _json(prepared.unmapped_columns),
        "field_counts": counts_json(prepared.field_counts),
        "warnings": _json(prepared.warnings),
    }
    return land_file(home, prepared, load, load_row)


def next_load_seq(warehouse: Path) -> int:
    """1 + the highest load_seq over all raw schemas; 1 on a new warehouse."""
    if not warehouse.exists():
        return 1
    with open_warehouse(warehouse) as connection:
        highest = [
            connection.execute(f"select coalesce(max(load_seq), 0) from {schema}.loads").fetchone()
            for schema in _SCHEMAS
            if _has_table(connection, schema, "loads")
        ]
    return 1 + max((row[0] for row in highest if row), default=0)


def previously_landed(
    warehouse: Path, file_sha256: str, cutoff_date: date | None = None
) -> str | None:
    """The first run whose complete rows of these very bytes are in raw_pathful, or None.

    A run whose window was narrower does not count: what it left out has yet to be used.

    Args:
        warehouse: the DuckDB file; it need not exist.
        file_sha256: hash of the file.
        cutoff_date: first session date wanted now; None for all.
    """
    if not warehouse.exists():
        return None
    with open_warehouse(warehouse) as connection:
        for report_type in REPORT_TYPES:
            run_id = complete_run(
                connection,
                "raw_pathful",
                report_type,
                {"file_sha256": file_sha256, "report_type": report_type},
                cutoff_date=cutoff_date,
            )
            if run_id:
                return run_id
    return None


def previously_landed_roster(
    warehouse: Path, file_sha256: str, *, district_name: str, academic_year: str
) -> str | None:
    """The same for raw_roster, for one district and academic year."""
    if not warehouse.exists():
        return None
    with open_warehouse(warehouse) as connection:
        return complete_run(
            connection,
            "raw_roster",
            "roster_rows",
            {
                "file_sha256": file_sha256,
                "district_name": district_name,
                "academic_year": academic_year,
            },
        )


def discard_incomplete(warehouse: Path) -> dict[str, int]:
    """Deletes what a killed landing left: rows without a load row, load rows without rows.

    Call it under the lock, before landing. A load that lost only some of its rows is left alone:
    no landing leaves that, so a person should look at it.

    Returns:
        Deleted rows by `schema.table`, without zeros.
    """
    deleted: dict[str, int] = {}
    if not warehouse.exists():
        return deleted
    with open_warehouse(warehouse) as connection:
        for schema, tables in _ROW_TABLES.items():
            if not _has_table(connection, schema, "loads"):
                continue
            for table in tables:
                if _has_table(connection, schema, table):
                    deleted |= _discard(connection, schema, table)
        deleted |= _discard_versions(connection, "raw_salesforce")
    return {name: count for name, count in deleted.items() if count}


def land_file(home: Path, prepared: PreparedFile, load: Load, load_row: dict[str, Any]) -> Landed:
    """Lands the rows of a file, unless they are there, and its load row.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    import pyarrow as pa

    loads = pa.table(
        {name: pa.array([value], _load_type(name)) for name, value in load_row.items()}
    )
    table = "roster_rows" if prepared.report_type == "roster" else prepared.report_type
    schema = next(schema for schema, tables in _ROW_TABLES.items() if table in tables)
    if load.rows_run_id is not None:
        land_tables(home, schema, {"loads": loads}, "append")
    elif not is_large(prepared.row_count):
        rows = _stamped(prepared, load)
        land_tables(home, schema, {table: rows, "loads": loads}, "append")
    else:
        with in_parts(home, _stamped(prepared, load)) as files:
            land_tables(home, schema, {table: files}, "append")
        # The mark of a whole landing comes after the rows.
        land_tables(home, schema, {"loads": loads}, "append")
    return Landed(
        run_id=load.run_id,
        rows_run_id=load.rows_run_id or load.run_id,
        load_seq=load.load_seq,
        row_count=prepared.row_count,
        rows_landed=prepared.row_count if load.rows_run_id is None else 0,
    )


def _stamped(prepared: PreparedFile, load: Load) -> pa.Table:
    """The rows with the run, the file's hash and the time they landed."""
    import pyarrow as pa

    arrow, count = prepared.arrow, prepared.row_count
    landed_at = pa.scalar(load.landed_at, pa.timestamp("us", "UTC"))
    arrow = arrow.add_column(0, "run_id", pa.repeat(load.run_id, count))
    arrow = arrow.append_column("file_sha256", pa.repeat(prepared.file_sha256, count))
    return arrow.append_column("landed_at", pa.repeat(landed_at, count))


def _load_type(column: str) -> pa.DataType:
    import pyarrow as pa

    if column in ("load_seq", "row_count", "target_sessions"):
        return pa.int64()
    if column.endswith("_at"):
        return pa.timestamp("us", "UTC")
    return pa.date32() if column.endswith("_date") else pa.string()


def _has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    # Without parameters: the first statement of DuckDB that has some imports pandas.
    found = connection.execute(
        f"select 1 from duckdb_tables() where schema_name = '{schema}' and table_name = '{table}'"
    ).fetchone()
    return found is not None


def complete_run(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    wanted: Mapping[str, str],
    *,
    cutoff_date: date | None = None,
) -> str | None:
    """The first run that landed rows itself, fits `wanted` and has as many rows as it says."""
    if not (_has_table(connection, schema, "loads") and _has_table(connection, schema, table)):
        return None
    conditions = " and ".join(f"{column} = ?" for column in wanted)
    values: list[str | date] = list(wanted.values())
    if schema == "raw_pathful":
        conditions += " and (cutoff_date is null or cutoff_date <= ?)"
        values.append(cutoff_date or date.min)
    candidates = connection.execute(
        f"select run_id, row_count from {schema}.loads where rows_run_id = run_id and {conditions} "
        "order by load_seq",
        values,
    ).fetchall()
    for run_id, row_count in candidates:
        counted = connection.execute(
            f"select count(*) from {schema}.{table} where run_id = ?", [run_id]
        ).fetchone()
        if counted == (row_count,):
            return str(run_id)
    return None


def _discard(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, int]:
    own = "true" if schema == "raw_roster" else f"report_type = '{table}'"
    landed_itself = f"rows_run_id = run_id and {own}"
    says = connection.execute(
        f"select coalesce(sum(row_count), 0) from {schema}.loads where {landed_itself}"
    ).fetchone()
    has = connection.execute(f"select count(*) from {schema}.{table}").fetchone()
    if says == has:
        return {}  # the usual case, answered without reading the rows of all history
    rows = connection.execute(
        f"delete from {schema}.{table} where run_id not in "
        f"(select run_id from {schema}.loads where {landed_itself}) returning 1"
    ).fetchall()
    loads = connection.execute(
        f"delete from {schema}.loads where {landed_itself} and row_count > 0 "
        f"and run_id not in (select run_id from {schema}.{table}) returning 1"
    ).fetchall()
    return {f"{schema}.{table}": len(rows), f"{schema}.loads ({table})": len(loads)}


def _discard_versions(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    """The same for records of the CRM, whose load row is written in a run of its own.

    Tables of that schema have no `rows_run_id`: each row belongs to the load of its `load_seq`.
    """
    tables = connection.execute(
        f"select table_name from duckdb_columns() where schema_name = '{schema}' "
        "and column_name = 'load_seq' and table_name <> 'loads' order by table_name"
    ).fetchall()
    marks = f"select load_seq from {schema}.loads"
    if not _has_table(connection, schema, "loads"):
        marks = "select null where false"
    return {
        f"{schema}.{table}": len(
            connection.execute(
                f"delete from {schema}.{table} where load_seq not in ({marks}) returning 1"
            ).fetchall()
        )
        for (table,) in tables
    }


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
