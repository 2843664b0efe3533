"""Reads the warehouse for the gate: read-only, by SQL, never a row more than a verdict needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

OFFENDERS_SHOWN = 20

# Which loads the gate judges: the run's own, and every load that no published release holds yet
# (a load whose gate failed stays in the warehouse, and must not slip out with the next build).
# Loads a person excluded are nobody's business any more.
JUDGED_LOADS = """
    create temp table judged_loads as
    with
    loads as (
        select
            'pathful' as source, run_id, rows_run_id, load_seq, report_type, file_name,
            file_sha256, row_count, import_mode as series, present_columns
        from raw_pathful.loads
        union all
        select
            'roster' as source, run_id, rows_run_id, load_seq, 'roster' as report_type, file_name,
            file_sha256, row_count, concat_ws(' ', district_name, academic_year) as series, null
        from raw_roster.loads
        union all
        select
            'csv' as source, run_id, rows_run_id, load_seq, report_type, file_name,
            file_sha256, row_count, concat_ws(' ', report_type, external_system, run_id), null
        from raw_csv.loads
    ),
    included as (
        select * from loads where run_id not in (select run_id from excluded_runs)
    ),
    compared as (
        select
            *,
            lag(run_id) over earlier as previous_run_id,
            lag(rows_run_id) over earlier as previous_rows_run_id,
            lag(row_count) over earlier as previous_row_count
        from included
        window earlier as (partition by report_type, series order by load_seq)
    )
    select * from compared
    where list_contains($run_ids, run_id) or run_id not in (select run_id from published_runs)
"""

LANDED_RUNS = """
    create temp view landed_runs as
    select run_id from raw_pathful.loads
    union all select run_id from raw_roster.loads
    union all select run_id from raw_csv.loads
"""

EXCLUDED_RUNS = """
    create temp table excluded_runs as
    select subject_key as run_id
    from intermediate.int_decisions__active
    where action in ('exclude_load', 'include_load')
    group by subject_key
    having arg_max(action, decision_seq) = 'exclude_load'
"""

PUBLISHED_RUNS = """
    create temp table published_runs as
    select run_id from previous.ops.import_runs where status in ('succeeded', 'partially_failed')
"""

JUDGED_ROWS = """
    create temp view judged_rows as
    {parts}
"""

JUDGED_ROWS_PART = """
    select
        judged_loads.run_id,
        landed.row_number,
        landed.file_sha256 is distinct from judged_loads.file_sha256 as is_of_another_file,
        not coalesce(json_valid(landed.payload), false) as is_payload_broken
    from judged_loads
    inner join {table} as landed on judged_loads.rows_run_id = landed.run_id
    where judged_loads.report_type = '{report_type}'
"""

RAW_TABLES = {
    "session_report": "raw_pathful.session_report",
    "user_report": "raw_pathful.user_report",
    "roster": "raw_roster.roster_rows",
    "signups": "raw_csv.signups",
    "volunteers": "raw_csv.volunteers",
    "events": "raw_csv.events",
    "shifts": "raw_csv.shifts",
    "students": "raw_csv.students",
    "organizations": "raw_csv.organizations",
    "affiliations": "raw_csv.affiliations",
}

JUDGED_BUCKETS = """
    create temp table judged_buckets as
    select buckets.run_id, buckets.row_number, buckets.bucket, buckets.reason, buckets.event_key
    from ops.import_rows as buckets
    where buckets.run_id in (select run_id from judged_loads)
"""


@dataclass(frozen=True)
class Warehouse:
    """An open, read-only warehouse with the previous release beside it.

    Attributes:
        connection: Temp tables and views: `judged_loads`, `judged_rows`, `judged_buckets`,
            `landed_runs`, `excluded_runs` and `published_runs`; the previous release is
            attached as `previous`.
        run_ids: The runs of this command.
        tables: Columns by table, as `schema.table`, of the published schemas and seeds.
        previous_tables: The same of the previous release; empty when there is none.
    """

    connection: duckdb.DuckDBPyConnection
    run_ids: tuple[str, ...]
    tables: Mapping[str, frozenset[str]]
    previous_tables: Mapping[str, frozenset[str]]

    def frame(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The result as a pandas frame."""
        return self.connection.execute(sql, dict(parameters or {})).df()

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """At most OFFENDERS_SHOWN rows, as dicts; values that JSON lacks become text."""
        cursor = self.connection.execute(
            f"select * from ({sql}) limit {OFFENDERS_SHOWN}", dict(parameters or {})
        )
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]

    def has(self, table: str, *columns: str) -> bool:
        """Whether the warehouse holds this table with all these columns."""
        return table in self.tables and self.tables[table].issuperset(columns)


@contextmanager
def opened(
    warehouse_path: Path, run_ids: Sequence[str], previous_release: Path | None
) -> Iterator[Warehouse]:
    """Opens the warehouse read-only and works out which loads and rows are to be judged.

    Raises:
        duckdb.Error: the file cannot be read, or lacks raw tables or `ops.import_rows`.
    """
    import duckdb

    connection = duckdb.connect(
        str(warehouse_path), read_only=True, config={"autoinstall_known_extensions": "false"}
    )
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(LANDED_RUNS)
        connection.execute(EXCLUDED_RUNS)
        if previous_release is None:
            connection.execute("create temp table published_runs (run_id varchar)")
        else:
            path = str(previous_release).replace("'", "''")
            connection.execute(f"attach '{path}' as previous (read_only)")
            connection.execute(PUBLISHED_RUNS)
        connection.execute(JUDGED_LOADS, {"run_ids": list(run_ids)})
        parts = [
            JUDGED_ROWS_PART.format(table=table, report_type=report_type)
            for report_type, table in RAW_TABLES.items()
        ]
        connection.execute(JUDGED_ROWS.format(parts=" union all ".join(parts)))
        connection.execute(JUDGED_BUCKETS)
        yield Warehouse(
            connection=connection,
            run_ids=tuple(run_ids),
            tables=_tables(
                connection, str(connection.execute("select current_database()").fetchall()[0][0])
            ),
            previous_tables=_tables(connection, "previous") if previous_release else {},
        )
    finally:
        connection.close()


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, frozenset[str]]:
    found = connection.execute(
        """
        select schema_name || '.' || table_name, list(column_name)
        from duckdb_columns()
        where database_name = ? and schema_name in ('marts', 'queues', 'ops', 'seeds')
        group by all
        """,
        [database],
    ).fetchall()
    return {name: frozenset(columns) for name, columns in found}


def _plain(value: Any) -> Any:
    try:
        json.dumps(value)
    except TypeError:
        return str(value)
    return value
