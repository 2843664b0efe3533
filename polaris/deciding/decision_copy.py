"""The whole store of decisions as one SQLite file: a backup, or the way to another host."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from polaris.deciding import decision_engine, decision_store
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings


def backup(settings: Settings, file: Path) -> dict[str, int]:
    """Writes everything that is stored into a new file, while others go on working.

    The file is a store itself: it can stand in the place of `decisions.sqlite`.

    Returns:
        Table -> rows.

    Raises:
        BadInput: the file exists or cannot be written.
        PolarisError: the store cannot be used.
    """
    if file.exists():
        raise BadInput(f"{file} exists; name a file that does not.")
    with decision_store.exclusive(settings) as connection:
        kept = {name: decision_store.rows_of(connection, name) for name in decision_engine.GUARDED}
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
            unfinished = Path(folder) / file.name
            _write(unfinished, kept)
            unfinished.replace(file)
    except PolarisError as error:
        raise BadInput(f"{file} cannot be written: {error.message}") from None
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.") from None
    return {name: len(rows) for name, rows in kept.items()}


def _write(file: Path, kept: dict[str, list[dict[str, Any]]]) -> None:
    """Writes a store of these rows, which nobody has open afterwards."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = decision_engine.connected.__wrapped__(decision_engine.file_url(file))
        try:
            with engine.connect() as connection:
                decision_engine.begin_alone(connection)
                for name, rows in kept.items():
                    decision_store.put_back(connection, name, rows)
                connection.commit()
                # So that it can be read from where nothing may be written.
                connection.exec_driver_sql("pragma journal_mode = delete")
        finally:
            engine.dispose()
    except SQLAlchemyError as error:
        raise decision_engine.explained("sqlite", error) from None


def restore(settings: Settings, file: Path) -> dict[str, int]:
    """Fills an empty store with what a backup, or the store of another host, holds; all or nothing.

    Ids, times and the order stay as they were.

    Args:
        settings: where to; the store may be missing, but hold nothing.
        file: a `decisions.sqlite`.

    Returns:
        Table -> rows.

    Raises:
        BadInput: the file is none of a store, or the store holds something already.
        PolarisError: the store cannot be used.
    """
    kept = {name: _read(file, name) for name in decision_engine.GUARDED}
    with decision_store.exclusive(settings) as connection:
        for name in kept:
            there = len(decision_store.rows_of(connection, name))
            if there:
                raise BadInput(
                    f"The store holds {there:,} {name} already, and only an empty one is filled; "
                    "nothing was stored."
                )
        for name, rows in kept.items():
            decision_store.put_back(connection, name, rows)
    return {name: len(rows) for name, rows in kept.items()}


def _read(file: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table of a file, which stays as it is."""
    columns: Sequence[str] = decision_engine.tables()[name].columns.keys()
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            found = source.execute(
                f"select {', '.join(columns)} from {name} order by {columns[0]}"
            ).fetchall()
    except sqlite3.Error as error:
        raise BadInput(f"{file} is no store of decisions, or is damaged: {error}.") from None
    return [dict(zip(columns, row, strict=True)) for row in found]
