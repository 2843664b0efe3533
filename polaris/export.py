"""Exports any published table as CSV or XLSX, safe to open in a spreadsheet.

Every file stands in the log of exports, as those of the pages do; without a line there it is not
made.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from polaris import access, export_log, out_file, releases
from polaris.errors import BadInput
from polaris.progress import Progress
from polaris.report import quoted
from polaris.settings import SITE_ZONE, Settings

if TYPE_CHECKING:
    import duckdb

FORMATS = out_file.TABLES
SCHEMAS = ("marts", "queues", "ops")
STDOUT = Path("-")
_XLSX_MOST_ROWS = 1_048_575
_XLSX_MOST_CHARACTERS = 32_767
_BATCH = 5_000
# A text that a spreadsheet would take for a formula (platform.md R-22).
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        table: as `schema.table`.
        release: it was read from.
        row_count: rows written.
        path: the file; `-` for standard output.
    """

    table: str
    release: str
    row_count: int
    path: Path


def export(
    settings: Settings,
    name: str,
    progress: Progress,
    *,
    out: Path | None,
    file_format: str | None,
    where: str | None,
) -> Exported:
    """Writes a table of the current release to a file.

    Args:
        settings: where the releases are.
        name: a table of marts, queues or ops, with or without its schema.
        progress: told the rows written.
        out: the file; None for `NAME.csv` in the working directory, `-` for standard output.
        file_format: csv or xlsx; None goes by the ending of `out`, else CSV.
        where: a SQL condition on the table's columns; None for all rows.

    Raises:
        BadInput: nothing is published, or the table, the condition or the format is wrong.
        PolarisError: the store with the log of exports cannot be used.
    """
    kind = _format(out, file_format)
    release = releases.current_release(settings)
    if release is None:
        raise BadInput(
            releases.pointer_problem(settings)
            or "Nothing is published yet; run `polaris-load build` first."
        )
    with _opened(release) as connection:
        table = _table(connection, name)
        path = out or Path(f"{table.partition('.')[2]}.{kind}")
        as_of = releases.as_of(connection) or ""
        columns, rows, total = _query(connection, table, where, progress)
        if kind == "xlsx" and total > _XLSX_MOST_ROWS:
            raise BadInput(f"{table} has more rows than a worksheet holds; use --format csv.")
        if path != STDOUT:
            _temporary(path)
            out_file.check(settings, path, FORMATS)
        log(settings, table.partition(".")[2], kind, total, release.stem)
        facts = [
            ("table", table),
            ("release", release.stem),
            ("as of", as_of),
            ("published", _local(releases.published_at(release.stem))),
            ("rows", where or "all"),
            ("exported", _local(datetime.now(UTC))),
        ]
        with _told_of(path):
            if kind == "csv":
                count = _write_csv(path, columns, rows)
            else:
                count = _write_xlsx(path, table, columns, rows, facts)
    return Exported(table, release.stem, count, path)


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Tells of a file that cannot be written by its name."""
    try:
        yield
    except OSError as error:
        if path == STDOUT:
            raise
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None


def log(settings: Settings, name: str, file_format: str, row_count: int, release: str) -> None:
    """Writes down what a command takes (salesforce.md §9.4); before it is handed over.

    Whoever runs a command on this machine is an administrator.
    """
    export_log.add(
        settings,
        export_log.Export(
            exported_at=datetime.now(UTC),
            actor=settings.user,
            role=access.ADMIN,
            name=name,
            file_format=file_format,
            row_count=row_count,
            release=release,
        ),
    )


def guarded(text: str) -> str:
    """A text no spreadsheet takes for a formula: an apostrophe goes before one that looks so."""
    return f"'{text}" if _FORMULA.match(text) else text


def _format(out: Path | None, file_format: str | None) -> str:
    ending = out.suffix.lstrip(".").lower() if out is not None else ""
    if file_format is None and ending and ending not in FORMATS:
        raise BadInput(
            f"{out} ends in .{ending}, but a table is written as {' or '.join(FORMATS)}; name the "
            "file so, or say --format."
        )
    kind = (file_format or ending or "csv").lower()
    if kind not in FORMATS:
        raise BadInput(f"--format {file_format} is unknown; it may be: {', '.join(FORMATS)}.")
    if kind == "xlsx" and out == STDOUT:
        raise BadInput("A workbook cannot be written to standard output; give --out a file.")
    return kind


@contextmanager
def _opened(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release and nothing else: a condition cannot read or write other files."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{quoted(release)}' as release (read_only)")
        connection.execute("use release")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    schema, dot, table = name.strip().lower().rpartition(".")
    found = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = 'release' order by all"
    ).fetchall()
    for known_schema, known in found:
        if known_schema in SCHEMAS and known == table and (not dot or known_schema == schema):
            return f"{known_schema}.{known}"
    there = ", ".join(known for known_schema, known in found if known_schema in SCHEMAS)
    raise BadInput(f"There is no published table {name}; there are: {there}.")


def _query(
    connection: duckdb.DuckDBPyConnection, table: str, where: str | None, progress: Progress
) -> tuple[list[str], Iterator[tuple[Any, ...]], int]:
    """The columns, the rows, and how many they are."""
    import duckdb

    query = f"select * from {table}" + (f" where ({where})" if where else "")
    try:
        if len(duckdb.extract_statements(query)) != 1:
            raise BadInput("--where is one condition, not several statements.")
        counted = connection.execute(f"select count(*) from ({query})").fetchone()
        cursor = connection.execute(query)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise BadInput(f"--where {where!r} cannot be used on {table}: {reason}") from None

    total = counted[0] if counted else 0

    def rows() -> Iterator[tuple[Any, ...]]:
        done = 0
        while batch := cursor.fetchmany(_BATCH):
            progress.stage("writing", done, total)
            yield from batch
            done += len(batch)

    return [column[0] for column in cursor.description or []], rows(), total


def _write_csv(path: Path, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> int:
    with _whole_file(path) as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        count = 0
        for row in rows:
            writer.writerow([_csv_value(value) for value in row])
            count += 1
    return count


@contextmanager
def _whole_file(path: Path) -> Iterator[IO[str]]:
    """Standard output, or a file that appears only when it is complete."""
    if path == STDOUT:
        yield sys.stdout
        return
    temporary = _temporary(path)
    try:
        # The mark tells a spreadsheet that the text is UTF-8.
        with temporary.open("w", encoding="utf-8-sig", newline="") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent} to write {path.name} to.")
    return path.with_name(f".{path.name}.{os.getpid()}")


def _csv_value(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, list | dict):
        return guarded(json.dumps(value, default=str))
    return value


def _write_xlsx(
    path: Path,
    table: str,
    columns: Sequence[str],
    rows: Iterator[tuple[Any, ...]],
    facts: Sequence[tuple[str, str]],
) -> int:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(table.partition(".")[2][:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    count = 0
    for row in rows:
        count += 1
        sheet.append([_xlsx_value(value) for value in row])
    about = workbook.create_sheet("about")
    for name, value in facts:
        about.append([name, _xlsx_value(value)])
    temporary = _temporary(path)
    try:
        workbook.save(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _xlsx_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return _local(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return guarded(_UNPRINTABLE.sub("", text))[:_XLSX_MOST_CHARACTERS]


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(SITE_ZONE):%Y-%m-%d %H:%M:%S %Z}"
