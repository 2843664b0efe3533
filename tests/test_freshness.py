"""Sources grow old after the release was built, too: a night that stopped builds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from polaris import freshness, ledger, status
from polaris.alerting import alerts
from polaris.settings import Settings
from tests.support import fake_release

MEASURED = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)
CRM: dict[str, Any] = {
    "source": "salesforce", "run_source": "salesforce", "cadence": "scheduled", "status": "fresh",
    "severity": None, "lag_hours": 1.0, "age_hours": 0.5, "warn_hours": 12.0, "page_hours": 24.0,
    "is_clock_ahead": False, "measured_at": MEASURED, "last_run_id": "n", "row_count": 4,
    "last_success_at": MEASURED,
}  # fmt: skip


def after(hours: float, **columns: Any) -> tuple[Any, ...]:
    (row,) = freshness.aged([CRM | columns], MEASURED + timedelta(hours=hours), MEASURED, DAY)
    return row["status"], row["severity"], row["lag_hours"], row["age_hours"]


@pytest.mark.parametrize(
    ("hours", "columns", "found"),
    [
        (11, {}, ("fresh", None, 12.0, 11.5)),
        (11.2, {}, ("stale", "warn", 12.2, 11.7)),
        (23, {}, ("stale", "warn", 24.0, 23.5)),
        (23.2, {}, ("stale", "page", 24.2, 23.7)),
        (400, {"page_hours": None}, ("stale", "warn", 401.0, 400.5)),
        (1, {"is_clock_ahead": True}, ("fresh", "warn", 2.0, 1.5)),
        (-1, {}, ("fresh", None, 1.0, 0.5)),
        (99, {"lag_hours": None, "status": "unknown", "severity": "warn"},
         ("unknown", "warn", None, 0.5)),
        (99, {"measured_at": None}, ("fresh", None, 1.0, 0.5)),
    ],
)  # fmt: skip
def test_a_source_is_as_old_as_it_is_now(
    hours: float, columns: dict[str, Any], found: tuple[Any, ...]
) -> None:
    assert after(hours, **columns) == found


@pytest.mark.parametrize(
    ("published", "ages"),
    [
        (MEASURED, True),
        (datetime(2026, 3, 12, 4, 59, tzinfo=UTC), True),  # the evening of the eleventh in Chicago
        (datetime(2026, 3, 12, 5, 1, tzinfo=UTC), False),
        (datetime(2026, 11, 22, tzinfo=UTC), False),
    ],
)
def test_a_release_with_a_clock_of_its_own_stays_as_old_as_it_says(
    published: datetime, ages: bool
) -> None:
    (row,) = freshness.aged([CRM], published + timedelta(days=9), published, DAY)
    assert (row["status"] == "stale") == ages


def test_health_and_alerts_tell_of_a_source_that_grew_old_since_the_release(
    settings: Settings,
) -> None:
    path = fake_release.publish(settings.home)
    now = ledger.utc_now()
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from ops.source_freshness")
        connection.execute("delete from ops.alerts")
        # What the release itself said when it was built is not what holds now.
        connection.execute(
            "insert into ops.alerts (alert_type, source, severity) "
            "values ('freshness', 'x', 'warn')"
        )
        row = CRM | {"measured_at": now - timedelta(hours=30), "last_success_at": now}
        names = ", ".join(row)
        places = ", ".join("?" * len(row))
        connection.execute(
            f"insert into ops.source_freshness ({names}) values ({places})", list(row.values())
        )
        connection.execute(
            "update ops.releases set published_at = ?, logical_date = ?",
            [now - timedelta(hours=30), (now - timedelta(hours=30)).date()],
        )
    (old,) = alerts.standing(settings, now)
    assert (old.alert_type, old.source, old.severity, old.measured, old.threshold) == (
        "freshness", "salesforce", "page", 31.0, 24.0
    )  # fmt: skip
    assert old.first_seen_at == now - timedelta(hours=19)
    health = status.health(settings)
    assert "salesforce is stale: read up to 31.0 hours ago." in health["warnings"]
    later = replace(old, measured=41.0)
    assert alerts.standing(settings, now + timedelta(hours=10)) == [later]


def test_nights_that_stopped_are_told_of(settings: Settings) -> None:
    start = ledger.RunStart(source="nightly", command="nightly", triggered_by="cron")
    assert alerts.standing(settings, ledger.utc_now()) == []
    run_id = ledger.start_run(settings, start)
    began = ledger.utc_now()
    assert alerts.standing(settings, began + timedelta(hours=61)) == []  # it is at work
    ledger.finish_run(settings, run_id, "succeeded", finished_at=began)
    told = {
        hours: [one.severity for one in alerts.standing(settings, began + timedelta(hours=hours))]
        for hours in (35.9, 36.1, 60.1, 24 * 30 + 1)
    }
    assert told == {35.9: [], 36.1: ["warn"], 60.1: ["page"], 24 * 30 + 1: []}
    (late,) = alerts.standing(settings, began + timedelta(hours=61))
    assert (late.source, late.metric, late.run_id, late.link) == (
        "nightly", "nightly", run_id, f"runs?run={run_id}"
    )  # fmt: skip
    # A rehearsal is no night.
    ledger.start_run(settings, replace(start, dry_run=True))
    assert alerts.standing(settings, began + timedelta(hours=61)) == [late]
