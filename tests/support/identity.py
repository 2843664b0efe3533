"""The models that resolve identities, run in a DuckDB in memory on people a test makes up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks import linkage_models
from tests.support import compiled

_LAST = ("int_identity__pairs", "int_identity__households")


class Identity:
    """The compiled models and the seeds they read.

    Args:
        base: the temporary folder of this test process.
    """

    def __init__(self, base: Path) -> None:
        project = compiled.project(base)
        self._seeds = project.folder / "home" / "warehouse.duckdb"
        self._statements = {model.name: model.sql for model in project.models}
        known = {
            model.name: linkage_models.Model(model.name, model.kind, model.sql)
            for model in project.models
            if model.name.startswith("int_identity__")
        }
        needed: dict[str, None] = {}

        def add(name: str) -> None:
            for other in known:
                if other != name and f'"{other}"' in known[name].sql and other not in needed:
                    add(other)
            needed[name] = None

        for name in _LAST:
            add(name)
        self.models = [known[name] for name in needed]

    def connect(self, params: Mapping[str, float] | None = None) -> duckdb.DuckDBPyConnection:
        """A database with the seeds; `params` are other values of rule_match_params."""
        connection = linkage_models.connect(":memory:")
        connection.execute(f"attach '{self._seeds}' as made (read_only)")
        connection.execute("create schema seeds")
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'made' and schema_name = 'seeds'"
        ).fetchall():
            connection.execute(f'create table seeds."{name}" as from made.seeds."{name}"')
        connection.execute("detach made")
        # The compiled day is far ahead; people of today's years stay believable on it.
        connection.execute("update seeds.rule_birth_ages set max_age = 200")
        for name, value in (params or {}).items():
            connection.execute(
                "update seeds.rule_match_params set value = ? where name = ?", [value, name]
            )
        return connection

    def resolve(
        self, people: Iterable[Mapping[str, str | None]], params: Mapping[str, float] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Builds everything on `people`: record_id and any of the columns of a labelled set."""
        connection = self.connect(params)
        names = linkage_models.PEOPLE_COLUMNS
        listed = list(people)
        columns = {
            name: pa.array([one.get(name) for one in listed], type=pa.string()) for name in names
        }
        connection.register("given_people", pa.table(columns))
        linkage_models.fill_people(connection, "from given_people")
        linkage_models.run(connection, "memory", self.models)
        return connection

    def statement(self, name: str) -> str:
        """The statement of any model, on tables of the database in memory."""
        return self._statements[name].replace('"warehouse".', '"memory".')
