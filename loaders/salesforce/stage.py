"""Where the rows of one load are compared with what has landed, before they land.

A scratch database on disk, so that memory stays small however many rows come. Every row that came
is in exactly one of inserted, updated, unchanged, duplicate or invalid.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.salesforce import pages, statements
from loaders.salesforce.errors import CountDiffersError
from loaders.salesforce.landed import Attached, quoted
from loaders.salesforce.objects import SYSTEM_FIELDS, SObject, column
from loaders.salesforce.parts import Writer, only

if TYPE_CHECKING:
    import pyarrow as pa

    from loaders.salesforce.lander import Lander

# A change of these alone is no change: every touch by automation, or a formula, moves them.
STAMP = ("run_id", "load_seq", "landed_at")
NOT_HASHED = frozenset({"systemmodstamp", "lastmodifieddate"})
_MEMORY_MB = 64
# E-mails of many megabytes need room for some copies of a whole row.
_COPIES = 16


@dataclass(frozen=True)
class Counts:
    """What became of the rows; they add up to `extracted`.

    Attributes:
        extracted: rows with a readable id.
        inserted: never seen before.
        updated: different from the newest landed version, or back from the dead.
        unchanged: equal to it.
        duplicate: further rows of the same record.
        invalid: rows without a readable id; not part of `extracted`.
        reactivated: those of the updated that were gone before, and are not now.
        deleted: records that were there before and are now in the recycle bin.
        live: records that are not.
        newest: the latest SystemModstamp as spelled; None without rows.
    """

    extracted: int
    inserted: int
    updated: int
    unchanged: int
    duplicate: int
    invalid: int
    reactivated: int
    deleted: int
    live: int
    newest: str | None

    @property
    def landed(self) -> int:
        """The rows that have to land."""
        return self.inserted + self.updated


class Stage:
    """The rows of one object in one load: on disk, as they will land, until they have landed."""

    def __init__(
        self,
        folder: Path,
        item: SObject,
        stamp: Mapping[str, object],
        lander: Lander,
        *,
        has_landed: bool,
    ) -> None:
        """Begins without rows.

        Args:
            folder: of the object; folders of ours are made in it.
            item: the object.
            stamp: run_id, load_seq and landed_at, the first columns of every row.
            lander: of the run.
            has_landed: whether any row of the object landed before; else all are new.
        """
        import duckdb
        import pyarrow as pa

        # Of Arrow's pools this one gives memory back to the machine.
        pa.set_memory_pool(pa.system_memory_pool())
        self.item, self._lander, self._has_landed = item, lander, has_landed
        self.columns = tuple(column(name) for name in (*SYSTEM_FIELDS, *item.fields))
        kinds = (pa.string(), pa.int64(), pa.timestamp("us", "UTC"))
        self._stamp = {
            name: pa.scalar(stamp[name], kind) for name, kind in zip(STAMP, kinds, strict=True)
        }
        self.schema = pa.schema(
            [
                *zip(STAMP, kinds, strict=True),
                ("row_hash", pa.string()),
                *((name, pa.string()) for name in self.columns),
            ]
        )
        self._folder, self._parts = folder / "stage", folder / "landing"
        for made in (self._folder, self._parts):
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir(mode=0o700)
        self._connection = duckdb.connect(str(self._folder / "stage.duckdb"))
        for setting in (
            "threads = 1",
            "enable_progress_bar = false",
            "force_compression = 'uncompressed'",  # it lives for a minute
            "timezone = 'UTC'",
            f"temp_directory = '{quoted(self._folder / 'overflow')}'",
            f"memory_limit = '{_MEMORY_MB}MB'",
        ):
            self._connection.execute(f"set {setting}")
        self._writer = Writer(self._parts / "rows.parquet", self._stamp)
        self._widest = 0
        self.values: Counter[str] = Counter()
        self._lost: tuple[str, ...] = ()
        self.begin(folder, ())

    def close(self) -> None:
        """Removes what it holds, but for what `part` gave."""
        self._writer.close()
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def begin(self, warehouse: Path, missing: Sequence[str]) -> None:
        """Forgets every row, and readies itself for others.

        Args:
            warehouse: with what landed before; it need not exist.
            missing: fields that cannot be asked for; a record that has landed keeps its values.
        """
        self._writer.close()
        self._writer = Writer(self._writer.path, self._stamp)
        self._connection.execute(statements.CAME)
        self._lost = tuple(column(name) for name in missing if column(name) in self.columns)
        if not self._has_landed:
            self._lost = ()
        if self._lost:
            with self._landed(warehouse) as landed:
                self._lost = tuple(name for name in self._lost if name in landed.columns)
                self._connection.execute(statements.known(landed.table, self._lost, wanted=None))

    def take(self, rows: pa.Table) -> None:
        """Adds rows whose columns are fields of the API, all text."""
        self._keep(iter([rows]))

    def take_csv(self, path: Path, announced: int | None, fields: Sequence[str]) -> int:
        """Adds a page of the Bulk API, all of it or nothing; returns its rows.

        Raises:
            CountDiffersError: it cannot be read to its end, lacks a column or has not the rows
                announced.
        """
        pages.require_whole(path, self.item.name)
        for block in pages.block_sizes():
            try:
                return self._keep(pages.batches(path, self.item.name, fields, block), announced)
            except pages.PageTooWideError:
                continue
        raise AssertionError  # the largest block says that the page is cut off

    def take_id_page(self, path: Path, announced: int | None) -> int:
        """Adds a page that holds nothing but ids to that list; returns its rows.

        Raises:
            CountDiffersError: it is cut off or has not the rows announced.
        """
        import pyarrow as pa

        pages.require_whole(path, self.item.name)
        found = list(pages.batches(path, self.item.name, ["Id"], pages.block_sizes()[0]))
        rows: int = sum(batch.num_rows for batch in found)
        if announced is not None and rows != announced:
            raise _differs(self.item.name, rows, announced)
        if found:
            self.take_ids(pa.Table.from_batches(found).select(["Id"]))
        return rows

    def _keep(
        self, batches: Iterator[pa.Table | pa.RecordBatch], announced: int | None = None
    ) -> int:
        """Writes rows to the others; wrong ones stay there, but nobody knows of them."""
        import pyarrow as pa

        before = self._writer.rows
        try:
            for batch in batches:
                self._writer.write(self._hashed(batch, self._writer.rows + 1))
            rows = self._writer.rows - before
            if announced is not None and rows != announced:
                raise _differs(self.item.name, rows, announced)
        except BaseException:
            self._connection.execute(f"delete from came where n > {before}")
            raise
        pa.default_memory_pool().release_unused()
        return rows

    def _hashed(self, rows: pa.Table | pa.RecordBatch, first: int) -> pa.Table:
        """The rows in our columns, after the hash of each; notes who came, numbered from `first`.

        A column that could not be asked for has the value that landed before.
        """
        import pyarrow as pa

        names = {column(name): name for name in rows.schema.names}
        nothing = pa.nulls(rows.num_rows, pa.string())
        page = pa.table(
            {name: rows.column(names[name]) if name in names else nothing for name in self.columns}
        )
        self._limit_memory(page.nbytes)
        numbered = page.append_column(
            "n", pa.array(range(first, first + rows.num_rows), pa.int64())
        )
        self._connection.register("page", numbered)
        kept = "".join(f", known.{name}" for name in self._lost)
        join = "left join known using (record_id) order by n" if kept else ""
        told = self._connection.execute(
            f"with incoming as (select *, {statements.RECORD_ID} as record_id from page) "
            "select n, record_id, incoming.systemmodstamp, incoming.isdeleted, "
            f"{self._hash()} as row_hash{kept} from incoming {join}"
        ).to_arrow_table()
        self._connection.unregister("page")
        self._connection.register("told", told)
        self._connection.execute(
            "insert into came select n, record_id, systemmodstamp, isdeleted, row_hash from told"
        )
        self._connection.unregister("told")
        for name in self._lost:
            page = page.set_column(page.schema.get_field_index(name), name, told.column(name))
        return page.add_column(0, "row_hash", told.column("row_hash"))

    def compare(self, warehouse: Path) -> Counts:
        """Tells what of the rows is new, by their hash; call it once, when all have come."""
        self._writer.close()
        self._know(warehouse, "select record_id from came")
        self._connection.execute(statements.CHOSEN)
        row = self._connection.execute(statements.COUNTS).fetchone()
        assert row is not None  # noqa: S101 an aggregate
        return Counts(*row)

    def absent(self, warehouse: Path, listed: str) -> tuple[list[str], int]:
        """Ids that landed, are not known to be gone, and are not in a full list.

        Args:
            warehouse: with what landed before.
            listed: `came` or `ids`, the table of this stage that holds the list.

        Returns:
            The ids, sorted, and how many were expected in the list.
        """
        self._know(warehouse, None)
        rows = self._connection.execute(statements.ABSENT.format(table=listed)).fetchall()
        expected = self._connection.execute(
            "select count(*) from known where not is_gone"
        ).fetchone()
        return [row[0] for row in rows], int(expected[0]) if expected else 0

    def gone(self, warehouse: Path, deleted: Mapping[str, datetime]) -> list[tuple[str, datetime]]:
        """Those of the deleted ids that landed, are not known to be gone, and did not come now.

        Call it after `compare`.
        """
        import pyarrow as pa

        told = pa.table(
            {
                "record_id": pa.array([statements.to_18(key) for key in deleted], pa.string()),
                "deleted_at": pa.array(deleted.values(), pa.timestamp("us", "UTC")),
            }
        )
        self._connection.register("told", told)
        self._know(warehouse, "select record_id from told")
        rows = self._connection.execute(statements.GONE).fetchall()
        self._connection.unregister("told")
        return [(str(key), moment) for key, moment in rows]

    def take_ids(self, ids: pa.Table) -> None:
        """Adds to the list of ids `absent` may be asked about."""
        self._connection.execute("create table if not exists ids (record_id varchar)")
        self._connection.register("page", ids.rename_columns(["id"]))
        self._connection.execute(f"insert into ids select {statements.id18('id')} from page")
        self._connection.unregister("page")

    def repeated_ids(self) -> int:
        """How many rows of that list name a record that another row names already."""
        row = self._connection.execute(
            "select count(*) - count(distinct record_id) from ids"
        ).fetchone()
        assert row is not None  # noqa: S101 an aggregate
        count: int = row[0]
        return count

    def clear_ids(self) -> None:
        """Forgets that list."""
        self._connection.execute("create or replace table ids (record_id varchar)")

    def part(self) -> tuple[Path, int] | None:
        """A file of the rows that have to land, and how many; None for none. Call it last.

        It outlives this stage: whoever lands it removes it. `values` says then how many of these
        rows have a value in each column.
        """
        import pyarrow as pa

        found = self._connection.execute(
            "select n from chosen where state <> 'unchanged' order by n"
        ).fetchnumpy()["n"]
        path, rows, self.values = self._writer.path, len(found), self._writer.values
        if rows < self._writer.rows:
            path = path.with_name("new-rows.parquet")
            self.values = only(self._writer.path, found, path)
        # What lands them needs memory of its own.
        self._connection.execute("drop table came; drop table known; drop table chosen")
        self._connection.execute("set memory_limit = '8MB'")
        pa.default_memory_pool().release_unused()
        return (path, rows) if rows else None

    def _know(self, warehouse: Path, wanted: str | None) -> None:
        """Makes `known`, of those records or of all; see `statements`."""
        if not self._has_landed:
            self._connection.execute(statements.known(None, (), wanted))
            return
        with self._landed(warehouse) as landed:
            self._connection.execute(statements.known(landed.table, (), wanted))

    def _limit_memory(self, batch_bytes: int) -> None:
        if batch_bytes > self._widest:
            self._widest = batch_bytes
            megabytes = max(_MEMORY_MB, _COPIES * batch_bytes >> 20)
            self._connection.execute(f"set memory_limit = '{megabytes}MB'")

    def _hash(self) -> str:
        """The hash over every column that is the CRM's and not mere bookkeeping.

        No value is the empty text, so null can stand for it here.
        """
        names = (
            f"known.{name}" if name in self._lost else f"incoming.{name}"
            for name in self.columns
            if name not in NOT_HASHED
        )
        return f"md5(concat({', chr(31), '.join(names)}))"

    def _landed(self, warehouse: Path) -> Attached:
        self._lander.settle()  # or the file would be open twice
        return Attached(self._connection, warehouse, self.item)


def _differs(name: str, rows: int, announced: int) -> CountDiffersError:
    return CountDiffersError(
        f"A page of {name} has {rows:,} rows but {announced:,} were announced; nothing of it was "
        "landed. Run it again."
    )
