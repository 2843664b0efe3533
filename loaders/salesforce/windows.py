"""Which changes a run asks for, and from where the next one goes on.

The watermark is the upper bound of what was asked for, by the clock of the CRM, never the newest
row that came: a transaction becomes visible after its SystemModstamp, so the next window begins
a while before the watermark, and none reaches up to now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# A change shows up at most so late; rows that come twice are recognised by their hash.
LAG = timedelta(seconds=600)
WEEKLY_LAG = timedelta(hours=48)
# Nothing younger is asked for: its transaction may still be going on.
YOUNGEST = timedelta(minutes=5)
# How far back the CRM tells which records were deleted.
DELETED_FOR = timedelta(days=15)


@dataclass(frozen=True)
class Part:
    """A stretch of a long reading, which is asked for and lands on its own.

    Attributes:
        lower: first SystemModstamp.
        upper: the first one that is no longer asked for; None for the last part, which goes as far
            as any reading.
    """

    lower: datetime
    upper: datetime | None = None


@dataclass(frozen=True)
class Ask:
    """What a run wants of every object.

    Attributes:
        cadence: `daily`, or `weekly`: a longer overlap, and every record that is there.
        full: everything, not only changes.
        since: changes from this moment on (aware); None for the watermark.
        part: of those changes the ones of a stretch; None for all.
        limit: at most so many records of each object, the oldest changes first.
        label: written on the loads.
        most_missing: share of the known records that a full list may lack before none of them
            counts as deleted.
    """

    cadence: str = "daily"
    full: bool = False
    since: datetime | None = None
    part: Part | None = None
    limit: int | None = None
    label: str | None = None
    most_missing: float = 0.05

    @property
    def goes_on(self) -> bool:
        """Whether a further part of the same reading follows."""
        return self.part is not None and self.part.upper is not None


@dataclass(frozen=True)
class Window:
    """What is asked of one object.

    Attributes:
        mode: `full`, `delta`, `since` or `limited`.
        lower: first SystemModstamp; None for all.
        upper: the first one that is no longer asked for; a full list has no such bound.
        limit: at most so many records.
        watermark: what the load may move the watermark to; None leaves it where it is.
    """

    mode: str
    lower: datetime | None
    upper: datetime
    limit: int | None
    watermark: datetime | None

    @property
    def is_full_list(self) -> bool:
        """Whether every record there is will be listed."""
        return self.mode == "full"

    def lists_all(self, ask: Ask) -> bool:
        """Whether the load knows every id there is: by a full list, or by one of ids alone."""
        return self.is_full_list or (ask.cadence == "weekly" and self.mode == "delta")

    def condition(self) -> str:
        """The WHERE of the query; empty for a full list."""
        parts = []
        if self.lower is not None:
            parts.append(f"SystemModstamp >= {soql(self.lower)}")
        if not self.is_full_list:
            parts.append(f"SystemModstamp < {soql(self.upper)}")
        return " WHERE " + " AND ".join(parts) if parts else ""

    def where(self) -> str:
        """The condition with its order and limit."""
        last = f" ORDER BY SystemModstamp, Id LIMIT {self.limit}" if self.limit else ""
        return self.condition() + last


def plan(ask: Ask, watermark: datetime | None, now: datetime, *, complete: bool = False) -> Window:
    """The window of an object.

    Args:
        ask: what the run wants.
        watermark: of the object's loads so far; None before the first.
        now: by the clock of the CRM.
        complete: take everything although only changes were asked for.
    """
    upper = (now - YOUNGEST).replace(microsecond=0)
    if watermark is not None and is_ahead(watermark, now):
        watermark = None
    lag = WEEKLY_LAG if ask.cadence == "weekly" else LAG
    lower = None if watermark is None else min(watermark, upper) - lag
    if ask.since is not None:
        # Between the watermark and a later start lies a gap that nobody has read.
        reaches = watermark is not None and ask.since <= watermark
        lower, mode = ask.since.astimezone(UTC), "since"
        moves = upper if reaches and not ask.goes_on else None
        if ask.part is not None:
            lower = ask.part.lower.astimezone(UTC)
            upper = min(upper, ask.part.upper or upper)
    elif ask.full or complete or watermark is None:
        lower, mode, moves = None, "full", upper
    else:
        mode, moves = "delta", upper
    if ask.limit is not None:
        mode = "limited"
    return Window(mode, lower, upper, ask.limit, moves)


def parts(since: datetime, now: datetime, length: timedelta) -> tuple[Part, ...]:
    """The stretches of a reading from a moment on, the oldest first.

    Each but the last ends so long ago that every transaction in it has become visible: it need not
    be read again by whoever goes on with the reading later.

    Args:
        since: where the first begins.
        now: by the clock of the CRM.
        length: of each but the last, which ends with the reading.
    """
    found, since = [], since.astimezone(UTC)
    while since + length <= now - YOUNGEST - LAG:
        found.append(Part(since, since + length))
        since += length
    return (*found, Part(since))


def is_ahead(watermark: datetime, now: datetime) -> bool:
    """Whether a watermark lies in the future: a clock was wrong, and what lies behind is unread."""
    return watermark > now + LAG


def makes_no_progress(window: Window, rows: int, newest: datetime | None) -> bool:
    """Whether the next limited run would ask for the same records again."""
    if window.limit is None or window.lower is None or newest is None or rows < window.limit:
        return False
    return newest - LAG <= window.lower


def reached(window: Window, rows: int, newest: datetime | None) -> datetime | None:
    """The watermark of a load that brought so many rows, the newest of them changed then.

    A limited load that was cut short goes no further than its last row.
    """
    if window.watermark is None or window.limit is None or rows < window.limit:
        return window.watermark
    return None if newest is None else min(window.watermark, newest)


def soql(moment: datetime) -> str:
    """An instant as a query spells it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
