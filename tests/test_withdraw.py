"""What runs landed is taken back, in every table that holds some of it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb

from polaris.withdraw import uses, withdraw

LOADS = ("raw_pathful.loads", "raw_csv.loads", "raw_salesforce.loads")
ROWS = (
    "raw_pathful.session_report",
    "raw_pathful.user_report",
    "raw_csv.signups",
    "raw_csv.affiliations",
    "raw_salesforce.contact",
)
# Of these only what dbt built knows which load a row comes from.
KEPT_BY_DBT = ("intermediate.rows_so_far", "raw_other.rows_so_far")


def test_what_a_run_landed_goes_everywhere_and_the_rest_stays(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        for table in (*LOADS, *ROWS, *KEPT_BY_DBT):
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(
                f"create table {table} as select 'r' || n as run_id, n as load_seq, "
                "'r1' as rows_run_id from range(1, 4) as t (n)"
            )
        # A load of the CRM has many rows.
        connection.execute("insert into raw_salesforce.contact from raw_salesforce.contact")
        connection.execute("create table intermediate.counts (run_count bigint)")
        connection.execute(
            "create view intermediate.seen as select * from intermediate.rows_so_far"
        )
        # What bears no run is of another layout, and of another time.
        connection.execute("create table raw_salesforce.notes (run_id varchar)")
        connection.execute("insert into raw_salesforce.notes values ('r1')")

    assert (uses(warehouse, "r1"), uses(warehouse, "r2")) == (6, 0)
    assert withdraw(warehouse, ["r1", "r3"]) == 6
    assert withdraw(warehouse, ["r1", "nobody"]) == 0

    with duckdb.connect(str(warehouse)) as connection:
        left = {
            table: connection.execute(f"select load_seq from {table} order by 1").fetchall()
            for table in (*LOADS, *ROWS, *KEPT_BY_DBT)
        }
        assert connection.execute("from raw_salesforce.notes").fetchall() == [("r1",)]
    assert left.pop(KEPT_BY_DBT[1]) == [(1,), (2,), (3,)]
    assert left.pop("raw_salesforce.contact") == [(2,), (2,)]
    assert left == {table: [(2,)] for table in left}
