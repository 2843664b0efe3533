"""What keeps the memory of a landing flat: many rows in parts, and memory given back after it."""

from __future__ import annotations

import ctypes
import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.pipeline import Files

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_AT_ONCE = 20_000


def is_large(row_count: int) -> bool:
    """Whether so many rows land in parts; DuckDB needs little memory for those."""
    return row_count > _ROWS_AT_ONCE


@contextmanager
def in_parts(home: Path, rows: pa.Table) -> Iterator[Files]:
    """The rows as files of Parquet, each written when it is asked for and gone afterwards.

    What a killed landing left goes first: one landing at a time has the warehouse.
    """
    from pyarrow import parquet

    folder = home / "dlt" / "landing"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def parts() -> Iterator[tuple[Path, int]]:
        for start in range(0, rows.num_rows, _ROWS_AT_ONCE):
            path = folder / f"{start}.parquet"
            part = rows.slice(start, _ROWS_AT_ONCE)
            parquet.write_table(part, path)
            yield path, part.num_rows

    try:
        yield Files(rows.schema, parts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_memory_back() -> None:
    """Returns to the system what a landing needed; the build after it is another process."""
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc only
    if trim is not None:
        trim(0)
