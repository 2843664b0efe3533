"""The project's models as dbt compiled them, run straight in DuckDB.

A story builds its small warehouse many times, and nearly all of dbt's time for that goes into
starting, parsing and keeping books. So dbt builds the project once per test session, on an empty
warehouse; what it compiled then runs here, in its order, as views, tables and incremental tables
with their contracts. What dbt itself does with it is tested by whole commands, and by the stories
that end with `Scenario.build_with_dbt`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from polaris import contact_values, phone_numbers
from tests.support import parsed

# Compiled in place of "today"; each story puts in its own.
_SOME_DAY = "2087-06-05"
_STORY_SCHEMAS = ("raw_pathful", "raw_roster", "raw_decisions", "raw_archive")
# What no story lands but one that says so: files of our own contracts, records of volunteers and
# the CRM stay without rows, whatever is decided.
_OF_OTHER_SOURCES = (
    "intermediate/contract_records/",
    "intermediate/contracts/",
    "intermediate/crm_events/",
    "intermediate/crm_places/",
    "intermediate/decisions/int_decisions__row_patches",
    "intermediate/identity/",
    "intermediate/people/int_people__record_states",
    "intermediate/signups/",
)
_FULL, _NEW_ONLY = "full.json", "new_only.json"


@dataclass(frozen=True)
class _Model:
    """One model: `sql` makes it from nothing, `new_sql` the rows an incremental one has to add.

    `is_of_stories` is true for what the files and decisions of a story can change.
    """

    schema: str
    name: str
    kind: str
    sql: str
    new_sql: str | None
    key: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    is_of_stories: bool

    @property
    def table(self) -> str:
        return f'{self.schema}."{self.name}"'


@dataclass(frozen=True)
class Project:
    """Everything dbt made of the project, seeds filled, on an empty warehouse."""

    folder: Path
    models: tuple[_Model, ...]

    def build(
        self, warehouse: Path, today: str, *, from_nothing: bool, with_crm: bool = False
    ) -> None:
        """Builds every model on what landed in the warehouse.

        Args:
            warehouse: the DuckDB file.
            today: the logical date, YYYY-MM-DD.
            from_nothing: make seeds and views too, and incremental tables anew.
            with_crm: also what only the CRM can change.
        """
        config = {"threads": "1", "preserve_insertion_order": "false"}
        with duckdb.connect(str(warehouse), config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            # Of a few rows it makes nothing faster, and it takes a quarter of the time.
            connection.execute("pragma disable_optimizer")
            contact_values.register(connection)
            phone_numbers.register(connection)
            if from_nothing:
                self._copy_seeds(connection)
            for model in self.models:
                if not (from_nothing or with_crm or model.is_of_stories):
                    continue
                for statement in _statements(model, from_nothing=from_nothing):
                    connection.execute(statement.replace(_SOME_DAY, today))

    @contextmanager
    def emptied(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database of its own with everything that models read as empty tables."""
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            contact_values.register(connection)
            phone_numbers.register(connection)
            made = self.folder / "home" / "warehouse.duckdb"
            connection.execute(f"attach '{made}' as made (read_only)")
            tables = connection.execute(
                "select schema_name, table_name, "
                "string_agg(format('\"{}\" {}', column_name, data_type), ', ' "
                "order by column_index) "
                "from duckdb_columns() where database_name = 'made' and not internal group by all"
            ).fetchall()
            connection.execute("detach made")
            connection.execute("attach ':memory:' as warehouse")
            connection.execute("use warehouse")
            for schema, name, columns in tables:
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f'create table {schema}."{name}" ({columns})')
            yield connection

    def sql(self, name: str, today: str) -> str:
        """The query of a model on that logical date, YYYY-MM-DD."""
        (found,) = (model.sql for model in self.models if model.name == name)
        return found.replace(_SOME_DAY, today)

    def _copy_seeds(self, connection: duckdb.DuckDBPyConnection) -> None:
        for schema in {model.schema for model in self.models} | {"seeds"}:
            connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            f"attach '{self.folder / 'home' / 'warehouse.duckdb'}' as made (read_only)"
        )
        seeds = connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'made' and schema_name = 'seeds'"
        ).fetchall()
        for (name,) in seeds:
            connection.execute(
                f'create or replace table seeds."{name}" as from made.seeds."{name}"'
            )
        for (sql,) in connection.execute(
            "select sql from duckdb_tables() "
            "where database_name = 'made' and schema_name like 'raw\\_%' escape '\\'"
        ).fetchall():
            table = sql.removeprefix("CREATE TABLE ")
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table if not exists {table}")
        connection.execute("detach made")


