"""The whole store of decisions as one SQLite file: a backup, or the way to another host."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.deciding import decision_engine, decision_store
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection


def backup(settings: Settings, file: Path) -> dict[str, int]:
    """Writes everything that is stored into a new file, while others go on working.

    The file is a store itself: it can stand in the place of `decisions.sqlite`.

    Returns:
        Table -> rows.

    Raises:
        BadInput: the file exists, or its folder does not.
        PolarisError: there is no store, or it cannot be used, or the file cannot be written.
    """
    from sqlalchemy.exc import SQLAlchemyError

    if file.exists():
        raise BadInput(f"{file} exists; name a file that does not.")
    store = decision_store.file_of(settings)
    if store is not None and not (store.exists() and store.stat().st_size):
        raise PolarisError(
            f"There is no decision store {store}, so nothing was written. See that its folder is "
            "there, and that POLARIS_HOME and POLARIS_DECISIONS_URL name the right one; before the "
            "first decision there is none."
        )
    with decision_store.at_one_moment(settings) as connection:
        kept = {name: decision_store.rows_of(connection, name) for name in decision_engine.GUARDED}
    if not file.parent.is_dir():
        raise BadInput(f"{file} cannot be written: there is no folder {file.parent}.")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
            unfinished = Path(folder) / file.name
            _write(unfinished, kept)
            unfinished.replace(file)
    except OSError as error:
        raise _unwritten(file, error.strerror) from None
    except SQLAlchemyError as error:
        raise _unwritten(file, str(getattr(error, "orig", None) or error)) from None
    return {name: len(rows) for name, rows in kept.items()}


def _write(file: Path, kept: dict[str, list[dict[str, Any]]]) -> None:
    """Writes a store of these rows, which nobody has open afterwards."""
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


def _unwritten(file: Path, reason: str | None) -> PolarisError:
    return PolarisError(
        f"{file} cannot be written: {reason}. Nothing of it is left there; see that {file.parent} "
        "has space and may be written to."
    )


def restore(settings: Settings, file: Path) -> dict[str, int]:
    """Fills a store without decisions with what a backup, or another store, holds; all or nothing.

    Ids and times stay as they were, and so does the order of the decisions. Who looks at a page or
    takes an export after the decisions were lost begins the logs of a new store: what the file has
    of these comes behind.

    Args:
        settings: where to; the store may be missing, but hold no decision.
        file: a `decisions.sqlite`.

    Returns:
        Table -> rows.

    Raises:
        BadInput: the file is none of a store, or the store holds decisions already.
        PolarisError: the store cannot be used.
    """
    kept = {name: _read(file, name) for name in decision_engine.GUARDED}
    with decision_store.exclusive(settings) as connection:
        if there := len(decision_store.rows_of(connection, "decisions")):
            raise BadInput(
                f"The store holds {there:,} decisions already, and only one without any is filled; "
                f"nothing was stored. {_way_to_an_empty_one(settings)}"
            )
        for name, rows in kept.items():
            _fill(connection, name, rows)
    return {name: len(rows) for name, rows in kept.items()}


def _fill(connection: Connection, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Stores rows with the numbers they have, or behind those that are there already."""
    there = decision_store.rows_of(connection, name)
    if not there:
        decision_store.put_back(connection, name, rows)
        return
    number, key = list(decision_engine.tables()[name].columns.keys())[:2]
    known = {row[key] for row in there}
    new = [row for row in rows if row[key] not in known]
    decision_store.add(
        connection, name, [{c: value for c, value in row.items() if c != number} for row in new]
    )


def _way_to_an_empty_one(settings: Settings) -> str:
    file = decision_store.file_of(settings)
    if file is None:
        return "Name an empty database in POLARIS_DECISIONS_URL."
    return (
        f"If these are not to be kept, move {file.name}, {file.name}-wal and {file.name}-shm away "
        f"from {file.parent} while nothing runs, then give the command again."
    )


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
