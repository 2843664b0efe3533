"""The least that any importer of a Session Report has to do, as one bare script.

It reads the workbook with fastexcel, hands the Arrow table to DuckDB, and makes events,
participations, people matched on the rosters and teacher progress with ten SQL statements
(floor.sql). It has no landing history, no decisions, no reasons, no tests, no gate and no
releases: what the product costs above it is the price of those. `run.py` runs both side by side.

    python benchmarks/floor.py people SOURCES_FOLDER people.duckdb
    python benchmarks/floor.py sessions session_report.xlsx people.duckdb result.duckdb 2026-01-31
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import fastexcel

SQL = Path(__file__).with_name("floor.sql").read_text(encoding="utf-8")
MACROS = SQL[: SQL.index("create table")]


def sessions(workbook: Path, people: Path, result: Path, today: str) -> dict[str, int]:
    """Reads a Session Report and writes the result tables.

    Args:
        workbook: The report, 19 columns.
        people: What `people` wrote.
        result: The database to write; it must not exist.
        today: YYYY-MM-DD, the day that parts the past from the planned.

    Returns:
        Rows of each table, rows in each bucket, and how many teachers achieved their goal.
    """
    sheet = _read(workbook)
    connection = duckdb.connect(str(result))
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{people}' as people (read_only)")
    connection.register("sheet", sheet)
    connection.execute(
        "create table landed as select *, row_number() over () + 1 as row_number from sheet"
    )
    connection.execute(SQL.replace("$today", f"date '{today}'"))
    counts = connection.execute(
        """
        select table_name, estimated_size from duckdb_tables() where database_name <> 'people'
        union all
        select bucket, count(*) from buckets group by bucket
        union all
        select 'achieved', count(*) from fct_teacher_progress
        where progress_status = 'Achieved' and period = 'year'
        """
    ).fetchall()
    connection.close()
    return dict(sorted(counts))


def people(folder: Path, result: Path) -> dict[str, int]:
    """Reads the User Report and the rosters a manifest.json names into two tables."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    connection = duckdb.connect(str(result))
    connection.execute(MACROS)
    connection.register("sheet", _read(folder / manifest["user_report"]))
    connection.execute(
        """
        create table users as
        select ident(UserAuthId) as user_id, max_by(LoginEmail, n) as email
        from (select *, row_number() over () as n from sheet)
        where ident(UserAuthId) is not null
        group by ident(UserAuthId)
        """
    )
    connection.execute(
        "create table roster (district varchar, academic_year varchar, building varchar,"
        " name_norm varchar, email varchar, target_sessions bigint)"
    )
    for roster in manifest["rosters"]:
        _add_roster(connection, _read(folder / roster["file"]), roster)
    tables = connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall()
    connection.close()
    return dict(tables)


def _add_roster(connection: duckdb.DuckDBPyConnection, sheet: Any, roster: dict[str, str]) -> None:
    names = {str(name).lower(): name for name in sheet.column_names}
    building = names.get("building") or names["school"]
    name = names.get("name") or names["teacher name"]
    email = names.get("email") or names["teacher email"]
    target = f'"{names["target sessions"]}"' if "target sessions" in names else "null"
    connection.register("sheet", sheet)
    connection.execute(
        f"""
        insert into roster
        select
            $district, $year, max(word("{building}")), max(person("{name}")),
            lower(word("{email}")), coalesce(nullif(max(number({target})), 0), 1)
        from sheet
        where word("{email}") is not null
        group by lower(word("{email}"))
        """,
        {"district": roster["district"], "year": roster["academic_year"]},
    )


def _read(path: Path) -> Any:
    """The first sheet of a workbook, or a CSV, as an Arrow table of texts."""
    if path.suffix != ".csv":
        return fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_arrow()
    import pyarrow as pa  # noqa: PLC0415 (the measured command reads a workbook)

    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    header, *rows = csv.reader(text.splitlines())
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(header)})


def main(arguments: list[str]) -> None:
    """The command line of the module's docstring; prints the row counts as JSON."""
    command, *given = arguments
    if command == "people":
        folder, result = given
        counts = people(Path(folder), Path(result))
    else:
        workbook, known, result, today = given
        counts = sessions(Path(workbook), Path(known), Path(result), today)
    print(json.dumps(counts))


if __name__ == "__main__":
    main(sys.argv[1:])