def _statements(model: _Model, *, from_nothing: bool) -> Iterator[str]:
    if model.kind == "view":
        if from_nothing:
            yield f"create or replace view {model.table} as ({model.sql})"
    elif model.kind == "incremental" and not from_nothing:
        yield f"create or replace temp table new_rows as ({model.new_sql})"
        if model.key:
            same = " and ".join(f"old.{name} = new_rows.{name}" for name in model.key)
            yield f"delete from {model.table} as old using new_rows where {same}"
        yield f"insert into {model.table} by name select * from new_rows"
    elif model.columns:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in model.columns)
        yield f"create or replace table {model.table} ({columns})"
        yield f"insert into {model.table} by name select * from ({model.sql})"
    else:
        yield f"create or replace table {model.table} as ({model.sql})"


def project(base: Path) -> Project:
    """The compiled project, made by the first test process that asks for it.

    Args:
        base: the temporary folder of this test process.
    """
    return _project(parsed.shared(base) / "compiled")


@lru_cache(maxsize=1)
def _project(folder: Path) -> Project:
    folder.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / _NEW_ONLY).exists():
            _make(folder)
    full = json.loads((folder / _FULL).read_text(encoding="utf-8"))
    new_only = json.loads((folder / _NEW_ONLY).read_text(encoding="utf-8"))
    return Project(folder, tuple(_models(full, new_only)))


def _make(folder: Path) -> None:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    parsed.lend(folder.parent, home, folder / "target")
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    parsed.run_dbt(["build", *kinds], home, _SOME_DAY, folder / "target")
    shutil.copyfile(folder / "target" / "manifest.json", folder / _FULL)
    incremental = ("--select", "config.materialized:incremental")
    parsed.run_dbt(["compile", *incremental], home, _SOME_DAY, folder / "target")
    shutil.copyfile(folder / "target" / "manifest.json", folder / f".{_NEW_ONLY}")
    (folder / f".{_NEW_ONLY}").rename(folder / _NEW_ONLY)


def _models(full: Mapping[str, Any], new_only: Mapping[str, Any]) -> Iterator[_Model]:
    nodes = {name: node for name, node in full["nodes"].items() if node["resource_type"] == "model"}
    reached = _reached(full, nodes)
    for name in _in_order(nodes):
        node, config = nodes[name], nodes[name]["config"]
        assert config["materialized"] in ("view", "table", "incremental"), name
        is_incremental = config["materialized"] == "incremental"
        key = config.get("unique_key") or ()
        contract = node["columns"].items() if config["contract"]["enforced"] else ()
        yield _Model(
            schema=node["schema"],
            name=node["name"],
            kind=config["materialized"],
            sql=node["compiled_code"],
            new_sql=new_only["nodes"][name]["compiled_code"] if is_incremental else None,
            key=(key,) if isinstance(key, str) else tuple(key),
            columns=tuple((column, told["data_type"]) for column, told in contract),
            is_of_stories=name in reached,
        )


def _reached(manifest: Mapping[str, Any], nodes: Mapping[str, Any]) -> set[str]:
    """The models that read, directly or not, what stories land."""
    found: set[str] = set()
    open_ends = [
        name for name, source in manifest["sources"].items() if source["schema"] in _STORY_SCHEMAS
    ]
    while open_ends:
        read = [
            name
            for name in manifest["child_map"][open_ends.pop()]
            if name in nodes and not nodes[name]["path"].startswith(_OF_OTHER_SOURCES)
        ]
        open_ends += set(read) - found
        found |= set(read)
    return found


def _in_order(nodes: Mapping[str, Any]) -> list[str]:
    """Every model after those it reads."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in order:
            return
        for parent in nodes[name]["depends_on"]["nodes"]:
            if parent in nodes:
                visit(parent)
        order[name] = None

    for name in sorted(nodes):
        visit(name)
    return list(order)
