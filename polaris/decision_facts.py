"""What the current release knows about the subjects and targets of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polaris import releases
from polaris.actions import Action
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb

_STATES = {
    "created": "resolved",
    "open": "pending",
    "fixed": "resolved",
    "suppressed": "ignored",
    "wont_fix": "ignored",
}


@dataclass(frozen=True)
class Draft:
    """A decision whose shape is right; see `Decision`."""

    action: Action
    actor: str
    role: str
    subject_key: str
    payload: dict[str, Any]
    reason: str | None
    revokes: str | None


@dataclass(frozen=True)
class Facts:
    """What the current release says about the subjects and targets of some drafts.

    Attributes:
        release: its name; None when nothing is published.
        states: (subject table, key) -> state.
        types: ticket key -> type.
        targets: (target table, key) of every target that exists.
        themselves: (ticket key, target key) where the target is the ticket's own provisional
            record: matching one to the other would say nothing.
        own_keys: ticket key -> the provisional record that stands for the ticket.
        applied: ids of the decisions the release shows.
    """

    release: str | None = None
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    targets: set[tuple[str, str]] = field(default_factory=set)
    themselves: set[tuple[str, str]] = field(default_factory=set)
    own_keys: dict[str, str] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)


def published_facts(settings: Settings, drafts: Iterable[Draft]) -> Facts:
    """Looks up in the current release everything the drafts speak of."""
    wanted = [draft for draft in drafts if draft.revokes is None]
    path = releases.current_release(settings)
    if path is None:
        return Facts()
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        columns = {
            f"{schema}.{table}.{column}"
            for schema, table, column in connection.execute(
                "select table_schema, table_name, column_name from information_schema.columns"
            ).fetchall()
        }
        states, types = _subjects(connection, wanted, columns)
        return Facts(
            release=path.stem,
            states=states,
            types=types,
            targets=_targets(connection, wanted, columns),
            themselves=_themselves(connection, wanted, columns),
            own_keys=_own_keys(connection, columns),
            applied=_applied(connection, columns),
        )


def applied(settings: Settings) -> set[str]:
    """Ids of the decisions the current release shows."""
    return published_facts(settings, ()).applied


def _subjects(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[Draft], columns: set[str]
) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    states: dict[tuple[str, str], str] = {}
    types: dict[str, str] = {}
    queries = {
        ("queues.queue_unmatched", "ticket_key"): (
            "select ticket_key, status, unmatched_type from queues.queue_unmatched"
            " where ticket_key in (select unnest(?))"
        ),
        ("queues.queue_dq_violations", "record_key"): (
            "select record_key, if(bool_or(status = 'open'), 'open', min(status)), null"
            " from queues.queue_dq_violations where record_key in (select unnest(?)) group by 1"
        ),
        ("marts.fct_teacher_roster", "roster_key"): (
            "select roster_key, if(is_active, 'active', 'inactive'), null"
            " from marts.fct_teacher_roster where roster_key in (select unnest(?))"
        ),
    }
    for (table, column), query in queries.items():
        keys = {draft.subject_key for draft in drafts if draft.action.subject_table == table}
        if not keys or f"{table}.{column}" not in columns:
            continue
        for key, state, kind in connection.execute(query, [sorted(keys)]).fetchall():
            states[table, key] = _STATES.get(state, state)
            if kind is not None:
                types[key] = kind
    return states, types


def _targets(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[Draft], columns: set[str]
) -> set[tuple[str, str]]:
    wanted: dict[tuple[str, str], set[str]] = {}
    for draft in drafts:
        action = draft.action
        if f"{action.target_table}.{action.target_column}" in columns:
            place = (action.target_table, action.target_column)
            wanted.setdefault(place, set()).add(draft.payload[action.target_column])
    return {
        (table, key)
        for (table, column), keys in wanted.items()
        for (key,) in connection.execute(
            f"select distinct {column} from {table} where {column} in (select unnest(?))",
            [sorted(keys)],
        ).fetchall()
    }


def _themselves(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[Draft], columns: set[str]
) -> set[tuple[str, str]]:
    """Pairs of a ticket and the provisional school that stands for it until it is decided.

    One string is one ticket and a provisional school in each district that uses it.
    """
    keys = sorted({draft.subject_key for draft in drafts if draft.action.subject_type == "ticket"})
    if not keys or "queues.queue_unmatched.ticket_key" not in columns:
        return set()
    found: set[tuple[str, str]] = set()
    if "marts.dim_schools.is_provisional" in columns:
        found |= set(
            connection.execute(
                """
                select ticket.ticket_key, school.school_key
                from queues.queue_unmatched as ticket
                inner join marts.dim_schools as school
                    on school.is_provisional
                    and lower(trim(school.school_name)) = lower(trim(ticket.attempted_school))
                where ticket.ticket_key in (select unnest(?))
                    and ticket.unmatched_type = 'school_unresolved'
                """,
                [keys],
            ).fetchall()
        )
    return found


def _own_keys(connection: duckdb.DuckDBPyConnection, columns: set[str]) -> dict[str, str]:
    if "queues.queue_unmatched.own_key" not in columns:
        return {}
    rows = connection.execute(
        "select ticket_key, own_key from queues.queue_unmatched where own_key is not null"
    ).fetchall()
    return dict(rows)


def _applied(connection: duckdb.DuckDBPyConnection, columns: set[str]) -> set[str]:
    if "ops.audit_log.decision_id" not in columns:
        return set()
    rows = connection.execute("select decision_id from ops.audit_log").fetchall()
    return {decision_id for (decision_id,) in rows}
