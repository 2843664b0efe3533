"""Reads the first sheet of a workbook, or a CSV, into text columns exactly as read."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.delimited import read_delimited
from loaders.errors import InputError
from loaders.files import (
    Limits,
    check_workbook,
    column_letters,
    damaged,
    kind_of,
    password_protected,
    read_bytes,
)

if TYPE_CHECKING:
    import fastexcel
    import pyarrow as pa

__all__ = ["Limits", "Table", "read_table", "unique_labels", "without_repeated_headers"]

_SHEETS_SHOWN = 5
_ERROR_CELL = re.compile(r"Error\((\w+)\)")
_ERROR_TEXTS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


@dataclass(frozen=True)
class Table:
    """The rows of a file below its header.

    Attributes:
        path: where it was read from.
        content: the bytes that were read.
        sha256: their hash.
        file_format: `xlsx`, `xls` or `csv`, told from the bytes.
        sheet: name of the sheet read (workbooks).
        other_sheets: the workbook's other sheets, in order.
        encoding: text encoding (CSV).
        delimiter: field delimiter (CSV).
        header_row: the spreadsheet's own number of the row the headers were read from.
        headers: as spelled, in order; blank for a column that has values but no header.
        letters: the spreadsheet's column names, in the same order.
        labels: the headers made unique; a blank one is `(column K)`, a repeated one
            `Notes (column K)`.
        cells: one text column per label, values exactly as read, empty cells null.
        row_numbers: the spreadsheet's own number of each row (int64; the header is row 1 unless
            blank rows stand above it).
        warnings: sentences about what was odd but readable.
    """

    path: Path
    content: bytes = field(repr=False)
    sha256: str
    file_format: str
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    headers: tuple[str, ...]
    letters: tuple[str, ...]
    labels: tuple[str, ...]
    cells: pa.Table = field(repr=False)
    row_numbers: pa.Array = field(repr=False)
    warnings: tuple[str, ...]
    other_sheets: tuple[str, ...] = ()
    header_row: int = 1

    @property
    def place(self) -> str:
        """Where it was read from, for messages: the file, and its sheet."""
        return f"{self.path.name}{_of_sheet(self.sheet)}"

    @property
    def header_place(self) -> str:
        """Where its headers were read from: the file, its sheet and the row."""
        sheet = f"sheet {self.sheet!r}, " if self.sheet else ""
        return f"{self.path.name} ({sheet}row {self.header_row})"

    @property
    def sheet_hint(self) -> str:
        """What to do where the first sheet of several is not the one meant; else empty."""
        return _sheet_hint(self.other_sheets)


@dataclass(frozen=True)
class _Grid:
    """All cells of a sheet as text, the header row included, row 1 first."""

    cells: pa.Table
    file_format: str
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    warnings: tuple[str, ...] = ()


def read_table(path: Path, limits: Limits | None = None) -> Table:
    """Reads a file once and hands its rows on as text.

    The header is the first row that is not blank; blank rows between rows stay, blank rows at
    the end go.

    Raises:
        InputError: the file is missing, unreadable, damaged, protected, too large, or no table.
    """
    import pyarrow as pa

    limits = limits or Limits()
    content = read_bytes(path, limits)
    kind = kind_of(path.name, content)
    if kind == "text":
        grid = _read_text(path.name, content, limits)
    else:
        if kind == "xlsx":
            check_workbook(path.name, content, limits)
        grid = _read_workbook(path.name, content, kind)
    cells = _null_if_empty(grid.cells)
    first, last = _filled_rows(cells)
    if last < 0:
        step = "the report must stand in the first sheet, with its header in row 1"
        hint = _sheet_hint(grid.other_sheets)
        raise InputError(
            f"{path.name}{_of_sheet(grid.sheet)} has no rows at all; "
            + (f"{step}.{hint}" if grid.sheet else "export it again."),
            "it has no rows at all",
        )
    if last - first > limits.max_rows:
        raise InputError(
            f"{path.name}{_of_sheet(grid.sheet)} has {last - first:,} rows, more than the "
            f"{limits.max_rows:,} a file may have; split the export and import the parts."
        )
    header = [value or "" for value in cells.slice(first, 1).to_pylist()[0].values()]
    body = cells.slice(first + 1, last - first)
    kept = [i for i, text in enumerate(header) if text.strip() or _has_values(body.column(i))]
    headers = tuple(header[i] if header[i].strip() else "" for i in kept)
    letters = tuple(column_letters(i) for i in kept)
    labels = unique_labels(headers, letters)
    body = body.select(kept).rename_columns(list(labels))
    return Table(
        path=path,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        file_format=grid.file_format,
        sheet=grid.sheet,
        other_sheets=grid.other_sheets,
        header_row=first + 1,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        headers=headers,
        letters=letters,
        labels=labels,
        cells=body,
        row_numbers=pa.array(range(first + 2, last + 2), pa.int64()),
        warnings=grid.warnings + _headerless_warnings(headers, letters),
    )


def _read_text(name: str, content: bytes, limits: Limits) -> _Grid:
    read = read_delimited(name, content, limits.max_rows)
    return _Grid(read.cells, "csv", encoding=read.encoding, delimiter=read.delimiter)


def _read_workbook(name: str, content: bytes, kind: str) -> _Grid:
    import fastexcel
    import pyarrow as pa

    # What it remarks on a chart or a macro is no news to who imports a report.
    logging.getLogger("calamine").setLevel(logging.ERROR)
    try:
        reader = fastexcel.read_excel(content)
        # skip_rows=0 keeps blank rows above the header, so row numbers are the sheet's own
        sheet = reader.load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
        batch, errors = sheet.to_arrow_with_errors()
    except fastexcel.FastExcelError as error:
        if "password" in str(error).lower():
            raise password_protected(name) from error
        raise damaged(name) from error
    cells = pa.Table.from_batches([batch])
    others = tuple(reader.sheet_names[1:])
    if errors is None:
        return _Grid(cells, kind, sheet=sheet.name, other_sheets=others)
    cells, warning = _restore_error_cells(cells, errors.errors)
    return _Grid(cells, kind, sheet=sheet.name, other_sheets=others, warnings=(warning,))


def _of_sheet(sheet: str | None) -> str:
    return f" (sheet {sheet!r})" if sheet else ""


def _sheet_hint(others: tuple[str, ...]) -> str:
    """A sentence on the sheets that were not read; empty where there are none."""
    if not others:
        return ""
    shown = ", ".join(repr(name) for name in others[:_SHEETS_SHOWN])
    more = f" and {len(others) - _SHEETS_SHOWN} more" if len(others) > _SHEETS_SHOWN else ""
    return f" Only the first sheet is read; if it is in {shown}{more}, move that to the front."


def _restore_error_cells(
    cells: pa.Table, errors: list[fastexcel.CellError]
) -> tuple[pa.Table, str]:
    """Puts back what a person sees in error cells (`#N/A`), which the reader leaves empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    by_column: dict[int, dict[int, str]] = {}
    for error in errors:
        row, column = error.offset_position
        match = _ERROR_CELL.search(error.detail)
        seen = _ERROR_TEXTS.get(match[1], "#ERROR!") if match else "#ERROR!"
        by_column.setdefault(column, {})[row] = seen
    rows = pa.array(range(cells.num_rows), pa.int64())
    for column, texts in by_column.items():
        replaced = pc.replace_with_mask(
            cells.column(column).combine_chunks(),
            pc.is_in(rows, value_set=pa.array(sorted(texts), pa.int64())),
            pa.array([texts[row] for row in sorted(texts)], pa.string()),
        )
        cells = cells.set_column(column, cells.column_names[column], replaced)
    row, column = min(error.offset_position for error in errors)
    cell, seen = f"{column_letters(column)}{row + 1}", by_column[column][row]
    if len(errors) == 1:
        return cells, f"Cell {cell} holds the spreadsheet error {seen}."
    return cells, f"{len(errors):,} cells hold spreadsheet errors (first: {seen} in {cell})."


