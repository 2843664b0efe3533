"""The least that anybody has to do with the landed CRM, as one bare script.

It makes participations, events, volunteers and students of the newest versions with a few SQL
statements (salesforce_floor.sql) and writes them into a file of their own. It has no decisions, no
identity across sources, no queues, no tests, no gate and no releases: what `build` costs above it
is the price of those. `salesforce.py --build` runs both side by side.

    python benchmarks/salesforce_floor.py warehouse.duckdb result.duckdb 2026-01-31
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def marts(warehouse: Path, result: Path, today: str) -> dict[str, int]:
    """Makes the tables.

    Args:
        warehouse: with raw_salesforce.
        result: the database to write; it must not exist.
        today: YYYY-MM-DD, the day that parts the past from the planned.

    Returns:
        Rows of each table.
    """
    connection = duckdb.connect(str(result))
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
    statements = SQL.replace("raw.", "warehouse.raw_salesforce.")
    connection.execute(statements.replace("$today", f"date '{today}'"))
    counts = connection.execute(
        "select table_name, estimated_size from duckdb_tables() "
        "where database_name <> 'warehouse' order by table_name"
    ).fetchall()
    connection.close()
    return dict(counts)


if __name__ == "__main__":
    print(json.dumps(marts(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
