"""The append-only store of decisions, refusals and exports (interface.md §4).

SQLite in POLARIS_HOME, or PostgreSQL where several hosts write (`decision_engine`). Nothing is ever
updated or deleted: triggers in the database refuse it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.deciding import decision_engine
from polaris.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Row


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


def is_absent(settings: Settings) -> bool:
    """Whether nothing was ever stored, so that a reader need not make the store."""
    return _is_default(settings) and not settings.decisions_path.exists()


def file_of(settings: Settings) -> Path | None:
    """The file of the store; None where a server keeps it."""
    if _is_default(settings):
        return settings.decisions_path
    return decision_engine.file_of(settings.decisions_url)


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


def read_all(settings: Settings) -> list[Decision]:
    """Every decision, oldest first; an empty list before the first one.

    Raises:
        PolarisError: the store cannot be used.
    """
    if is_absent(settings):
        return []
    with opened(settings) as connection:
        return list(read(connection))


def insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[Decision]:
    """Stores decisions, in a transaction of `exclusive`, and returns them with their numbers."""
    before = add(connection, "decisions", rows)
    return [_decision(row) for row in _after(connection, before)] if rows else []


def add(connection: Connection, name: str, rows: Sequence[dict[str, Any]]) -> int:
    """Adds rows to a table of the store, in a transaction of `exclusive`.

    They get the next numbers without a gap, as readers go by the last number that they saw.

    Returns:
        The last number before them.
    """
    from sqlalchemy import func, select

    table = decision_engine.tables()[name]
    (number,) = table.primary_key
    before: int = connection.execute(select(func.max(number))).scalar() or 0
    if rows:
        numbered = [{number.name: at, **row} for at, row in enumerate(rows, before + 1)]
        connection.execute(table.insert(), numbered)
    return before


def rows_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Every row of a table of the store as it stands there, oldest first."""
    from sqlalchemy import select

    table = decision_engine.tables()[name]
    found = connection.execute(select(table).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def put_back(connection: Connection, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Stores rows of `rows_of` with the numbers they have; the table must be empty."""
    if rows:
        connection.execute(decision_engine.tables()[name].insert(), list(rows))


def read_refusals(connection: Connection) -> list[Refusal]:
    """Every refusal, oldest first."""
    from sqlalchemy import select

    table = decision_engine.tables()["refusals"]
    # What a restore brought back has later numbers than what was noted before it.
    rows = connection.execute(select(table).order_by(table.c.refused_at, table.c.refusal_seq))
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

    table = decision_engine.tables()["decisions"]
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
    """A transaction in which nobody else can store anything.

    Raises:
        PolarisError: the store cannot be used, or broke away while it was to store.
    """
    from sqlalchemy.exc import SQLAlchemyError

    with reachable(settings) as engine, engine.connect() as connection:
        decision_engine.begin_alone(connection)
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        try:
            connection.commit()
        except SQLAlchemyError as error:
            raise decision_engine.in_doubt(error) or error from None


@contextmanager
def reachable(settings: Settings) -> Iterator[Engine]:
    """The store, made when missing; what goes wrong with the database becomes one sentence."""
    with _told(settings) as url:
        yield decision_engine.connected(url)


@contextmanager
def opened(settings: Settings) -> Iterator[Connection]:
    """The store for reading, on a disk without a free byte too; failures as in `reachable`."""
    with _told(settings) as url, decision_engine.opened(url) as connection:
        yield connection


@contextmanager
def at_one_moment(settings: Settings) -> Iterator[Connection]:
    """The store for reading as it stands at one moment, whoever stores meanwhile.

    Raises:
        PolarisError: the store cannot be used.
    """
    with opened(settings) as connection:
        decision_engine.begin_reading(connection)
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def _told(settings: Settings) -> Iterator[str | URL]:
    """The address of the store; what goes wrong with it in the block becomes one sentence."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    url: str | URL = settings.decisions_url
    if _is_default(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
        url = decision_engine.file_url(settings.decisions_path)
    try:
        yield url
    except (ArgumentError, ImportError) as error:
        raise decision_engine.url_problem(error) from None
    except SQLAlchemyError as error:
        raise decision_engine.explained(settings.decisions_url, error) from None


def _is_default(settings: Settings) -> bool:
    return settings.decisions_url == f"sqlite:///{settings.decisions_path}"
