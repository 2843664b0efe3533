"""The one module that reads a release; nothing here, or behind it, ever opens the warehouse.

CURRENT is resolved for each request. A release file never changes once it is published, so
connections and answers are cached by its path and need no invalidation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from polaris.releases import current_name, published_at, release_path
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Params = Mapping[str, Any]

# Two releases at most are of interest: the current one and the one before a publish or rollback.
_CONNECTIONS_KEPT = 3
_ANSWERS_KEPT = 512


class ReleaseUnreadableError(Exception):
    """The published file is missing, damaged, or lacks a table this dashboard reads."""


@dataclass(frozen=True)
class OpenRelease:
    """The published release as one request sees it.

    Attributes:
        name: of the release; sorts by time.
        path: of its file.
        published_at: UTC.
    """

    name: str
    path: str
    published_at: datetime

    def rows(self, sql: str, params: Params | None = None) -> list[dict[str, Any]]:
        """The answer as plain dictionaries; timestamps are UTC."""
        return _rows(self.path, sql, dict(params or {}))

    def row(self, sql: str, params: Params | None = None) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def frame(self, sql: str, params: Params | None = None) -> pd.DataFrame:
        """The answer as a table for the screen; whole numbers stay whole beside nulls."""
        return _frame(self.path, sql, dict(params or {}))


def current(settings: Settings) -> OpenRelease | None:
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
    return OpenRelease(name=name, path=str(path), published_at=published_at(name))


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    connection.close()


@st.cache_resource(max_entries=_CONNECTIONS_KEPT, show_spinner=False, on_release=_close)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        connection = duckdb.connect(path, read_only=True)
        connection.execute("set TimeZone = 'UTC'")
    except duckdb.Error as error:
        raise ReleaseUnreadableError(f"The release file cannot be opened: {error}") from error
    return connection


def _execute(path: str, sql: str, params: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return _connection(path).cursor().execute(sql, params)
    except duckdb.CatalogException as error:
        raise ReleaseUnreadableError(
            f"The release lacks something this page reads: {str(error).splitlines()[0]}"
        ) from error


@st.cache_data(max_entries=_ANSWERS_KEPT, show_spinner=False)
def _rows(path: str, sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = _execute(path, sql, params)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@st.cache_data(max_entries=_ANSWERS_KEPT, show_spinner=False)
def _frame(path: str, sql: str, params: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    table = _execute(path, sql, params).to_arrow_table()
    return table.to_pandas(types_mapper=pd.ArrowDtype)
