"""How old the sources are now, not only when the release was built (platform.md §5.1).

A night that no longer runs builds nothing, so that its last release would call every source fresh
for ever. Whoever looks therefore adds the time since the release measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from polaris.settings import SITE_ZONE

if TYPE_CHECKING:
    import duckdb

WARN, PAGE = "warn", "page"
_HOUR = timedelta(hours=1)
# A night may begin before midnight and publish after it.
_SAME_CLOCK = timedelta(days=1)
_CLOCK = "select max(published_at), max(logical_date) from ops.releases where is_current"


def aged(
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    published_at: datetime | None,
    logical_date: date | None,
) -> list[dict[str, Any]]:
    """Rows of ops.source_freshness as they would be, were they measured now.

    A release whose logical date is not the day it was published has a clock of its own, as a sample
    has; its sources stay as old as it says.

    Args:
        rows: of ops.source_freshness; those of an earlier version stay as they are.
        now: aware.
        published_at: of the release, aware.
        logical_date: of the release.
    """
    if published_at is None or logical_date is None or has_own_clock(published_at, logical_date):
        return [dict(row) for row in rows]
    return [_aged(row, now) for row in rows]


def limited(
    rows: Sequence[Mapping[str, Any]], warn_hours: float, page_hours: float
) -> list[dict[str, Any]]:
    """Rows of `aged` as other hours would judge them; of what people bring nothing changes."""
    hours = {"warn_hours": warn_hours, "page_hours": page_hours}
    return [
        dict(row)
        if row.get("cadence") != "scheduled" or row.get("last_success_at") is None
        else _judged(dict(row) | hours)
        if row.get("lag_hours") is not None
        else dict(row) | hours
        for row in rows
    ]


def has_own_clock(published_at: datetime, logical_date: date) -> bool:
    """Whether the sources of a release are as old as it says, whatever time it is now."""
    return abs(published_at.astimezone(SITE_ZONE).date() - logical_date) > _SAME_CLOCK


def sources(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[dict[str, Any]]:
    """Every source of a release as old as it is now, by name; none where it knows no freshness."""
    known = connection.execute(
        "select 1 from information_schema.tables "
        "where table_schema = 'ops' and table_name = 'source_freshness'"
    ).fetchone()
    if known is None:
        return []
    found = connection.execute("select * from ops.source_freshness order by source")
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    published_at, logical_date = connection.execute(_CLOCK).fetchone() or (None, None)
    return aged(rows, now, published_at, logical_date)


def since(row: Mapping[str, Any], now: datetime) -> datetime:
    """Since when a source has been older than allowed, UTC; now where nothing says it."""
    lag, warn_hours = row.get("lag_hours"), row.get("warn_hours")
    if lag is None or warn_hours is None:
        return now
    older_by = timedelta(hours=max(float(lag) - float(warn_hours), 0.0))
    return (now - older_by).astimezone(UTC)


def _aged(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    measured_at, lag, age = row.get("measured_at"), row.get("lag_hours"), row.get("age_hours")
    if measured_at is None:
        return dict(row)
    passed = max((now - measured_at) / _HOUR, 0.0)
    age = None if age is None else round(age + passed, 1)
    if lag is None:
        return dict(row) | {"age_hours": age}
    lag = round(lag + passed, 1)
    return _judged(dict(row) | {"lag_hours": lag, "age_hours": age})


def _judged(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the verdict on its lag."""
    lag = row["lag_hours"]
    is_old = lag > row["warn_hours"]
    pages = row["page_hours"] is not None and lag > row["page_hours"]
    severity = PAGE if pages else WARN if is_old or row["is_clock_ahead"] else None
    kept = "fresh" if row["status"] == "stale" else row["status"]
    return dict(row) | {"status": "stale" if is_old else kept, "severity": severity}
