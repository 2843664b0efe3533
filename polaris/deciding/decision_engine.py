"""The database of the decision store: SQLite in POLARIS_HOME, or PostgreSQL for several hosts.

Here stand its tables, the triggers that refuse to change them, how one writer at a time is let in,
and what to say when the database does not answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.errors import Locked, PolarisError
from polaris.sqlite_reading import reading

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Table
    from sqlalchemy.exc import SQLAlchemyError

DECISIONS = (
    "decision_id",
    "decided_at",
    "actor",
    "role",
    "action",
    "subject_type",
    "subject_key",
    "payload",
    "reason",
    "revokes",
)
REFUSALS = (
    "refusal_id",
    "refused_at",
    "actor",
    "role",
    "action",
    "subject_type",
    "subject_key",
    "rule_code",
)
EXPORTS = (
    "export_id",
    "exported_at",
    "actor",
    "role",
    "name",
    "file_format",
    "row_count",
    "release",
)
GUARDED = {
    "decisions": "revoke them",
    "refusals": "they are a log",
    "exports": "they are a log",
}
_GUARDS = {
    "sqlite": (
        """
        create trigger if not exists {table}_refuse_update before update on {table}
        begin select raise(abort, '{table} are never updated; {advice}'); end
        """,
        """
        create trigger if not exists {table}_refuse_delete before delete on {table}
        begin select raise(abort, '{table} are never deleted; {advice}'); end
        """,
    ),
    "postgresql": (
        """
        create or replace function {table}_refuse() returns trigger language plpgsql as
        $$ begin raise exception '{table} are never changed; {advice}'; end $$
        """,
        "drop trigger if exists {table}_refuse_change on {table}",
        """
        create trigger {table}_refuse_change
        before update or delete or truncate on {table}
        for each statement execute function {table}_refuse()
        """,
    ),
}
_URL_HINT = (
    "It reads sqlite:////folder/file.sqlite, or postgresql+psycopg://user:password@host/database "
    "where that driver is installed (pip install 'psycopg[binary]')."
)
_SECONDS_TO_WAIT = 20
# Of PostgreSQL: a host that does not answer is noticed, and text comes as it was stored.
_LIBPQ = {
    "application_name": "polaris",
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
# Who writes to the store takes this one; it needs no right on the tables beside reading and adding.
_WRITERS = 7_065_708_965
_HAS_GUARDS = """
select count(*) from pg_trigger
where not tgisinternal and tgenabled <> 'D'
    and tgname in ('decisions_refuse_change', 'refusals_refuse_change', 'exports_refuse_change')
    and tgrelid in (to_regclass('decisions'), to_regclass('refusals'), to_regclass('exports'))
"""
_LOCK_NOT_GIVEN, _NO_RIGHT = "55P03", "42501"


@lru_cache(maxsize=8)
def connected(url: str | URL) -> Engine:
    """The engine of a store whose tables and triggers are there; they are made when missing.

    Raises:
        PolarisError: the URL can be none of a store.
        ImportError, SQLAlchemyError: it cannot be reached or made.
    """
    from sqlalchemy import create_engine, event

    parsed = _parsed(url) if isinstance(url, str) else url
    if parsed.get_backend_name() == "sqlite":
        # Transactions are begun by hand: the driver would begin them too late to exclude anybody.
        engine = create_engine(parsed, isolation_level="AUTOCOMMIT", hide_parameters=True)

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.execute(f"pragma busy_timeout = {_SECONDS_TO_WAIT * 1000}")
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")

    else:
        engine = create_engine(
            parsed,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=_connect_args(parsed),
        )
    _make(engine)
    return engine


@contextmanager
def opened(url: str | URL) -> Iterator[Connection]:
    """A connection for reading; a file is read where nothing can be written too.

    Raises:
        PolarisError: the URL can be none of a store.
        ImportError, SQLAlchemyError: it cannot be reached.
    """
    parsed = _parsed(url) if isinstance(url, str) else url
    with reading(parsed, lambda: connected(url), "decisions") as connection:
        yield connection


def file_url(file: Path) -> URL:
    """The URL of a SQLite file, whatever its name: in a text ? and @ would mean something else."""
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(file.absolute()))


def file_of(url: str) -> Path | None:
    """The file that a URL of SQLite names; None for another URL, whatever it holds."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    if not url.startswith("sqlite"):
        return None
    try:
        name = make_url(url).database
    except (ArgumentError, ValueError):
        return None
    return Path(name) if name and name != ":memory:" else None


def _parsed(text: str) -> URL:
    """The URL; no message repeats it, for it holds a password."""
    from sqlalchemy import make_url

    what = "POLARIS_DECISIONS_URL cannot be used"
    if "@" in text.partition("://")[2].rpartition("@")[0]:
        raise PolarisError(f"{what}: an @ in a user or a password is written as %40.")
    try:
        url = make_url(text)
    except ValueError:
        raise PolarisError(f"{what}: its port is no number. {_URL_HINT}") from None
    url.get_dialect()
    if url.get_backend_name() not in _GUARDS:
        raise PolarisError(f"{what}: it names another kind of database. {_URL_HINT}")
    return url


def _connect_args(url: URL) -> dict[str, Any]:
    if url.get_driver_name() != "psycopg":
        return {}
    found = {name: value for name, value in _LIBPQ.items() if name not in url.query}
    return found | {"prepare_threshold": None}  # a pooler between may hand out other sessions


