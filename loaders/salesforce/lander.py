"""Lands loads beside their reading: one thread, one order, one dlt run for many small loads.

A load counts with its load row, which is written in a run of its own after its rows. Rows may
therefore land while further ones still come, and loads may wait for each other: a process that is
killed anywhere leaves rows that no reader counts, and the pages to read them again from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders import pipeline
from loaders.salesforce import records
from loaders.salesforce.records import Brought, LoadRow

if TYPE_CHECKING:
    import pyarrow as pa

# Loads wait together until they have so many rows; a run of dlt costs as much as thousands of rows.
MOST_WAITING = 20_000
Part = tuple[Path, int]


@dataclass
class _Loads:
    """Loads that land together."""

    marks: list[LoadRow] = field(default_factory=list)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    landed: list[Callable[[], None]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of objects among them."""
        return sum(rows for parts in self.parts.values() for _, rows in parts)


class Lander:
    """Lands what it is given, in that order; to be used in a `with` block, one per run.

    What has not been handed over with `flush` when the block ends does not land.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._loads = _Loads()
        self._coming: list[Future[None]] = []
        self._held = ExitStack()

    def __enter__(self) -> Lander:
        # Held throughout: the environment must not change while other threads look into it.
        self._held.enter_context(pipeline.dlt_settings(self._home))
        self._beside = self._held.enter_context(ThreadPoolExecutor(1, "landing"))
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown(cancel_futures=True)
        self._held.close()

    def warm_up(self) -> None:
        """Imports what is needed to read and land, while there is nothing else to do."""
        import dlt  # noqa: F401
        import pandas as pd  # noqa: F401 Arrow and DuckDB look for it, whatever they are asked
        from pyarrow import csv, parquet  # noqa: F401

    def add(self, load: LoadRow, brought: Brought, landed: Callable[[], None]) -> None:
        """Takes a load that has been read to its end; it lands now, or together with others.

        Args:
            load: its load row.
            brought: what lands before it.
            landed: called in the thread that lands, once its load row has landed.
        """
        loads = self._loads
        loads.marks.append(load)
        loads.landed.append(landed)
        if brought.part is not None:
            loads.parts.setdefault(brought.table, []).append(brought.part)
        for name, table in records.other_tables(load, brought).items():
            loads.tables.setdefault(name, []).append(table)
        if loads.rows >= MOST_WAITING:
            self.flush()
            self.settle()  # many rows take the memory that the next object would need

    def flush(self) -> None:
        """Begins to land the loads that wait."""
        loads, self._loads = self._loads, _Loads()
        if loads.marks:
            self._submit(lambda: self._land(loads))

    def settle(self) -> None:
        """Waits until nothing is being landed, so that the warehouse is free.

        Raises:
            WarehouseLockedError: another program has the warehouse open.
        """
        coming, self._coming = self._coming, []
        for one in coming:
            one.result()

    def _submit(self, do: Callable[[], None]) -> None:
        for done in [one for one in self._coming if one.done()]:
            done.result()  # what failed is told as early as may be
            self._coming.remove(done)
        self._coming.append(self._beside.submit(do))

    def _land(self, loads: _Loads) -> None:
        import pyarrow as pa

        others = {name: pa.concat_tables(tables) for name, tables in loads.tables.items()}
        self._land_parts(loads.parts, others)
        records.land_marks(self._home, loads.marks)
        for landed in loads.landed:
            landed()

    def _land_parts(
        self, parts: dict[str, list[Part]], others: dict[str, pa.Table] | None = None
    ) -> None:
        tables: dict[str, Any] = {name: _files(found) for name, found in parts.items()}
        tables |= others or {}
        if tables:
            records.land(self._home, tables)
        for found in parts.values():
            for path, _ in found:
                path.unlink()


def _files(parts: Sequence[Part]) -> pipeline.Files:
    from pyarrow import parquet

    def all_of_them() -> Iterator[Part]:
        return iter(parts)

    return pipeline.Files(parquet.read_schema(parts[0][0]), all_of_them)
