"""Reads pages of the Bulk API: CSV of which every value is quoted, and the empty one is null."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.salesforce.errors import CountDiffersError

if TYPE_CHECKING:
    import pyarrow as pa

# Blocks of a page: the first is for speed, the last for e-mails of many megabytes in one row.
_BLOCK_BYTES = (4 << 20, 32 << 20, 256 << 20)
_CHUNK = 1 << 20


class PageTooWideError(Exception):
    """A row does not fit into the block; the page has to be read in larger ones."""


def block_sizes() -> Sequence[int]:
    """The sizes to try, one after the other."""
    return _BLOCK_BYTES


def require_whole(path: Path, what: str) -> None:
    """Refuses a page whose end is missing: a parser would take a value that is cut short.

    Raises:
        CountDiffersError: it does not end with a line end, or a quote is not closed.
    """
    quotes, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            quotes += chunk.count(b'"')
            last = chunk[-1:]
    if quotes % 2 or last != b"\n":
        raise cut_off(what)


def batches(
    path: Path, what: str, fields: Sequence[str], block: int
) -> Iterator[pa.RecordBatch | pa.Table]:
    """The rows of a page as text. "NA" is a surname; values may hold line ends.

    Args:
        path: of the page; an empty file has no rows.
        what: the object, for the message.
        fields: the columns it must have.
        block: bytes read at once, from `block_sizes`.

    Raises:
        CountDiffersError: it cannot be read to its end or lacks a column.
        PageTooWideError: a row is larger than the block.
    """
    import pyarrow as pa
    from pyarrow import csv

    if path.stat().st_size == 0:
        return
    try:
        with csv.open_csv(
            path,
            read_options=csv.ReadOptions(block_size=block, use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(fields, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        ) as reader:
            lacking = set(fields) - set(reader.schema.names)
            if lacking:
                raise CountDiffersError(
                    f"A page of {what} lacks the columns {', '.join(sorted(lacking))}."
                )
            yield from reader
    except pa.ArrowInvalid as error:
        if "straddling" in str(error) and block != _BLOCK_BYTES[-1]:
            raise PageTooWideError from None
        raise cut_off(what) from None


def cut_off(what: str) -> CountDiffersError:
    """What is said of a page that is not whole."""
    return CountDiffersError(
        f"A page of {what} is cut off or garbled; nothing of it was landed. Run it again."
    )
