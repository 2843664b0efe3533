"""The append-only store of decisions, refusals and exports (interface.md §4).

SQLite in POLARIS_HOME, or any SQLAlchemy URL where several hosts write. Nothing is ever updated or
deleted: triggers in the database refuse it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.errors import Locked, PolarisError
from polaris.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row, Table

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
_GUARDED = {
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
        """
        create or replace trigger {table}_refuse_change
        before update or delete or truncate on {table}
        for each statement execute function {table}_refuse()
        """,
    ),
}


@dataclass(frozen=True)
class Decision:
    """One stored decision.

    Attributes:
        decision_seq: 1, 2, 3 in the order they were stored.
        decision_id: a UUID.
        decided_at: UTC.
        actor: who.
        role: of the actor when it was stored.
        action: a name of the catalogue.
        subject_type: ticket, event, person, district, flag, roster_teacher, pair, issue, semester,
            violation or decision.
        subject_key: of the subject.
        payload: fields of the action; shared between readers, so never change it.
        reason: in the actor's words; None where none was given.
        revokes: the decision this one takes back; None otherwise.
    """

    decision_seq: int
    decision_id: str
    decided_at: datetime
    actor: str
    role: str
    action: str
    subject_type: str
    subject_key: str
    payload: dict[str, Any]
    reason: str | None
    revokes: str | None

    def as_row(self) -> dict[str, Any]:
        """The columns of the store, for landing."""
        return asdict(self) | {"payload": json.dumps(self.payload, sort_keys=True)}


@dataclass(frozen=True)
class Refusal:
    """A decision that somebody had no right to take; keys and codes only.

    Attributes:
        refusal_id: a UUID.
        refused_at: UTC.
        actor: who tried.
        role: of the actor.
        action: that was tried.
        subject_type: of the subject.
        subject_key: of the subject; "?" where what was sent has not the shape of a key.
        rule_code: role_may_not, out_of_scope or other_actor.
    """

    refusal_id: str
    refused_at: datetime
    actor: str
    role: str
    action: str
    subject_type: str
    subject_key: str
    rule_code: str


# What was read before, by store: rows never change, so only newer ones are read again.
_seen: dict[str, tuple[Decision, ...]] = {}
_seen_lock = threading.Lock()
_STORES_REMEMBERED = 8
_URL_HINT = (
    "It reads sqlite:////folder/file.sqlite, or postgresql+psycopg://user:password@host/database "
    "where that driver is installed (pip install 'psycopg[binary]')."
)


def is_absent(settings: Settings) -> bool:
    """Whether nothing was ever stored, so that a reader need not make the store."""
    return _is_default(settings) and not settings.decisions_path.exists()


def read(connection: Connection) -> tuple[Decision, ...]:
    """Every committed decision, oldest first; only what is new since the last call is fetched."""
    key = connection.engine.url.render_as_string(hide_password=False)
    known = _seen.get(key, ())
    if known:
        last = known[-1]
        rows = _after(connection, last.decision_seq - 1)
        if rows and (rows[0].decision_seq, rows[0].decision_id) == (
            last.decision_seq,
            last.decision_id,
        ):
            found = known + tuple(_decision(row) for row in rows[1:])
        else:  # another store stands at the same address
            found = tuple(_decision(row) for row in _after(connection, 0))
    else:
        found = tuple(_decision(row) for row in _after(connection, 0))
    with _seen_lock:
        if len(_seen) >= _STORES_REMEMBERED and key not in _seen:
            _seen.clear()
        _seen[key] = found
    return found


def insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[Decision]:
    """Stores rows and returns them with the numbers they got."""
    from sqlalchemy import func, select

    if not rows:
        return []
    table = tables()["decisions"]
    before = connection.execute(select(func.max(table.c.decision_seq))).scalar() or 0
    connection.execute(table.insert(), list(rows))
    return [_decision(row) for row in _after(connection, before)]


def insert_refusals(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Stores refusals."""
    connection.execute(tables()["refusals"].insert(), list(rows))


