"""The one module that reads a release; nothing here, or behind it, ever opens the warehouse.

CURRENT is resolved for each request. A release file never changes once it is published, so
connections and answers are cached by its path and need no invalidation.

What a person may read is a scope. A scope that is not everything never sees the file itself: its
connection holds views of the same names that let through the rows of the policy (polaris.scope).
Connections and answers are cached by path and scope, so no answer ever crosses scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.who import Person
from polaris import access
from polaris.releases import current_name, published_at, release_path
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Params = Mapping[str, Any]

# Two releases at most are of interest, the current one and the one before a publish or rollback,
# each in every scope somebody has.
_CONNECTIONS_KEPT = 48
_ANSWERS_KEPT = 512


class ReleaseUnreadableError(Exception):
    """The published file is missing, damaged, or lacks a table this dashboard reads."""


@dataclass(frozen=True)
class Scope:
    """Which part of a release is read.

    Attributes:
        role: as the access policy knows it; "" reads everything, for facts about the release.
        districts: the district keys of a district role.
        teacher_key: of the one teacher, for the role teacher.
    """

    role: str = ""
    districts: tuple[str, ...] = ()
    teacher_key: str | None = None


EVERYTHING = Scope()


def scope_of(person: Person) -> Scope:
    """What a person may read; an administrator reads everything."""
    if access.sees_only_own_district(person.role):
        return Scope(person.role, tuple(sorted(person.districts)))
    role = access.effective_role(person.role)
    return EVERYTHING if role == access.ADMIN else Scope(role)


@dataclass(frozen=True)
class OpenRelease:
    """The published release as one request sees it.

    Attributes:
        name: of the release; sorts by time.
        path: of its file.
        published_at: UTC.
        scope: the part of it that is read.
    """

    name: str
    path: str
    published_at: datetime
    scope: Scope = EVERYTHING

    @property
    def tells_few(self) -> bool:
        """Whether its reader may see figures about few students (salesforce.md §9.2)."""
        return not self.scope.role or access.may(self.scope.role, "view_student_figures")

    def rows(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """The answer as plain dictionaries; timestamps are UTC."""
        return _rows(self.path, self.scope, sql, dict(params or {}))

    def row(self, sql: str, params: Params | None = None) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def frame(self, sql: str, params: Params | None = None) -> pd.DataFrame:
        """The answer as a table for the screen; whole numbers stay whole beside nulls."""
        return _frame(self.path, self.scope, sql, dict(params or {}))


def current(settings: Settings, scope: Scope = EVERYTHING) -> OpenRelease | None:
    """The published release, or None when nothing has been published yet.

    Raises:
        ReleaseUnreadableError: CURRENT names a file that is not there.
    """
    name = current_name(settings)
    if name is None:
        return None
    path = release_path(settings, name)
    if not path.exists():
        raise ReleaseUnreadableError(f"The release {name} is published but its file is missing.")
    return OpenRelease(name, str(path), published_at(name), scope)


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    connection.close()


@st.cache_resource(max_entries=_CONNECTIONS_KEPT, show_spinner=False, on_release=_close)
def _connection(path: str, scope: Scope) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        if scope == EVERYTHING:
            connection = duckdb.connect(path, read_only=True)
        else:
            connection = _scoped(path, scope)
        connection.execute("set TimeZone = 'UTC'")
    except duckdb.Error as error:
        raise ReleaseUnreadableError(f"The release file cannot be opened: {error}") from error
    return connection


def _scoped(path: str, scope: Scope) -> duckdb.DuckDBPyConnection:
    """A database of its own that holds nothing but the views of the scope over the release."""
    import duckdb

    from polaris import scope as policy

    connection = duckdb.connect(":memory:")
    quoted = path.replace("'", "''")
    connection.execute(f"attach '{quoted}' as published (read_only)")
    views = policy.views(scope.role, scope.districts, teacher_key=scope.teacher_key)
    for schema in sorted({schema for schema, _, _ in views}):
        connection.execute(f"create schema {schema}")
    known = set(
        connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = 'published'"
        ).fetchall()
    )
    for schema, table, sql in views:
        if (f"{schema}.{table}",) in known:
            connection.execute(f'create view "{schema}"."{table}" as {sql}')
    return connection


def _execute(
    path: str, scope: Scope, sql: str, params: dict[str, Any]
) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return _connection(path, scope).cursor().execute(sql, params)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ReleaseUnreadableError(
            f"The release lacks something this page reads: {str(error).splitlines()[0]}"
        ) from error


@st.cache_data(max_entries=_ANSWERS_KEPT, show_spinner=False)
def _rows(path: str, scope: Scope, sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = _execute(path, scope, sql, params)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@st.cache_data(max_entries=_ANSWERS_KEPT, show_spinner=False)
def _frame(path: str, scope: Scope, sql: str, params: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    table = _execute(path, scope, sql, params).to_arrow_table()
    return table.to_pandas(types_mapper=pd.ArrowDtype)
