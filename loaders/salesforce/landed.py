"""What landed before of an object, while its rows are compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.errors import WarehouseLockedError
from loaders.salesforce import statements
from loaders.salesforce.objects import SObject

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Landed:
    """What landed before: the qualified table, None when nothing has, and its columns."""

    table: str | None = None
    columns: frozenset[str] = frozenset()


class Attached:
    """The landed versions of the object while the warehouse is attached, read-only."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, warehouse: Path, item: SObject
    ) -> None:
        self._connection, self._warehouse = connection, warehouse
        self._table, self._object_name = item.table, item.name

    def __enter__(self) -> Landed:
        import duckdb

        if not self._warehouse.exists():
            return Landed()
        try:
            self._connection.execute(f"attach '{quoted(self._warehouse)}' as warehouse (read_only)")
        except duckdb.IOException as error:
            raise WarehouseLockedError(
                f"{self._warehouse} is open in another program; close it there and run this again."
            ) from error
        found = {
            name
            for (name,) in self._connection.execute(
                "select table_name from duckdb_tables() where database_name = 'warehouse' "
                f"and schema_name = '{statements.SCHEMA}'"
            ).fetchall()
        }
        absences = (
            f"select {statements.id18('record_id')} as record_id, load_seq "
            f"from warehouse.{statements.SCHEMA}.absences where object_name = '{self._object_name}'"
            if "absences" in found
            else "select null::varchar as record_id, null::bigint as load_seq where false"
        )
        self._connection.execute(f"create or replace temp view absences as {absences}")
        if not found.issuperset({self._table, "loads"}):
            return Landed()
        columns = self._connection.execute(
            "select column_name from duckdb_columns() where database_name = 'warehouse' "
            f"and schema_name = '{statements.SCHEMA}' and table_name = '{self._table}'"
        ).fetchall()
        return Landed(f'"{self._table}"', frozenset(name for (name,) in columns))

    def __exit__(self, *_: object) -> None:
        if self._warehouse.exists():
            self._connection.execute("detach warehouse")


def quoted(path: Path) -> str:
    """A path inside a text of SQL."""
    return str(path).replace("'", "''")
