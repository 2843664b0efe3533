"""Where the rows of one load are compared with what has landed, before they land.

A scratch database on disk, so that memory stays small however many rows come. Every row that came
is in exactly one of inserted, updated, unchanged, duplicate or invalid.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.salesforce import pages, statements
from loaders.salesforce.errors import CountDiffersError
from loaders.salesforce.landed import Attached, quoted
from loaders.salesforce.objects import SYSTEM_FIELDS, SObject, column

if TYPE_CHECKING:
    import pyarrow as pa

# A change of these alone is no change: every touch by automation, or a formula, moves them.
NOT_HASHED = frozenset({"systemmodstamp", "lastmodifieddate"})
# Comparing takes more than landing, when dlt needs memory of its own.
_COMPARING_MB, _LANDING_MB = 96, 48
_WITH_NEXT_TO_NOTHING = "set memory_limit = '8MB'"
# E-mails of many megabytes need room for some copies of a whole row.
_COPIES = 16
_BATCH_BYTES = 16 << 20


@dataclass(frozen=True)
class _Part:
    """Rows on disk: a file, and the numbers of its rows in steps that fit into memory."""

    path: Path
    steps: tuple[tuple[int, int], ...]


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
    deleted: int
    live: int
    newest: str | None

    @property
    def landed(self) -> int:
        """The rows that have to land."""
        return self.inserted + self.updated


class Stage:
    """The rows of one object in one load: on disk, column by column, until they have landed."""

    def __init__(self, folder: Path, item: SObject) -> None:
        import duckdb
        import pyarrow as pa

        # Of Arrow's pools this one gives memory back to the machine.
        pa.set_memory_pool(pa.system_memory_pool())
        self.item = item
        self.columns = tuple(column(name) for name in (*SYSTEM_FIELDS, *item.fields))
        self._folder = folder / "stage"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)
        self._connection = duckdb.connect(str(self._folder / "stage.duckdb"))
        for setting in (
            "threads = 1",
            "enable_progress_bar = false",
            "force_compression = 'uncompressed'",  # it lives for a minute
            "timezone = 'UTC'",
            f"temp_directory = '{quoted(self._folder / 'overflow')}'",
        ):
            self._connection.execute(f"set {setting}")
        self._parts: list[_Part] = []
        self._rows = self._taken = self._widest = 0
        self._lost: tuple[str, ...] = ()
        self._came: frozenset[str] = frozenset()

    def close(self) -> None:
        """Removes what it holds."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def clear(self) -> None:
        """Forgets every row."""
        for part in self._parts:
            part.path.unlink()
        self._parts = []
        self._rows = 0

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
        """Writes rows into a file of their own; nothing is left of it when they are wrong."""
        import pyarrow as pa
        from pyarrow import parquet

        self._taken += 1
        path = self._folder / f"part-{self._taken:06}.parquet"
        steps: list[tuple[int, int]] = []
        writer: parquet.ParquetWriter | None = None
        rows = 0
        try:
            for batch in batches:
                table = self._numbered(batch, self._rows + rows)
                if writer is None:
                    writer = parquet.ParquetWriter(
                        path, table.schema, use_dictionary=False, write_statistics=["n"]
                    )
                # A step is a row group, so that reading one touches no other.
                size = max(1, table.num_rows * _BATCH_BYTES // max(1, table.nbytes))
                for offset in range(0, table.num_rows, size):
                    step = table.slice(offset, size)
                    writer.write_table(step)
                    self._widest = max(self._widest, step.nbytes)
                    first = self._rows + rows + 1
                    rows += step.num_rows
                    steps.append((first, first + step.num_rows - 1))
            if announced is not None and rows != announced:
                raise _differs(self.item.name, rows, announced)
        except BaseException:
            if writer is not None:
                writer.close()
            path.unlink(missing_ok=True)
            raise
        if writer is not None:
            writer.close()
            self._parts.append(_Part(path, tuple(steps)))
        self._rows += rows
        pa.default_memory_pool().release_unused()
        return rows

    def _numbered(self, rows: pa.Table | pa.RecordBatch, before: int) -> pa.Table:
        """The rows with our column names and a number each, from `before` + 1 on."""
        import pyarrow as pa

        table = pa.table(rows) if isinstance(rows, pa.RecordBatch) else rows
        known = [name for name in table.column_names if column(name) in self.columns]
        page = table.select(known).rename_columns([column(name) for name in known])
        numbers = pa.array(range(before + 1, before + 1 + page.num_rows), pa.int64())
        return page.append_column("n", numbers)

    def compare(self, warehouse: Path, missing: Sequence[str]) -> Counts:
        """Tells what of the rows is new, by their hash; call it once, when all have come.

        Args:
            warehouse: with what landed before; it need not exist.
            missing: fields that could not be asked for; a record that has landed keeps its values.
        """
        self._limit_memory(_COMPARING_MB)
        lost = tuple(column(name) for name in missing if column(name) in self.columns)
        self._incoming()
        with self._landed(warehouse) as landed:
            self._lost = tuple(name for name in lost if name in landed.columns)
            self._connection.execute(
                statements.NEWEST_ROWS.format(id=statements.id18("id"), valid=statements.VALID_ID)
            )
            self._connection.execute(
                statements.known(landed.table, self._lost, wanted="select record_id from newest")
            )
            self._connection.execute(statements.chosen(self._hash(), self._lost))
        row = self._connection.execute(
            statements.COUNTS.format(valid=statements.VALID_ID)
        ).fetchone()
        assert row is not None  # noqa: S101 an aggregate
        return Counts(*row)

    def absent(self, warehouse: Path, listed: str) -> tuple[list[str], int]:
        """Ids that landed, are not known to be gone, and are not in a full list.

        Args:
            warehouse: with what landed before.
            listed: `incoming` or `ids`, the table of this stage that holds the list.

        Returns:
            The ids, sorted, and how many were expected in the list.
        """
        with self._landed(warehouse) as landed:
            self._connection.execute(statements.known(landed.table, (), wanted=None))
        rows = self._connection.execute(
            statements.ABSENT.format(table=listed, id=statements.id18(f"{listed}.id"))
        ).fetchall()
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
        with self._landed(warehouse) as landed:
            self._connection.register("told", told)
            self._connection.execute(
                statements.known(landed.table, (), wanted="select record_id from told")
            )
            rows = self._connection.execute(statements.GONE).fetchall()
            self._connection.unregister("told")
        return [(str(key), moment) for key, moment in rows]

    def take_ids(self, ids: pa.Table) -> None:
        """Adds to the list of ids `absent` may be asked about."""
        self._connection.execute("create table if not exists ids (id varchar)")
        self._connection.register("page", ids.rename_columns(["id"]))
        self._connection.execute("insert into ids select id from page")
        self._connection.unregister("page")

    def repeated_ids(self) -> int:
        """How many rows of that list name a record that another row names already."""
        row = self._connection.execute(
            f"select count(*) - count(distinct {statements.id18('id')}) from ids"
        ).fetchone()
        assert row is not None  # noqa: S101 an aggregate
        count: int = row[0]
        return count

    def clear_ids(self) -> None:
        """Forgets that list."""
        self._connection.execute("create or replace table ids (id varchar)")

    def rows(self, stamp: Mapping[str, object]) -> Iterator[pa.Table]:
        """The rows to land in parts, each with the columns of the stamp and its hash."""
        import pyarrow as pa

        stamps = ", ".join(f"${name} as {name}" for name in stamp)
        names = ", ".join(self._value(name) for name in self.columns)
        self._connection.execute("drop table newest; drop table known")
        self._limit_memory(_LANDING_MB)
        for part in self._parts:
            for first, last in part.steps:
                table = self._connection.execute(
                    f"select {stamps}, chosen.row_hash, {names} "
                    f"from {self._read([part])} as incoming inner join chosen using (n) "
                    f"where n between {first} and {last} and chosen.state <> 'unchanged'",
                    dict(stamp),
                ).to_arrow_table()
                if table.num_rows:
                    yield table
                pa.default_memory_pool().release_unused()
        self._connection.execute(f"drop table chosen; {_WITH_NEXT_TO_NOTHING}")

    def _limit_memory(self, megabytes: int) -> None:
        megabytes = max(megabytes, _COPIES * self._widest >> 20)
        self._connection.execute(f"set memory_limit = '{megabytes}MB'")

    def _incoming(self) -> None:
        """Makes the rows so far a table for the statements, without columns nobody asked for."""
        rows = self._read(self._parts) if self._parts else "(select null::bigint as n where false)"
        have = {name for name, *_ in self._connection.execute(f"describe from {rows}").fetchall()}
        self._came = frozenset(have)
        names = ", ".join(
            name if name in have else f"null::varchar as {name}" for name in self.columns
        )
        self._connection.execute(
            f"create or replace temp view incoming as select n, {names} from {rows}"
        )

    def _read(self, parts: Sequence[_Part]) -> str:
        files = ", ".join(f"'{quoted(part.path)}'" for part in parts)
        return f"read_parquet([{files}])"

    def _value(self, name: str) -> str:
        """A column of a row; where it could not be asked for, the value that landed before."""
        if name in self._lost:
            return f"chosen.{name}"
        return f"incoming.{name}" if name in self._came else f"null::varchar as {name}"

    def _hash(self) -> str:
        """The hash over every column that is the CRM's and not mere bookkeeping."""
        names = ", ".join(
            f"known.{name}" if name in self._lost else f"incoming.{name}"
            for name in self.columns
            if name not in NOT_HASHED
        )
        return f"md5(to_json(list_value({names}))::varchar)"

    def _landed(self, warehouse: Path) -> Attached:
        return Attached(self._connection, warehouse, self.item)


def _differs(name: str, rows: int, announced: int) -> CountDiffersError:
    return CountDiffersError(
        f"A page of {name} has {rows:,} rows but {announced:,} were announced; nothing of it was "
        "landed. Run it again."
    )