def _make(engine: Engine) -> None:
    """Makes what is missing of the tables and triggers; nobody else does so meanwhile."""
    from sqlalchemy.schema import CreateTable

    is_postgres = engine.dialect.name == "postgresql"
    with _alone_if_new(engine), engine.begin() as connection:
        for step in ("", f"select pg_advisory_xact_lock({_WRITERS})") if is_postgres else ():
            if step:
                connection.exec_driver_sql(step)
            if connection.exec_driver_sql(_HAS_GUARDS).scalar() == len(GUARDED):
                return
        for name, advice in GUARDED.items():
            connection.execute(CreateTable(tables()[name], if_not_exists=True))
            for guard in _GUARDS[engine.dialect.name]:
                connection.exec_driver_sql(guard.format(table=name, advice=advice))


def _alone_if_new(engine: Engine) -> AbstractContextManager[Any]:
    """Keeps other processes out while a SQLite file is made: it waits for nobody then."""
    from filelock import FileLock

    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if not file or file == ":memory:" or (Path(file).exists() and Path(file).stat().st_size > 0):
        return nullcontext()
    if not Path(file).parent.is_dir():  # a lock would make the folder; opening the file says so
        return nullcontext()
    return FileLock(f"{file}.lock")


def begin_alone(connection: Connection) -> None:
    """Begins a transaction that no other writer of the store is in, and waits for its turn.

    PostgreSQL ends it where its process sleeps in it for minutes, so that nobody waits for ever.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin immediate")
        return
    connection.exec_driver_sql(f"set local lock_timeout = '{_SECONDS_TO_WAIT}s'")
    connection.exec_driver_sql("set local idle_in_transaction_session_timeout = '5min'")
    connection.exec_driver_sql(f"select pg_advisory_xact_lock({_WRITERS})")


def begin_reading(connection: Connection) -> None:
    """Begins a transaction that sees all tables as they are at one moment."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin")
    else:
        begin_alone(connection)


def explained(url: str, error: SQLAlchemyError) -> PolarisError:
    """What went wrong with the database, in a sentence with the next step."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).split("\n")
    # Below the first line PostgreSQL may repeat what was to be stored.
    words = lines if url.startswith("sqlite") else lines[:1]
    reason = " ".join(" ".join(words).split()).rstrip(".").removeprefix("connection failed: ")
    if "database is locked" in reason or _state(cause) == _LOCK_NOT_GIVEN:
        return Locked(
            "Another program keeps the decision store to itself; close it there, then try "
            "again. Nothing was stored or changed."
        )
    return PolarisError(
        f"The decision store cannot be used: {reason}. {_next_step(url, reason, _state(cause))}"
    )


def in_doubt(error: SQLAlchemyError) -> PolarisError | None:
    """What to say where the connection broke while a transaction was ended; None where it held."""
    if not getattr(error, "connection_invalidated", False):
        return None
    return PolarisError(
        "The decision store went away at the very moment of storing, and did not say whether it "
        "stored. When it is back look at the page Audit, or `polaris-load status`, before you "
        "decide the same again."
    )


def _state(cause: object) -> str | None:
    """The five characters by which PostgreSQL names an error."""
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)


def _next_step(url: str, reason: str, state: str | None) -> str:
    if not url.startswith("sqlite"):
        if state == _NO_RIGHT:
            return (
                "Its user has to read and add rows; whoever connects first has to own the "
                "database, for the tables are made then. Nothing was stored."
            )
        return (
            "See that its server runs and can be reached from here, and that database, user and "
            "password are right; nothing was stored."
        )
    if "file is not a database" in reason or "malformed" in reason:
        return "The file is damaged: put it back from a backup. Nothing was stored or changed."
    if "disk is full" in reason:
        return "Free some space there, then try again; nothing was stored."
    return "See that its folder is there, has space and may be written to; nothing was stored."


def url_problem(error: Exception) -> PolarisError:
    """What to say of a URL that no driver takes."""
    if isinstance(error, ImportError) and error.name == "psycopg2":
        return PolarisError(
            "POLARIS_DECISIONS_URL cannot be used: it has to begin with postgresql+psycopg:// "
            "(postgresql:// alone asks for another driver, psycopg2)."
        )
    return PolarisError(f"POLARIS_DECISIONS_URL cannot be used: {error}. {_URL_HINT}")


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """The store's tables by name."""
    from sqlalchemy import MetaData

    metadata = MetaData()
    return {
        "decisions": _table("decisions", "decision", DECISIONS, metadata),
        "refusals": _table("refusals", "refusal", REFUSALS, metadata),
        "exports": _table("exports", "export", EXPORTS, metadata),
    }


def _table(name: str, thing: str, columns: Sequence[str], metadata: Any) -> Table:
    from sqlalchemy import Column, Integer, Table, Text

    return Table(
        name,
        metadata,
        Column(f"{thing}_seq", Integer, primary_key=True, autoincrement=True),
        Column(f"{thing}_id", Text, nullable=False, unique=True),
        *(
            Column(column, Text, nullable=column in {"reason", "revokes"})
            for column in columns
            if column != f"{thing}_id"
        ),
        sqlite_autoincrement=True,
    )
