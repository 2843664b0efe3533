"""The file of the run ledger: its table, made where it is missing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.sqlite_reading import reading

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Table


@lru_cache(maxsize=1)
def table() -> Table:
    """The table of runs; see `ledger.Run`."""
    from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text

    def text(name: str, *, required: bool = False, default: str | None = None) -> Column[str]:
        return Column(name, Text, nullable=not required, server_default=default)

    return Table(
        "runs",
        MetaData(),
        Column("run_seq", Integer, primary_key=True, autoincrement=True),
        Column("run_id", Text, nullable=False, unique=True),
        text("source", required=True),
        text("adapter"),
        text("command", required=True),
        text("status", required=True),
        text("stage", required=True, default=""),
        Column("stage_done", Integer, nullable=False, server_default="0"),
        Column("stage_total", Integer, nullable=False, server_default="0"),
        Column("dry_run", Boolean, nullable=False),
        text("label"),
        text("started_at", required=True),
        text("finished_at"),
        text("triggered_by", required=True),
        Column("pid", Integer, nullable=False),
        text("process"),
        text("file_name"),
        text("file_sha256"),
        text("report_type"),
        text("error_summary"),
        text("warnings_json", required=True, default="[]"),
        text("ingest_params_json", required=True, default="{}"),
        text("counts_json", required=True, default="{}"),
        text("gate_json"),
        text("release"),
        sqlite_autoincrement=True,
    )


@lru_cache(maxsize=8)
def engine(path: Path) -> Engine:
    """The ledger at a path, with its table.

    Raises:
        SQLAlchemyError: it cannot be opened, or is no ledger.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.schema import CreateTable

    made = create_engine(_url(path))

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma busy_timeout = 20000")

    with made.begin() as connection:
        connection.execute(CreateTable(table(), if_not_exists=True))
        _add_process(connection)
    return made


def opened(path: Path) -> AbstractContextManager[Connection]:
    """The ledger at a path for reading, where nothing can be written too.

    Raises:
        SQLAlchemyError: it cannot be read, or is no ledger.
    """
    return reading(_url(path), lambda: engine(path), table().name)


def _url(path: Path) -> URL:
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(path))


def _add_process(connection: Connection) -> None:
    """Adds the column that a ledger of an earlier version lacks."""
    asked = "select count(*) from pragma_table_info('runs') where name = 'process'"
    if connection.exec_driver_sql(asked).scalar() == 0:
        connection.exec_driver_sql("begin immediate")  # of two at once, the second finds it there
        if connection.exec_driver_sql(asked).scalar() == 0:
            connection.exec_driver_sql("alter table runs add column process text")
