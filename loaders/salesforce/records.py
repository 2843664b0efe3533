"""What a load leaves in raw_salesforce, and what is known of earlier ones; see `lander`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.pipeline import WAREHOUSE, Files, land_tables, open_warehouse
from loaders.salesforce.describing import Field
from loaders.salesforce.objects import SObject

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SCHEMA = "raw_salesforce"


@dataclass(frozen=True)
class LoadRow:
    """The load row of one object in one run: the columns of raw_salesforce.loads."""

    load_seq: int
    run_id: str
    object_name: str
    mode: str
    transport: str
    label: str | None
    window_from: datetime | None
    window_to: datetime
    watermark: datetime | None
    rows_extracted: int
    rows_duplicate: int
    rows_inserted: int
    rows_updated: int
    rows_unchanged: int
    rows_deleted: int
    rows_landed: int
    source_count: int | None
    call_count: int
    byte_count: int
    retry_count: int
    is_full_list: bool
    describe_sha256: str
    missing_fields: str
    unmapped_fields: str
    changed_types: str
    warnings: str
    max_modified_at: datetime | None
    started_at: datetime
    landed_at: datetime
    rows_reactivated: int = 0
    field_counts: str | None = None


@dataclass(frozen=True)
class Absence:
    """A record the CRM no longer has; see raw_salesforce.absences."""

    record_id: str
    deletion_source: str
    deleted_at: datetime | None


@dataclass(frozen=True)
class Brought:
    """What a load lands besides its load row.

    Attributes:
        table: of the object.
        part: the file of the rows that have still to land, and how many; None for none.
        fields: the description, where it is another than before.
        absences: records noticed as gone.
    """

    table: str
    part: tuple[Path, int] | None = None
    fields: tuple[Field, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True)
class Known:
    """What earlier loads left of an object.

    Attributes:
        watermark: where the next delta begins; None before the first whole load.
        describe_sha256: of the description that landed last; None before the first.
        field_types: field -> type of that description.
        filled: fields that every landed record has the value of: those that the last full list
            brought and no load since had to do without. None before the first full list.
        has_rows: whether any row of it counts.
    """

    watermark: datetime | None = None
    describe_sha256: str | None = None
    field_types: Mapping[str, str] | None = None
    filled: frozenset[str] | None = None
    has_rows: bool = False


def known(home: Path, items: Sequence[SObject]) -> list[Known]:
    """What earlier loads left of each object; killed ones must have been discarded."""
    warehouse = home / WAREHOUSE
    if not warehouse.exists():
        return [Known() for _ in items]
    with open_warehouse(warehouse) as connection:
        # SQL without parameters: the first one that has some imports pandas.
        found = connection.execute(
            f"select table_name from duckdb_tables() where schema_name = '{SCHEMA}'"
        ).fetchall()
        tables = {name for (name,) in found}
        return [_known(connection, item, tables) for item in items]


def _known(connection: duckdb.DuckDBPyConnection, item: SObject, tables: set[str]) -> Known:
    object_name = item.name
    rows = (
        item.table in tables
        and connection.execute(f'select 1 from {SCHEMA}."{item.table}" limit 1').fetchone()
    )
    nothing = Known(has_rows=bool(rows))
    if not tables.issuperset({"loads", "fields"}):
        return nothing
    loads = connection.execute(
        f"select load_seq, mode, watermark, describe_sha256, missing_fields "
        f"from {SCHEMA}.loads where object_name = '{object_name}' order by load_seq"
    ).fetchall()
    if not loads:
        return nothing
    # A full list begins anew, even where an earlier watermark was further.
    last_full = max((seq for seq, mode, *_ in loads if mode == "full"), default=None)
    since = [load for load in loads if last_full is None or load[0] >= last_full]
    fields = _described(connection, object_name, loads[-1][0])
    filled = None
    if last_full is not None:
        then = _described(connection, object_name, last_full)
        missing = {name for load in since for name in json.loads(load[4])}
        filled = frozenset(name for name, _, mapped in then if mapped) - missing
    return Known(
        has_rows=nothing.has_rows,
        watermark=max((load[2] for load in since if load[2] is not None), default=None),
        describe_sha256=loads[-1][3] if fields else None,
        field_types={name: kind for name, kind, _ in fields},
        filled=filled,
    )


def _described(
    connection: duckdb.DuckDBPyConnection, object_name: str, load_seq: int
) -> list[tuple[str, str, bool]]:
    """(name, type, whether we take it) of each field, as described to that load."""
    return connection.execute(
        f"select field_name, field_type, is_mapped from {SCHEMA}.fields "
        f"where object_name = '{object_name}' and load_seq = (select max(load_seq) "
        f"from {SCHEMA}.fields where object_name = '{object_name}' and load_seq <= {load_seq})"
    ).fetchall()


def land(home: Path, tables: Mapping[str, pa.Table | Files]) -> None:
    """Lands rows of tables in one run of dlt.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    land_tables(home, SCHEMA, tables, "append")


