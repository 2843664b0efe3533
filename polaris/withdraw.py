"""Takes back what runs landed, so that the next build is as if they had not been."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_ROW_TABLES = {
    "raw_pathful": ("session_report", "user_report"),
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


def withdraw(warehouse: Path, run_ids: Sequence[str]) -> int:
    """Deletes the loads of some runs, their rows, and what incremental models made of them.

    The files stay in the archive and the runs in the ledger. An incremental model keeps, per row,
    the `load_seq` it comes from; tables that every build makes anew lose nothing by the deletion.

    Args:
        warehouse: the DuckDB file; nobody else has it open.
        run_ids: the runs to take back; one that landed nothing is passed over.

    Returns:
        How many loads were taken back.
    """
    import duckdb

    with duckdb.connect(str(warehouse)) as connection:
        connection.begin()
        load_seqs: list[int] = []
        for schema, row_tables in _ROW_TABLES.items():
            known = {
                table
                for (table,) in connection.execute(
                    "select table_name from information_schema.tables where table_schema = ?",
                    [schema],
                ).fetchall()
            }
            if "loads" not in known:
                continue
            gone = connection.execute(
                f"delete from {schema}.loads where list_contains(?, run_id) returning load_seq",
                [list(run_ids)],
            ).fetchall()
            load_seqs += [int(load_seq) for (load_seq,) in gone]
            for table in known.intersection(row_tables):
                connection.execute(
                    f"delete from {schema}.{table} where list_contains(?, run_id)",
                    [list(run_ids)],
                )
        load_seqs += _withdraw_crm(connection, run_ids)
        for schema, table in _with_load_seq(connection) if load_seqs else ():
            connection.execute(
                f'delete from {schema}."{table}" where list_contains(?, load_seq)', [load_seqs]
            )
        connection.commit()
    return len(load_seqs)


def _withdraw_crm(connection: duckdb.DuckDBPyConnection, run_ids: Sequence[str]) -> list[int]:
    """Deletes what runs landed of the CRM, so that its watermarks are those before them."""
    tables = connection.execute(
        "select table_name from information_schema.columns where table_schema = 'raw_salesforce' "
        "and column_name = 'load_seq' order by table_name"
    ).fetchall()
    gone: list[int] = []
    for (table,) in tables:
        rows = connection.execute(
            f'delete from raw_salesforce."{table}" where list_contains(?, run_id) '
            "returning load_seq",
            [list(run_ids)],
        ).fetchall()
        if table == "loads":
            gone = [int(load_seq) for (load_seq,) in rows]
    return gone


def uses(warehouse: Path, run_id: str) -> int:
    """How many loads are made of the rows a run landed, its own included."""
    import duckdb

    count = 0
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for schema in _ROW_TABLES:
            try:
                found = connection.execute(
                    f"select count(*) from {schema}.loads where rows_run_id = ?", [run_id]
                ).fetchone()
            except duckdb.CatalogException:
                continue
            count += found[0] if found else 0
    return count


def _with_load_seq(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Tables dbt built that know which load each row comes from."""
    return connection.execute(
        """
        select columns.table_schema, columns.table_name
        from information_schema.columns as columns
        inner join information_schema.tables as tables using (table_schema, table_name)
        where columns.column_name = 'load_seq' and tables.table_type = 'BASE TABLE'
            and not starts_with(columns.table_schema, 'raw_')
        """
    ).fetchall()
