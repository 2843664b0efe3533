"""Takes back what refused runs landed, so that the next build is as if they had not been."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

_ROW_TABLES = {
    "raw_pathful": ("session_report", "user_report"),
    "raw_roster": ("roster_rows",),
}


def withdraw(warehouse: Path, manifest: Path, run_ids: Sequence[str]) -> int:
    """Deletes the loads of some runs, their rows, and what incremental models made of them.

    The files stay in the archive and the runs in the ledger. Models that are built anew by every
    build need nothing: the next build does not see these loads any more.

    Args:
        warehouse: the DuckDB file; nobody else has it open.
        manifest: dbt's manifest.json, which names the incremental models. Each of them has a
            `load_seq` column.
        run_ids: the runs to take back; one that landed nothing is passed over.

    Returns:
        How many loads were taken back.
    """
    import duckdb

    with duckdb.connect(str(warehouse)) as connection:
        tables = {
            (str(schema), str(table))
            for schema, table in connection.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
        }
        load_seqs: list[int] = []
        connection.begin()
        for schema, row_tables in _ROW_TABLES.items():
            if (schema, "loads") not in tables:
                continue
            gone = connection.execute(
                f"delete from {schema}.loads where list_contains(?, run_id) returning load_seq",
                [list(run_ids)],
            ).fetchall()
            load_seqs += [int(load_seq) for (load_seq,) in gone]
            for table in row_tables:
                if (schema, table) in tables:
                    connection.execute(
                        f"delete from {schema}.{table} where list_contains(?, run_id)",
                        [list(run_ids)],
                    )
        if load_seqs:
            for schema, table in _incremental(manifest):
                if (schema, table) in tables:
                    connection.execute(
                        f'delete from {schema}."{table}" where list_contains(?, load_seq)',
                        [load_seqs],
                    )
        connection.commit()
    return len(load_seqs)


def _incremental(manifest: Path) -> list[tuple[str, str]]:
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return [
        (node["schema"], node["alias"])
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    ]