def land_marks(home: Path, loads: Sequence[LoadRow]) -> None:
    """Lands load rows; everything of theirs must have landed.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    rows = [asdict(load) for load in loads]
    land(home, {"loads": _arrow(rows, _types(LoadRow))})


def other_tables(load: LoadRow, brought: Brought) -> dict[str, pa.Table]:
    """What a load brought beside rows of its object, by table."""
    tables = {}
    if brought.fields:
        tables["fields"] = _field_rows(load, brought.fields)
    if brought.absences:
        tables["absences"] = _absence_rows(load, brought.absences)
    return tables


def _field_rows(load: LoadRow, fields: Sequence[Field]) -> pa.Table:
    import pyarrow as pa

    types = {
        "load_seq": pa.int64(),
        "run_id": pa.string(),
        "object_name": pa.string(),
        "field_name": pa.string(),
        "field_type": pa.string(),
        "label": pa.string(),
        "is_custom": pa.bool_(),
        "is_calculated": pa.bool_(),
        "is_mapped": pa.bool_(),
        "landed_at": pa.timestamp("us", "UTC"),
    }
    rows = [
        _of_load(load)
        | {
            "field_name": field.name,
            "field_type": field.type,
            "label": field.label,
            "is_custom": field.is_custom,
            "is_calculated": field.is_calculated,
            "is_mapped": field.is_mapped,
        }
        for field in fields
    ]
    return _arrow(rows, types)


def _absence_rows(load: LoadRow, absences: Sequence[Absence]) -> pa.Table:
    import pyarrow as pa

    instant = pa.timestamp("us", "UTC")
    types = {
        "load_seq": pa.int64(),
        "run_id": pa.string(),
        "object_name": pa.string(),
        "record_id": pa.string(),
        "deletion_source": pa.string(),
        "deleted_at": instant,
        "landed_at": instant,
    }
    return _arrow([_of_load(load) | asdict(absence) for absence in absences], types)


def _of_load(load: LoadRow) -> dict[str, Any]:
    return {
        "load_seq": load.load_seq,
        "run_id": load.run_id,
        "object_name": load.object_name,
        "landed_at": load.landed_at,
    }


def _types(row: type[LoadRow]) -> dict[str, pa.DataType]:
    """Arrow's types of a load row, from what its fields are declared as."""
    import pyarrow as pa

    names = {
        "int": pa.int64(),
        "str": pa.string(),
        "bool": pa.bool_(),
        "datetime": pa.timestamp("us", "UTC"),
    }
    return {name: names[str(kind).split(" ")[0]] for name, kind in row.__annotations__.items()}


def _arrow(rows: Sequence[Mapping[str, Any]], types: Mapping[str, pa.DataType]) -> pa.Table:
    import pyarrow as pa

    return pa.table(
        {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
    )
