"""The records of the invented organisation, in DuckDB, and everything that can happen to them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tests.support.salesforce_peer import compile as compiling
from tests.support.salesforce_peer.ids import make_id, to_18
from tests.support.salesforce_peer.schema import Field, SObject, parse, standard_objects
from tests.support.salesforce_peer.soql import Query

BIN_DAYS = timedelta(days=15)
Rows = Sequence[Mapping[str, Any]]


def utc(moment: datetime) -> datetime:
    """A moment as it is kept: UTC without saying so, whole seconds."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=0)


class Store:
    """Objects, records, the recycle bin, the log of deletions, and what will become visible.

    Args:
        now: the clock, UTC without zone, whole seconds.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.connection = duckdb.connect(":memory:", config={"threads": 2})
        self.connection.execute("set TimeZone = 'UTC'")
        self.connection.execute("set enable_progress_bar = false")
        self.objects = standard_objects(now())
        self.deletions: dict[str, dict[str, datetime]] = {name: {} for name in self.objects}
        self.bin: dict[tuple[str, str], datetime] = {}
        self.pending: list[tuple[datetime, Callable[[], object]]] = []
        self.made: dict[str, int] = {}
        for item in self.objects.values():
            columns = ", ".join(f'"{col.name}" {col.column_type}' for col in item.columns())
            self.connection.execute(f"create table {item.table} ({columns})")

    # -- reading

    def item(self, name: str) -> SObject:
        """The object of this name; KeyError when there is none."""
        return self.objects[name.lower()]

    def arrow(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        """The answer to a statement."""
        with self.lock:
            return self.connection.execute(sql, list(values)).to_arrow_table()

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first value of the first row."""
        with self.lock:
            found = self.connection.execute(sql, list(values)).fetchone()
        return found[0] if found else None

    def plan(self, query: Query) -> compiling.Plan:
        """A query against the objects as they are now."""
        with self.lock:
            return compiling.plan(query, self.objects)

    # -- time

    def settle(self) -> None:
        """Lets happen what was due by now: late commits, the end of a record's time in the bin."""
        with self.lock:
            now = self.now()
            due = [entry for entry in self.pending if entry[0] <= now]
            self.pending = [entry for entry in self.pending if entry[0] > now]
            for _, happen in sorted(due, key=lambda entry: entry[0]):
                happen()
            for (name, record), deleted in list(self.bin.items()):
                if deleted + BIN_DAYS <= now:
                    self.remove(name, record)

    def later(self, visible_at: datetime | None, happen: Callable[[], object]) -> None:
        """Does it now, or when the clock gets there."""
        if visible_at is None or utc(visible_at) <= self.now():
            happen()
        else:
            self.pending.append((utc(visible_at), happen))

    # -- writing

    def insert(self, name: str, rows: Rows, visible_at: datetime | None = None) -> list[str]:
        """Adds records; what is missing of the system's fields is filled in."""
        with self.lock:
            item, now = self.item(name), self.now()
            complete = [{col.name: value for col, value in self._values(item, row)} for row in rows]
            nameless = [values for values in complete if not values.get("Id")]
            for values, made in zip(nameless, self._new_ids(item, len(nameless)), strict=True):
                values["Id"] = made
            for values in complete:
                stamp = values.get("SystemModstamp") or values.get("LastModifiedDate") or now
                for system in ("SystemModstamp", "LastModifiedDate", "CreatedDate"):
                    values.setdefault(system, stamp)
            names = list(dict.fromkeys(key for values in complete for key in values))
            table = pa.table(
                {
                    key: pa.array([values.get(key) for values in complete], _arrow_type(item, key))
                    for key in names
                }
            )
            if complete:
                self.later(visible_at, lambda: self.append(name, table))
            return [str(values["Id"]) for values in complete]

    def append(self, name: str, incoming: pa.Table | Path) -> int:
        """Adds many records at once; unknown columns become custom text fields."""
        with self.lock:
            item = self.item(name)
            kinds = self._incoming(incoming)
            for column in kinds:
                if column.lower() not in item.fields and column.lower() not in item.hidden:
                    self.add_field(name, Field(column))
            known = {column.lower(): column for column in kinds}
            columns = item.columns()
            selected = ", ".join(
                _cast(col, known.get(col.name.lower()), kinds, self.now()) for col in columns
            )
            names = ", ".join(f'"{col.name}"' for col in columns)
            if "id" not in known:
                count = self.one("select count(*) from incoming")
                ids = pa.table({"Id": self._new_ids(item, count)})
                self.connection.register("ids", ids)
                self.connection.execute(
                    "create or replace temp table incoming as from incoming positional join ids"
                )
                return self.append(name, self.arrow("from incoming"))
            self._refuse_bad_ids(item)
            self.connection.execute(
                f"insert into {item.table} ({names}) select {selected} from incoming"
            )
            if "isdeleted" in known:
                self._loaded_deletions(item)
            return int(self.one("select count(*) from incoming"))

    def _incoming(self, data: pa.Table | Path) -> dict[str, str]:
        """Puts data into the table `incoming`; its columns and their types."""
        if isinstance(data, Path):
            reader = "read_parquet(?)" if data.suffix == ".parquet" else _CSV
            self.connection.execute(
                f"create or replace temp table incoming as from {reader}", [str(data)]
            )
        else:
            self.connection.register("given", data)
            self.connection.execute("create or replace temp table incoming as from given")
            self.connection.unregister("given")
        described = self.connection.execute("describe incoming").fetchall()
        return {row[0]: str(row[1]) for row in described}

    def update(
        self,
        name: str,
        records: Iterable[str],
        values: Mapping[str, Any],
        stamp: bool | datetime = True,
        visible_at: datetime | None = None,
    ) -> None:
        """Changes records; `stamp` says whether, or to what, SystemModstamp moves."""
        with self.lock:
            item = self.item(name)
            changed = {col.name: value for col, value in self._values(item, values)}
            if stamp is not False:
                moment = self.now() if stamp is True else utc(stamp)
                changed = {"LastModifiedDate": moment, **changed, "SystemModstamp": moment}
            ids = [to_18(record) for record in records]
            marks = ", ".join("?" * len(ids))
            sets = ", ".join(f'"{key}" = ?' for key in changed)
            found = self.one(f'select count(*) from {item.table} where "Id" in ({marks})', ids)
            if found != len(ids):
                raise KeyError(f"{name}: {len(ids) - found} of {len(ids)} records do not exist")
            statement = f'update {item.table} set {sets} where "Id" in ({marks})'
            parameters = [*changed.values(), *ids]
            self.later(visible_at, lambda: self.connection.execute(statement, parameters))

    def delete(self, name: str, record: str, values: Mapping[str, Any] | None = None) -> None:
        """Puts a record into the bin."""
        with self.lock:
            record, now = to_18(record), self.now()
            self.update(name, [record], {"IsDeleted": True, **(values or {})})
            self.deletions[name.lower()][record] = now
            self.bin[(name.lower(), record)] = now

    def undelete(self, name: str, record: str) -> None:
        """Takes it out again."""
        with self.lock:
            record = to_18(record)
            values: dict[str, Any] = {"IsDeleted": False}
            if "masterrecordid" in self.item(name).fields:
                values["MasterRecordId"] = None
            self.update(name, [record], values)
            self.deletions[name.lower()].pop(record, None)
            self.bin.pop((name.lower(), record), None)

    def remove(self, name: str, record: str) -> None:
        """Takes the row away; the log of deletions stays as it is."""
        with self.lock:
            record = to_18(record)
            self.connection.execute(f'delete from {self.item(name).table} where "Id" = ?', [record])
            self.bin.pop((name.lower(), record), None)

    def reparent(self, name: str, loser: str, winner: str, *, restamp: bool) -> None:
        """Lets everything that points to one record point to another."""
        with self.lock:
            for item in self.objects.values():
                for col in item.columns():
                    if name not in col.refers_to or col.name == "MasterRecordId":
                        continue
                    sets, values = f'"{col.name}" = ?', [to_18(winner)]
                    if restamp:
                        sets += ', "SystemModstamp" = ?'
                        values.append(self.now())  # type: ignore[arg-type]
                    self.connection.execute(
                        f'update {item.table} set {sets} where left("{col.name}", 15) = ?',
                        [*values, loser[:15]],
                    )

    # -- the definition of objects

    def add_field(self, name: str, new: Field) -> None:
        """A field more, empty in every record."""
        with self.lock:
            item = self.item(name)
            item.hidden.pop(new.name.lower(), None)
            item.add(new)
            item.changed_at = self.now()
            if new.type != "address":
                self.connection.execute(
                    f'alter table {item.table} add column if not exists "{new.name}" '
                    f"{new.column_type}{' default false' if new.type == 'boolean' else ''}"
                )

    def retype(self, name: str, field_name: str, kind: str) -> None:
        """The same field with another type; values that do not fit become null."""
        with self.lock:
            item = self.item(name)
            old = item.fields[field_name.lower()]
            new = parse(f"{old.name}:{kind}")
            item.add(new)
            item.changed_at = self.now()
            self.connection.execute(
                f'alter table {item.table} alter column "{old.name}" type {new.column_type} '
                f'using try_cast("{old.name}" as {new.column_type})'
            )

    def _values(self, item: SObject, row: Mapping[str, Any]) -> list[tuple[Field, Any]]:
        known = {**item.hidden, **item.fields}
        unknown = [key for key in row if key.lower() not in known]
        if unknown:
            raise KeyError(f"{item.name} has no field {', '.join(unknown)}")
        return [
            (known[key.lower()], _normal(known[key.lower()], value)) for key, value in row.items()
        ]

    def _new_ids(self, item: SObject, count: int) -> list[str]:
        """As many ids that nobody has."""
        made: list[str] = []
        while len(made) < count:
            start = self.made.get(item.prefix, 0) + 1
            self.made[item.prefix] = start + count - len(made) - 1
            tried = [
                make_id(item.prefix, number) for number in range(start, start + count - len(made))
            ]
            taken = self.arrow(
                f'select "Id" from {item.table} where "Id" in (select unnest(?))', [tried]
            )
            made += sorted(set(tried) - set(taken.column(0).to_pylist()))
        return made

    def _refuse_bad_ids(self, item: SObject) -> None:
        bad = self.one('select count(*) from incoming where coalesce(length("Id"), 0) <> 18')
        doubled = self.one(
            f'select count("Id") - count(distinct "Id") from (select "Id" from incoming '
            f'union all select "Id" from {item.table})'
        )
        if bad or doubled:
            raise ValueError(f"{item.name}: {bad} ids are not 18 long, {doubled} are there already")

    def _loaded_deletions(self, item: SObject) -> None:
        """Records that arrive deleted are in the bin from now on."""
        for record, stamp in self.connection.execute(
            f'select "Id", "SystemModstamp" from {item.table} where "IsDeleted"'
        ).fetchall():
            self.deletions[item.name.lower()].setdefault(record, stamp)
            self.bin.setdefault((item.name.lower(), record), self.now())


