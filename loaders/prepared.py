"""What every loaded file becomes: one Arrow table ready to land, and the facts about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.errors import InputError
from loaders.field_counts import FieldCount
from loaders.headers import HeaderMatch
from loaders.workbook import Table

if TYPE_CHECKING:
    import pyarrow as pa

# Spellings of a blank value in an export or a roster.
NULL_TOKENS = ("", "n/a", "na", "nan", "none", "nat")

_PREVIEW_ROWS = 10
_ROWS_NAMED = 10


@dataclass(frozen=True)
class PreparedFile:
    """A file that passed its header contract; nothing is written yet.

    Attributes:
        path: where it was read from.
        file_name: its name without folders.
        file_sha256: hash of the bytes that were read (the archive name).
        content: those bytes, so that what is archived is what was landed.
        report_type: `session_report`, `user_report`, `roster`, or a kind of our contracts.
        file_format: `xlsx`, `xls` or `csv`, told from the bytes.
        sheet: the sheet read (workbooks).
        encoding: text encoding (CSV).
        delimiter: field delimiter (CSV).
        row_count: rows that will land.
        arrow: `row_number` (int64), every canonical column of the report (text), `payload`
            (text: the whole original row as JSON).
        present_columns: canonical columns the file has, in contract order.
        missing_columns: optional canonical columns it lacks.
        unmapped_columns: headers, as spelled, that no canonical column takes.
        header_by_column: canonical column -> header as spelled.
        field_counts: of each header, and of each canonical column that none brings.
        warnings: sentences for the import report.
        first_rows: up to ten rows for a preview: `row_number`, then canonical column -> text.
    """

    path: Path
    file_name: str
    file_sha256: str
    content: bytes = field(repr=False)
    report_type: str
    file_format: str
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    row_count: int
    arrow: pa.Table = field(repr=False)
    present_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    unmapped_columns: tuple[str, ...]
    header_by_column: dict[str, str]
    field_counts: tuple[FieldCount, ...] = field(repr=False)
    warnings: tuple[str, ...]
    first_rows: tuple[dict[str, Any], ...] = field(repr=False)


def refuse_doubled_columns(table: Table, match: HeaderMatch) -> None:
    """Raises InputError when two headers mean the same column; names them all."""
    if not match.doubled:
        return
    clashes = [
        " and ".join(f"'{table.headers[i]}' (column {table.letters[i]})" for i in positions)
        + f" both mean {match.contract.headers[canonical]}"
        for canonical, positions in match.doubled.items()
    ]
    raise InputError(
        f"{table.place}: {'; '.join(clashes)}; delete or rename one of them.",
        "two of its columns mean the same",
    )


def prepared_fields(
    table: Table, match: HeaderMatch, *, warnings: Sequence[str] = ()
) -> dict[str, Any]:
    """The fields of a PreparedFile for a table whose headers match a report."""
    arrow = landing_table(table, match)
    preview = arrow.slice(0, _PREVIEW_ROWS).select(["row_number", *match.present])
    return {
        "path": table.path,
        "file_name": table.path.name,
        "file_sha256": table.sha256,
        "content": table.content,
        "report_type": match.contract.report_type,
        "file_format": table.file_format,
        "sheet": table.sheet,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "row_count": arrow.num_rows,
        "arrow": arrow,
        "present_columns": match.present,
        "missing_columns": match.missing_optional,
        "unmapped_columns": tuple(table.labels[i] for i in match.unmapped),
        "header_by_column": {c: table.headers[match.position[c]] for c in match.present},
        "field_counts": tuple(_field_counts(table, match)),
        "warnings": (*table.warnings, *warnings),
        "first_rows": tuple(preview.to_pylist()),
    }


def _field_counts(table: Table, match: HeaderMatch) -> Iterable[FieldCount]:
    rows = table.cells.num_rows
    target_of = {position: canonical for canonical, position in match.position.items()}
    for index, label in enumerate(table.labels):
        yield FieldCount(label, target_of.get(index), rows, _values(table.cells.column(index)))
    for canonical in match.contract.headers:
        if canonical not in match.position:
            yield FieldCount(None, canonical, rows, 0)


def _values(cells: pa.ChunkedArray) -> int:
    import pyarrow.compute as pc

    has_text = pc.not_equal(pc.utf8_trim_whitespace(cells), "")
    return int(pc.sum(has_text, min_count=0).as_py())


def landing_table(table: Table, match: HeaderMatch) -> pa.Table:
    """`row_number`, every canonical column of the report (null where absent), `payload`."""
    import pyarrow as pa

    absent = pa.nulls(table.cells.num_rows, pa.string())
    columns = {"row_number": table.row_numbers}
    for canonical in match.contract.headers:
        position = match.position.get(canonical)
        columns[canonical] = absent if position is None else table.cells.column(position)
    columns["payload"] = payloads(table.cells)
    return pa.table(columns)


def payloads(cells: pa.Table) -> pa.ChunkedArray:
    """One JSON object per row, keys as the column names, empty cells null."""
    import duckdb

    row = "source_row"
    while any(row == name.casefold() for name in cells.column_names):
        row += "_"  # a column of that name would hide the row itself
    with duckdb.connect() as connection:
        connection.register("cells", cells)
        return (
            connection.execute(f"select to_json({row})::varchar as payload from cells as {row}")
            .to_arrow_table()
            .column("payload")
        )


def named_rows(parts: Sequence[str]) -> str:
    """The first few complaints in words, and how many more there are."""
    shown = "; ".join(parts[:_ROWS_NAMED])
    rest = len(parts) - _ROWS_NAMED
    return f"{shown}; and {rest:,} more rows" if rest > 0 else shown
