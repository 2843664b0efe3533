"""What was sent to whom about what is wrong: a table beside the run ledger, only ever added to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta

from polaris.settings import Settings

SENT, FAILED, HELD = "sent", "failed", "held"

_TABLE = """
create table if not exists alert_deliveries (
    delivered_at text not null, channel text not null, status text not null,
    alert_type text not null, source text not null, severity text not null, run_id text,
    metric text not null, tries integer not null, reason text
);
create trigger if not exists alert_deliveries_are_not_changed
before update on alert_deliveries
begin select raise(abort, 'deliveries are never changed'); end;
create trigger if not exists alert_deliveries_are_not_deleted
before delete on alert_deliveries
begin select raise(abort, 'deliveries are never deleted'); end;
"""
_BUSY_SECONDS = 20


@dataclass(frozen=True)
class Delivery:
    """One attempt to tell one channel of one alert.

    Attributes:
        delivered_at: UTC.
        channel: email, slack or webhook.
        status: sent; failed; or held, where too many went that way within a minute.
        alert_type: of the alert, in the words of `ops.alerts`.
        source: of the alert.
        severity: of the alert.
        run_id: of the alert; None where it is about no run.
        metric: of the alert.
        tries: how often the other side was asked.
        reason: a kind of failure; never what a server said, for that repeats addresses.
    """

    delivered_at: datetime
    channel: str
    status: str
    alert_type: str
    source: str
    severity: str
    run_id: str | None
    metric: str
    tries: int = 0
    reason: str | None = None


def add(settings: Settings, delivery: Delivery) -> None:
    """Writes one down.

    Raises:
        sqlite3.Error: the ledger cannot be written.
    """
    values = astuple(delivery)
    places = ", ".join("?" * len(values))
    with _open(settings) as connection:
        connection.execute(
            f"insert into alert_deliveries values ({places})",
            (_text(delivery.delivered_at), *values[1:]),
        )


def since(settings: Settings, moment: datetime) -> list[Delivery]:
    """What was tried since a moment, oldest first; nothing before the first run.

    Raises:
        sqlite3.Error: the ledger cannot be read.
    """
    if not settings.ledger_path.exists():
        return []
    names = ", ".join(one.name for one in fields(Delivery))
    with _open(settings) as connection:
        rows = connection.execute(
            f"select {names} from alert_deliveries where delivered_at >= ? order by rowid",
            (_text(moment),),
        ).fetchall()
    return [Delivery(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]


def newest(settings: Settings, now: datetime, days: int = 30) -> list[Delivery]:
    """What was tried in the last days, newest first."""
    return list(reversed(since(settings, now - timedelta(days=days))))


@contextmanager
def _open(settings: Settings) -> Iterator[sqlite3.Connection]:
    settings.home.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(settings.ledger_path, timeout=_BUSY_SECONDS)
    try:
        connection.executescript(_TABLE)
        with connection:
            yield connection
    finally:
        connection.close()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