_CSV = "read_csv(?, all_varchar = true, header = true)"
_ARROW = {
    "boolean": pa.bool_(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "varchar": pa.string(),
}


def _arrow_type(item: SObject, name: str) -> pa.DataType:
    found = item.fields.get(name.lower()) or item.hidden[name.lower()]
    return _ARROW[found.column_type]


def _cast(col: Field, source: str | None, kinds: dict[str, str], now: datetime) -> str:
    """An incoming column as the type of its field; '' is null, an unticked box false."""
    quoted = f'"{source}"' if source else "null"
    if col.type == "boolean":
        return f"coalesce(cast(nullif(cast({quoted} as varchar), '') as boolean), false)"
    if col.type == "datetime":
        kind = kinds.get(source or "", "")
        if kind == "VARCHAR":
            quoted = f"cast(nullif({quoted}, '') as timestamptz)"
        if not kind.startswith("TIMESTAMP") or "ZONE" in kind:
            quoted = f"cast({quoted} as timestamptz) at time zone 'UTC'"
        if col.name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
            quoted = f"coalesce({quoted}, timestamp '{now}')"
        return f"date_trunc('second', cast({quoted} as timestamp))"
    return f"cast(nullif(cast({quoted} as varchar), '') as {col.column_type})"


def _normal(col: Field, value: Any) -> Any:
    """A Python value as the store keeps it."""
    if value is None or value == "":
        return False if col.type == "boolean" else None
    if col.type == "datetime":
        return utc(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if col.type == "date":
        return date.fromisoformat(str(value))
    made = {"double": float, "bigint": int, "boolean": bool}.get(col.column_type)
    if made:
        return made(value)
    return str(value) if col.type != "id" else to_18(str(value))
