"""What people decided: an append-only store (interface.md §4).

SQLite in POLARIS_HOME, or any SQLAlchemy URL where several hosts write. Nothing is ever updated or
deleted: triggers in the database refuse it. Undoing is a new decision that revokes an old one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

_COLUMNS = (
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
_GUARDS = {
    "sqlite": (
        """
        create trigger if not exists decisions_refuse_update before update on decisions
        begin select raise(abort, 'decisions are never updated; revoke them'); end
        """,
        """
        create trigger if not exists decisions_refuse_delete before delete on decisions
        begin select raise(abort, 'decisions are never deleted; revoke them'); end
        """,
    ),
    "postgresql": (
        """
        create or replace function decisions_refuse() returns trigger language plpgsql as
        $$ begin raise exception 'decisions are never changed; revoke them'; end $$
        """,
        """
        create or replace trigger decisions_refuse_change
        before update or delete or truncate on decisions
        for each statement execute function decisions_refuse()
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
        subject_type: ticket, roster_teacher or decision.
        subject_key: of the subject.
        payload: fields of the action.
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


def append(
    settings: Settings,
    lines: Sequence[Mapping[str, Any]],
    *,
    actor: str,
    role: str,
    numbers: Sequence[int] | None = None,
) -> list[Decision]:
    """Stores all lines or none.

    Every line is checked against the catalogue, the current release and the decisions before it;
    the last check and the writing are one transaction, so that of two people who decide the same
    thing at once one is refused.

    Args:
        settings: where the store and the current release are.
        lines: {action, subject_type, subject_key, payload, reason, revokes?, actor?}.
        actor: who decides, where a line does not say.
        role: of the actor; it is checked for every line.
        numbers: the lines' numbers for messages; 1, 2, 3 when not given.

    Raises:
        BadInput: the message names every bad line by its number and what is wrong.
        PolarisError: the store cannot be reached.
    """
    from polaris import decision_facts, decision_rules

    numbered = dict(zip(numbers or range(1, len(lines) + 1), lines, strict=True))
    drafts, problems = decision_rules.shape(numbered, actor=actor, role=role)
    facts = decision_facts.published_facts(settings, drafts.values())
    with _exclusive(settings) as connection:
        stored = _all(connection)
        problems |= decision_rules.conflicts(drafts, stored, facts)
        if problems:
            raise BadInput(_refusal(problems, len(lines)))
        decided_at = datetime.now(UTC)
        rows = [
            {
                "decision_id": str(uuid.uuid4()),
                "decided_at": decided_at.isoformat(timespec="microseconds"),
                "actor": draft.actor,
                "role": draft.role,
                "action": draft.action.name,
                "subject_type": draft.action.subject_type,
                "subject_key": draft.subject_key,
                "payload": json.dumps(draft.payload, sort_keys=True),
                "reason": draft.reason,
                "revokes": draft.revokes,
            }
            for draft in drafts.values()
        ]
        if rows:
            connection.execute(_table().insert(), rows)
        return _all(connection)[len(stored) :]


def read_all(settings: Settings) -> list[Decision]:
    """Every decision, oldest first; an empty list before the first one."""
    if _is_default(settings) and not settings.decisions_path.exists():
        return []
    with _reachable(settings) as engine, engine.connect() as connection:
        return _all(connection)


def pending(settings: Settings) -> list[Decision]:
    """Decisions the current release does not show yet, oldest first."""
    from polaris import decision_facts

    shown = decision_facts.applied(settings)
    return [item for item in read_all(settings) if item.decision_id not in shown]


def _refusal(problems: Mapping[int, str], total: int) -> str:
    lines = "; ".join(f"line {number}: {problems[number]}" for number in sorted(problems))
    what = "line is" if total == 1 else "lines are"
    return f"No decision was stored, {len(problems)} of {total} {what} not valid: {lines}."


def _all(connection: Connection) -> list[Decision]:
    from sqlalchemy import select

    table = _table()
    rows = connection.execute(select(table).order_by(table.c.decision_seq)).mappings()
    return [
        Decision(
            **dict(row)
            | {
                "decided_at": datetime.fromisoformat(row["decided_at"]),
                "payload": json.loads(row["payload"]),
            }
        )
        for row in rows
    ]


@contextmanager
def _exclusive(settings: Settings) -> Iterator[Connection]:
    """A transaction in which nobody else can store a decision."""
    with _reachable(settings) as engine, engine.connect() as connection:
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
def _reachable(settings: Settings) -> Iterator[Engine]:
    """The store, made when missing; what goes wrong with the database becomes one sentence."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    if _is_default(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
    try:
        yield _engine(settings.decisions_url)
    except (ArgumentError, ImportError) as error:
        raise PolarisError(f"POLARIS_DECISIONS_URL cannot be used: {error}.") from None
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise PolarisError(f"The decision store cannot be used: {reason}.") from None


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
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.execute("pragma busy_timeout = 20000")

    else:
        engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(CreateTable(_table(), if_not_exists=True))
        for guard in _GUARDS.get(engine.dialect.name, ()):
            connection.exec_driver_sql(guard)
    return engine


@lru_cache(maxsize=1)
def _table() -> Table:
    from sqlalchemy import Column, Integer, MetaData, Table, Text

    return Table(
        "decisions",
        MetaData(),
        Column("decision_seq", Integer, primary_key=True, autoincrement=True),
        Column("decision_id", Text, nullable=False, unique=True),
        *(
            Column(name, Text, nullable=name in {"reason", "revokes"})
            for name in _COLUMNS
            if name != "decision_id"
        ),
        sqlite_autoincrement=True,
    )