def _null_if_empty(cells: pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = pa.scalar(None, pa.string())
    columns = [
        pc.if_else(pc.equal(column, ""), nothing, column)
        for column in (c.cast(pa.string()) for c in cells.columns)
    ]
    return pa.table(columns, names=[f"c{i}" for i in range(len(columns))])


def _filled_rows(cells: pa.Table) -> tuple[int, int]:
    """Zero-based first and last row with any value; (0, -1) when there is none.

    Blanks are no value: one stray blank far below must not make a million rows.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if cells.num_rows == 0 or cells.num_columns == 0:
        return 0, -1
    filled = pa.scalar(value=False)
    for column in cells.columns:
        has_text = pc.not_equal(pc.utf8_trim_whitespace(column), "")
        filled = pc.or_(filled, pc.fill_null(has_text, fill_value=False))
    rows = pc.filter(pa.array(range(cells.num_rows), pa.int64()), filled)
    if len(rows) == 0:
        return 0, -1
    return rows[0].as_py(), rows[-1].as_py()


def _has_values(column: pa.ChunkedArray) -> bool:
    return bool(column.null_count < len(column))


def unique_labels(headers: tuple[str, ...], letters: tuple[str, ...]) -> tuple[str, ...]:
    """Headers that can be keys of one JSON object, whatever their capitals."""
    labels: list[str] = []
    taken: set[str] = set()
    for header, letter in zip(headers, letters, strict=True):
        label = header or f"(column {letter})"
        while label.casefold() in taken:
            label = f"{label} (column {letter})"
        taken.add(label.casefold())
        labels.append(label)
    return tuple(labels)


def _headerless_warnings(headers: tuple[str, ...], letters: tuple[str, ...]) -> tuple[str, ...]:
    blank = [letter for header, letter in zip(headers, letters, strict=True) if not header]
    if not blank:
        return ()
    columns = "Column " + blank[0] if len(blank) == 1 else "Columns " + ", ".join(blank)
    verb = "has" if len(blank) == 1 else "have"
    return (f"{columns} {verb} values but no header; they are kept in the raw row only.",)


def without_repeated_headers(
    table: Table, positions: Iterable[int]
) -> tuple[Table, tuple[str, ...]]:
    """The table with every row blank that says the header again, and a sentence about those.

    `positions` are the columns whose headers are known.

    Exports that were put one below the other have such rows; each would be somebody called name.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    repeats = pa.chunked_array([pa.array([True] * table.cells.num_rows, pa.bool_())])
    for position in positions:
        text = pc.utf8_lower(pc.utf8_trim_whitespace(table.cells.column(position)))
        same = pc.equal(text, table.headers[position].strip().lower())
        repeats = pc.and_(repeats, pc.fill_null(same, fill_value=False))
    rows = pa.chunked_array([table.row_numbers]).filter(repeats).to_pylist()
    if not rows:
        return table, ()
    nothing = pa.scalar(None, pa.string())
    cells = [pc.if_else(repeats, nothing, column) for column in table.cells.columns]
    blanked = replace(table, cells=pa.table(cells, names=table.cells.column_names))
    if len(rows) == 1:
        return blanked, (f"Row {rows[0]:,} says the header again and counts as blank.",)
    return blanked, (
        f"{len(rows):,} rows say the header again (row {rows[0]:,} is the first); they count as "
        "blank.",
    )
