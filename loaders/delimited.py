"""Reads delimited text (CSV and its kin): encoding, delimiter, and every row as text."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

_DELIMITERS = (",", ";", "\t", "|")
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Delimited:
    """A delimited file: `cells` has one text column per field, in order, blank lines included."""

    cells: pa.Table
    encoding: str
    delimiter: str


def read_delimited(name: str, content: bytes, max_rows: int) -> Delimited:
    """Every record as text; a row shorter than the widest one is filled with nulls.

    One record is one spreadsheet row, so a quoted line break does not disturb row numbers.

    Raises:
        InputError: too many rows, or quoting that never closes.
    """
    import pyarrow as pa

    text, encoding = _decode(content)
    if "\x00" in text:
        raise InputError(
            f"{name} is neither a workbook nor a CSV; export the report again as XLSX.",
            "it is neither a workbook nor a CSV",
        )
    delimiter = _delimiter(text)
    del text
    # Decoded once more piece by piece: as one text for the reader it would stand four times wider.
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    parts: list[pa.Table] = []
    total = 0
    for rows in _pieces(name, reader):
        total += len(rows)
        if total > max_rows + 1:
            raise InputError(
                f"{name} has more than {max_rows:,} rows; split the export and import the parts."
            )
        columns = [pa.array(column, pa.string()) for column in itertools.zip_longest(*rows)]
        if columns:
            parts.append(pa.table(columns, names=[f"c{i}" for i in range(len(columns))]))
        else:
            parts.append(pa.table({"c0": pa.nulls(len(rows), pa.string())}))
    cells = pa.concat_tables(parts, promote_options="default") if parts else pa.table({})
    return Delimited(cells, encoding, delimiter)


def _pieces(name: str, reader: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while True:
        try:
            rows = list(itertools.islice(reader, _ROWS_AT_ONCE))
        except csv.Error as error:
            line = getattr(reader, "line_num", 0)
            if "field larger" in str(error):
                raise InputError(
                    f"{name}: a value at line {line:,} has more than {csv.field_size_limit():,} "
                    "characters; close its quotation mark if it lacks one, or shorten it."
                ) from None
            raise InputError(
                f"{name}: the quotation marks around a value do not match (seen at line {line:,}); "
                "export it again, or save it as XLSX.",
                "its quotation marks do not match",
            ) from None
        if not rows:
            return
        yield rows


def _decode(content: bytes) -> tuple[str, str]:
    """Text and the encoding that gave it; latin-1 takes whatever nothing else does."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8"]
    for encoding in (*candidates, "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _delimiter(text: str) -> str:
    """The delimiter that splits the first filled line into most fields; a comma if none does."""
    sample = io.StringIO(text[:65536], newline="")
    start = 0
    for line in sample:
        if line.strip():
            break
        start += len(line)
    counts = {}
    for delimiter in _DELIMITERS:
        header = csv.reader(
            io.StringIO(text[start : start + 65536], newline=""), delimiter=delimiter
        )
        counts[delimiter] = len(next(header, []))
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])