def read_refusals(connection: Connection) -> list[Refusal]:
    """Every refusal, oldest first."""
    from sqlalchemy import select

    table = tables()["refusals"]
    rows = connection.execute(select(table).order_by(table.c.refusal_seq))
    return [
        Refusal(
            refusal_id=row.refusal_id,
            refused_at=datetime.fromisoformat(row.refused_at),
            actor=row.actor,
            role=row.role,
            action=row.action,
            subject_type=row.subject_type,
            subject_key=row.subject_key,
            rule_code=row.rule_code,
        )
        for row in rows
    ]


def _after(connection: Connection, decision_seq: int) -> Sequence[Row[Any]]:
    from sqlalchemy import select

    table = tables()["decisions"]
    query = select(table).where(table.c.decision_seq > decision_seq)
    return connection.execute(query.order_by(table.c.decision_seq)).all()


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        decision_seq=row.decision_seq,
        decision_id=row.decision_id,
        decided_at=datetime.fromisoformat(row.decided_at),
        actor=row.actor,
        role=row.role,
        action=row.action,
        subject_type=row.subject_type,
        subject_key=row.subject_key,
        payload=json.loads(row.payload),
        reason=row.reason,
        revokes=row.revokes,
    )


@contextmanager
def exclusive(settings: Settings) -> Iterator[Connection]:
    """A transaction in which nobody else can store a decision."""
    with reachable(settings) as engine, engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("begin immediate")
        else:
            connection.exec_driver_sql("lock table decisions in exclusive mode")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


@contextmanager
def reachable(settings: Settings) -> Iterator[Engine]:
    """The store, made when missing; what goes wrong with the database becomes one sentence."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    if _is_default(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
    try:
        yield _engine(settings.decisions_url)
    except (ArgumentError, ImportError) as error:
        raise PolarisError(f"POLARIS_DECISIONS_URL cannot be used: {error}. {_URL_HINT}") from None
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        if "database is locked" in reason:
            raise Locked(
                "Another program keeps the decision store to itself; close it there, then try "
                "again. Nothing was stored or changed."
            ) from None
        raise PolarisError(
            f"The decision store cannot be used: {reason}. {_next_step(settings, reason)}"
        ) from None


def _next_step(settings: Settings, reason: str) -> str:
    """What to do about a store that answers with an error."""
    if not settings.decisions_url.startswith("sqlite"):
        return "See that its server runs and can be reached from here; nothing was stored."
    if "file is not a database" in reason or "malformed" in reason:
        return "The file is damaged: put it back from a backup. Nothing was stored or changed."
    return "See that its folder is there, has space and may be written to; nothing was stored."


def _is_default(settings: Settings) -> bool:
    return settings.decisions_url == f"sqlite:///{settings.decisions_path}"


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.schema import CreateTable

    if url.startswith("sqlite"):
        # Transactions are begun by hand: the driver would begin them too late to exclude anybody.
        engine = create_engine(url, isolation_level="AUTOCOMMIT")

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.execute("pragma busy_timeout = 20000")
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")

    else:
        engine = create_engine(url)
    with _alone_if_new(engine), engine.begin() as connection:
        for name, advice in _GUARDED.items():
            connection.execute(CreateTable(tables()[name], if_not_exists=True))
            for guard in _GUARDS.get(engine.dialect.name, ()):
                connection.exec_driver_sql(guard.format(table=name, advice=advice))
    return engine


def _alone_if_new(engine: Engine) -> AbstractContextManager[Any]:
    """Keeps other processes out while a SQLite file is made: it waits for nobody then."""
    from filelock import FileLock

    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if not file or file == ":memory:" or (Path(file).exists() and Path(file).stat().st_size > 0):
        return nullcontext()
    if not Path(file).parent.is_dir():  # a lock would make the folder; opening the file says so
        return nullcontext()
    return FileLock(f"{file}.lock")


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
