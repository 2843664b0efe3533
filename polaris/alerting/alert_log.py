"""What was sent to whom about what is wrong: a table beside the run ledger, only ever added to.

No address is in it. Who took a message is kept as marks, made with a salt of their delivery: they
answer whether an address that is at hand was told, and neither name it nor link two deliveries.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime, timedelta

from polaris.settings import Settings

SENT, PARTLY, FAILED, HELD = "sent", "partly", "failed", "held"

_TABLE = """
create table if not exists alert_deliveries (
    delivered_at text not null, channel text not null, status text not null,
    alert_type text not null, source text not null, severity text not null, run_id text,
    metric text not null, tries integer not null, reason text,
    reached integer, refused integer, heard text
);
create trigger if not exists alert_deliveries_are_not_changed
before update on alert_deliveries
begin select raise(abort, 'deliveries are never changed'); end;
create trigger if not exists alert_deliveries_are_not_deleted
before delete on alert_deliveries
begin select raise(abort, 'deliveries are never deleted'); end;
"""
# What a log of an earlier version lacks.
_ADDED = {"reached": "integer", "refused": "integer", "heard": "text"}
_BUSY_SECONDS = 20
_SALT_BYTES = _MARK_BYTES = 8


@dataclass(frozen=True)
class Delivery:
    """One attempt to tell one channel of one alert.

    Attributes:
        delivered_at: UTC.
        channel: email, slack or webhook.
        status: sent, where everybody who was asked took it; partly, where some did; failed, where
            nobody did; or held, where too many went that way within a minute.
        alert_type: of the alert, in the words of `ops.alerts`.
        source: of the alert.
        severity: of the alert.
        run_id: of the alert; None where it is about no run.
        metric: of the alert.
        tries: how often the other side was asked.
        reason: a kind of failure; never what a server said, for that repeats addresses.
        reached: how many of those who were asked took it; None where nobody was asked, or an
            earlier version wrote it.
        refused: how many did not, likewise.
        heard: the marks of those who took it; see `marks`.
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
    reached: int | None = None
    refused: int | None = None
    heard: str | None = field(default=None, repr=False)

    @property
    def why_not(self) -> str | None:
        """The reason, with how many it stands for where several were asked."""
        asked = (self.reached or 0) + (self.refused or 0)
        if self.reason is None or asked < 2:
            return self.reason
        return f"{self.reason} ({self.refused} of {asked})"

    def has_reached(self, recipient: str) -> bool:
        """Whether that one took it.

        Where an earlier version wrote it down, everybody did or it is not known who.
        """
        if self.heard is None:
            return self.status == SENT
        salt, *found = self.heard.split()
        return any(hmac.compare_digest(_mark(salt, recipient), one) for one in found)


def marks(recipients: Iterable[str]) -> str:
    """A new salt and the mark of each recipient, parted by blanks."""
    salt = secrets.token_hex(_SALT_BYTES)
    return " ".join([salt, *sorted(_mark(salt, one) for one in recipients)])


def _mark(salt: str, recipient: str) -> str:
    """Addresses that differ in capitals only are one."""
    said = recipient.lower().encode()
    return hashlib.blake2b(said, digest_size=_MARK_BYTES, salt=bytes.fromhex(salt)).hexdigest()


def add(settings: Settings, delivery: Delivery) -> None:
    """Writes one down.

    Raises:
        sqlite3.Error: the ledger cannot be written.
    """
    values = astuple(delivery)
    names = ", ".join(one.name for one in fields(Delivery))
    places = ", ".join("?" * len(values))
    with _open(settings) as connection:
        connection.execute(
            f"insert into alert_deliveries ({names}) values ({places})",
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
        _add_columns(connection)
        with connection:
            yield connection
    finally:
        connection.close()


def _add_columns(connection: sqlite3.Connection) -> None:
    """Adds the columns that a log of an earlier version lacks."""
    if not _lacking(connection):
        return
    with connection:
        connection.execute("begin immediate")  # of two at once, the second finds them there
        for name in _lacking(connection):
            connection.execute(f"alter table alert_deliveries add column {name} {_ADDED[name]}")


def _lacking(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("select name from pragma_table_info('alert_deliveries')")
    there = {name for (name,) in rows}
    return [name for name in _ADDED if name not in there]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
