"""What somebody should hear of now: what the release says, what the ledger says, and logins.

A run that fails publishes nothing, so no release tells of it; the ledger does (platform.md §5.7).
Nothing here names a person or repeats what a server answered: codes, ids and figures only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import starmap
from typing import Any

from polaris import freshness, ledger, releases, report, status
from polaris.freshness import PAGE, WARN
from polaris.settings import SITE_ZONE, Settings

# A failure that a later success has answered by then calls nobody.
_PATIENCE = timedelta(minutes=30)
# What the loader of the CRM calls a login that does not work, and an allowance that is used up.
_CAUSES = {
    "login refused": ("credentials_expired", "The login of Salesforce is refused."),
    "limit reached": ("rate_limit", "The calls that Salesforce allows us are used up."),
}
_EXPIRES_SOON_DAYS = 14
_RELEASE = """
    select alert_type, source, severity, run_id, metric, measured, threshold, message, link,
        first_seen_at
    from ops.alerts
    where alert_type <> 'freshness'
"""
# A night comes once a day and may take long; a month after the last one they were given up.
_NIGHT_HOURS = {WARN: 36.0, PAGE: 60.0}
_NIGHTS_GIVEN_UP = timedelta(days=30)


@dataclass(frozen=True)
class Alert:
    """One thing to hear of.

    Attributes:
        alert_type: run_failed, run_partially_failed, credentials_expired, rate_limit, or one of
            ops.alerts.
        source: pathful, roster, csv, salesforce, identity, build or nightly.
        severity: warn, or page where somebody is called at once.
        run_id: the run it is about; None for none.
        metric: what was measured, by code.
        measured: what it is; None where nothing is counted.
        threshold: from where on it is told; None where nothing is counted.
        message: a sentence without names of people.
        link: the page of the dashboard that shows it, below its address.
        first_seen_at: since when it has been so, UTC.
    """

    alert_type: str
    source: str
    severity: str
    run_id: str | None
    metric: str
    measured: float | None
    threshold: float | None
    message: str
    link: str
    first_seen_at: datetime

    def payload(self, settings: Settings) -> dict[str, Any]:
        """The alert as data, with the whole address of its page."""
        return {
            "type": self.alert_type,
            "source": self.source,
            "severity": self.severity,
            "run_id": self.run_id,
            "link": f"{settings.dashboard_url}/{self.link}",
            "metric": self.metric,
            "measured": self.measured,
            "threshold": self.threshold,
            "message": self.message,
            "first_seen": report.instant(self.first_seen_at),
        }


def standing(settings: Settings, now: datetime) -> list[Alert]:
    """Everything that somebody should hear of at that moment, what calls somebody first.

    Raises:
        PolarisError: the release or the ledger cannot be read.
    """
    found = [
        *_of_ledger(settings, now),
        *_of_nights(settings, now),
        *_of_credentials(settings, now),
        *_of_release(settings, now),
    ]
    return sorted(
        found, key=lambda one: (one.severity != PAGE, one.source, one.alert_type, one.metric)
    )


def _of_ledger(settings: Settings, now: datetime) -> list[Alert]:
    return [_of_run(kind, run, now) for kind, run in sorted(status.failed_runs(settings).items())]


def _of_nights(settings: Settings, now: datetime) -> list[Alert]:
    """Nights that no longer come: no run fails, so nothing else would tell of it."""
    nights = (
        run for run in ledger.list_runs(settings, source="nightly", limit=50) if not run.dry_run
    )
    last = next(nights, None)
    if last is None or last.status == "running" or now - last.started_at > _NIGHTS_GIVEN_UP:
        return []
    hours = (now - last.started_at) / timedelta(hours=1)
    reached = [severity for severity, limit in _NIGHT_HOURS.items() if hours > limit]
    if not reached:
        return []
    limit = _NIGHT_HOURS[reached[-1]]
    return [
        Alert(
            alert_type="freshness",
            source="nightly",
            severity=reached[-1],
            run_id=last.run_id,
            metric="nightly",
            measured=round(hours, 1),
            threshold=limit,
            message="No night has begun for longer than a day; look at what should start it.",
            link=f"runs?run={last.run_id}",
            first_seen_at=last.started_at + timedelta(hours=_NIGHT_HOURS[WARN]),
        )
    ]


def _of_run(kind: str, run: ledger.Run, now: datetime) -> Alert:
    ended = run.finished_at or run.started_at
    why = f"`polaris-load runs show {run.run_id}` says why."
    words = {"failed": f"The run failed; {why}", "partially_failed": f"A part of it failed; {why}"}
    alert_type, message = f"run_{run.status}", words[run.status]
    for cause in _causes(run):
        if cause in _CAUSES:
            alert_type, message = _CAUSES[cause]
    return Alert(
        alert_type=alert_type,
        source=run.source,
        severity=PAGE if now - ended >= _PATIENCE else WARN,
        run_id=run.run_id,
        metric=kind,
        measured=None,
        threshold=None,
        message=message,
        link=f"runs?run={run.run_id}",
        first_seen_at=ended,
    )


def _causes(run: ledger.Run) -> list[str]:
    """In the loader's words, why objects of the CRM could not be read."""
    try:
        objects = json.loads(run.counts_json or "{}").get("objects") or []
    except (ValueError, AttributeError):
        return []
    return [str(one.get("cause")) for one in objects if isinstance(one, dict)]


def _of_credentials(settings: Settings, now: datetime) -> list[Alert]:
    ends = settings.alerts.credentials_expire
    if ends is None or settings.salesforce.login is None:
        return []
    today = now.astimezone(SITE_ZONE).date()
    left = (ends - today).days
    if left > _EXPIRES_SOON_DAYS:
        return []
    day = datetime(ends.year, ends.month, ends.day, tzinfo=SITE_ZONE)
    return [
        Alert(
            alert_type="credentials_expired",
            source="salesforce",
            severity=PAGE if left < 0 else WARN,
            run_id=None,
            metric="days_left",
            measured=float(left),
            threshold=float(_EXPIRES_SOON_DAYS),
            message=f"The login of Salesforce {'ended' if left < 0 else 'ends'} on {ends}.",
            link="source_health",
            first_seen_at=(day - timedelta(days=_EXPIRES_SOON_DAYS)).astimezone(UTC),
        )
    ]


def _of_release(settings: Settings, now: datetime) -> list[Alert]:
    import duckdb

    path = releases.current_release(settings)
    if path is None:
        return []
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        sources = freshness.sources(connection, now)
        try:
            rows = connection.execute(_RELEASE).fetchall()
        except duckdb.CatalogException:  # a release of an earlier version
            rows = []
    return [_of_source(row, now) for row in sources if row.get("severity") is not None] + [
        replace(alert, first_seen_at=alert.first_seen_at.astimezone(UTC))
        for alert in starmap(Alert, rows)
    ]


def _of_source(row: Mapping[str, Any], now: datetime) -> Alert:
    """A source that is too old, or says no time that can be believed."""
    lag = row["lag_hours"]
    message = "The source is older than the hours allowed."
    if lag is None:
        message = "The source says no time of its records."
    elif lag <= row["warn_hours"]:
        message = "A time of the source lies ahead of the clock."
    return Alert(
        alert_type="freshness",
        source=str(row.get("run_source") or row["source"]),
        severity=str(row["severity"]),
        run_id=row["last_run_id"],
        metric=str(row["source"]),
        measured=lag,
        threshold=row["page_hours"] if row["severity"] == PAGE else row["warn_hours"],
        message=message,
        link="source_health",
        first_seen_at=freshness.since(row, now),
    )
