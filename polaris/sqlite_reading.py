"""Reading a SQLite file where not a byte can be written: on a full disk, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

# What SQLite says where it has no room for the index of its log, which it keeps beside the file.
_NO_ROOM = ("disk I/O error", "database or disk is full")
_SECONDS_TO_WAIT = 2


@contextmanager
def reading(url: URL, engine: Callable[[], Engine], table: str) -> Iterator[Connection]:
    """A connection for reading.

    A log of what is new is read through an index in a file of its own beside it. Where the disk has
    no room for that file SQLite does without one for whoever has the database to himself; so it is
    opened that way, for this reading alone.

    Args:
        url: of the database.
        engine: gives the engine that serves where there is room; it may fail where there is none.
        table: that is to be read; a file without it was never made to the end.

    Raises:
        SQLAlchemyError: the database cannot be read.
    """
    from sqlalchemy import inspect
    from sqlalchemy.exc import DatabaseError

    try:
        connection = engine().connect()
    except DatabaseError as error:
        if url.get_backend_name() != "sqlite" or not _is_for_want_of_room(error):
            raise
        connection = _alone(url).connect()
        if not inspect(connection).has_table(table):
            connection.close()
            raise
    with connection:
        yield connection


def _is_for_want_of_room(error: Exception) -> bool:
    return any(words in str(error) for words in _NO_ROOM)


def _alone(url: URL) -> Engine:
    """An engine that has the database to itself while it reads, and keeps no connection."""
    from sqlalchemy import NullPool, create_engine, event

    made = create_engine(url, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute(f"pragma busy_timeout = {_SECONDS_TO_WAIT * 1000}")
        connection.execute("pragma locking_mode = exclusive")
        connection.execute("pragma query_only = on")

    return made
