"""Sources grow old after the release was built, too: a night that stopped builds nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from dashboard import queries_overview
from dashboard.sources import queries_salesforce
from polaris import freshness, ledger, status
from polaris.alerting import alerts
from polaris.settings import Settings
from tests.support import compiled, fake_release

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
        (11.04, {}, ("fresh", None, 12.0, 11.5)),
        (11.2, {}, ("stale", "warn", 12.2, 11.7)),
        (23, {}, ("stale", "warn", 24.0, 23.5)),
        (23.2, {}, ("stale", "page", 24.2, 23.7)),
        (400, {"page_hours": None}, ("stale", "warn", 401.0, 400.5)),
        (1, {"is_clock_ahead": True}, ("fresh", "warn", 2.0, 1.5)),
        (-1, {}, ("fresh", None, 1.0, 0.5)),
        (99, {"lag_hours": None, "status": "unknown", "severity": "warn"},
         ("unknown", "warn", None, 99.5)),
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
    later = published + timedelta(days=9)
    (row,) = freshness.aged([CRM], later, published, DAY)
    assert (row["status"] == "stale") == ages
    # Nor does one grow old that does not say when it is of.
    assert freshness.aged([CRM], later, None, DAY) == [CRM]
    assert freshness.aged([CRM], later, published, None) == [CRM]


# Around each limit by more and by less than is rounded away; MANUAL is of what people bring.
WARNS, PAGES, MANUAL = 12, 24, 336
NEAR = (-0.06, -0.04, 0, 0.04, 0.06)
LAGS = [limit + near for limit in (WARNS, PAGES, MANUAL) for near in NEAR]
Row = dict[str, Any]


class Releases:
    """What models of ops say where all was read so many hours before MEASURED."""

    def __init__(self, project: compiled.Project, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._sql = {
            name: project.sql(name, DAY.isoformat())
            for name in ("source_freshness", "alerts", "crm_objects")
        }
        scheduled = {"cadence": "scheduled", "is_shown_when_never": False}
        manual = {"cadence": "manual", "is_shown_when_never": True, "warn_hours": MANUAL}
        crm = {"cadence": "daily", "label": "x", "extra_warn_hours": 0}
        self._put(
            "seeds.rule_source_freshness",
            scheduled | {"source": "salesforce", "report_type": "salesforce"},
            scheduled | {"source": "sheet", "report_type": "sheet"},
            manual | {"source": "pathful", "report_type": "session_report"},
            manual | {"source": "roster", "report_type": "roster"},
        )
        self._put(
            "seeds.rule_crm_objects",
            *(crm | {"object_name": name} for name in ("Contact", "Case", "Task")),
        )

    @functools.cache  # noqa: B019 of a few rows, for the tests of this file
    def measured(
        self, lag: float, at: datetime, warns: int = WARNS, pages: int = PAGES
    ) -> dict[str, list[Row]]:
        """The rows of each model in a release that was built then, with these hours."""
        self._put(
            "intermediate.int_decisions__config",
            {"config_key": "freshness.warn_hours", "value": warns},
            {"config_key": "freshness.page_hours", "value": pages},
        )
        read = MEASURED - timedelta(hours=lag)
        run = {"dry_run": False, "run_id": "r", "rows_processed": 1}
        file = run | {"load_seq": 1, "started_at": read}
        load = {"run_id": "r", "load_seq": 1, "landed_at": read}
        self._put(
            "intermediate.int_quality__runs",
            file | {"source": "salesforce", "report_type": "salesforce"},
            file | {"source": "sheet", "report_type": "sheet"},
            file | {"source": "pathful", "report_type": "session_report"},
            run | {"source": "build", "started_at": at},
        )
        self._put(
            "staging.stg_salesforce__loads",
            load | {"object_name": "Contact", "max_modified_at": read},
            load | {"object_name": "Case"},  # only tried out: it was read up to no moment
        )
        self._put("ops.watermarks", {"entity": "Contact", "watermark": read})
        found = {}
        for name, sql in self._sql.items():
            answer = self._connection.execute(sql)
            columns = [column[0] for column in answer.description]
            found[name] = [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]
            self._put(f"ops.{name}", *found[name])
        return found

    def _put(self, table: str, *rows: Row) -> None:
        self._connection.execute(f"delete from {table}")
        for row in rows:
            names, places = ", ".join(row), ", ".join("?" * len(row))
            self._connection.execute(
                f"insert into {table} ({names}) values ({places})", list(row.values())
            )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Releases]:
    project = compiled.project(tmp_path_factory.getbasetemp())
    with project.emptied() as connection:
        yield Releases(project, connection)


@pytest.mark.parametrize("passed", [0, 3])
def test_what_grew_old_since_the_release_is_judged_as_the_release_judges(
    built: Releases, monkeypatch: pytest.MonkeyPatch, passed: int
) -> None:
    """The rule stands in SQL for the release, and in Python for the time since."""
    published = MEASURED - timedelta(hours=passed)

    class Clock(datetime):
        now = classmethod(lambda *_: MEASURED)

    def known(rows: list[Row], key: str, *names: str) -> dict[str, tuple[Any, ...]]:
        return {row[key]: tuple(row[name] for name in names) for row in rows}

    monkeypatch.setattr(queries_overview, "datetime", Clock)
    verdict = ("source", "status", "severity", "lag_hours", "age_hours")
    said = ("metric", "source", "severity", "run_id", "measured", "threshold", "message", "link",
            "first_seen_at")  # fmt: skip
    levels = set()
    for lag in LAGS:
        before, expected = built.measured(lag, published), built.measured(lag, MEASURED)
        now = freshness.aged(before["source_freshness"], MEASURED, published, DAY)
        assert known(now, *verdict) == known(expected["source_freshness"], *verdict), lag
        told = [asdict(alerts._of_source(row, MEASURED)) for row in now if row["severity"]]
        assert known(told, *said) == known(expected["alerts"], *said), lag
        release: Any = SimpleNamespace(
            rows=lambda _, rows=before["crm_objects"]: rows,
            row=lambda _: {"logical_date": DAY},
            published_at=published,
        )
        objects = {
            row["object_name"]: "stale" if row["status"] == "page" else row["status"]
            for row in queries_salesforce.objects(release)
        }
        assert objects == {row["object_name"]: row["status"] for row in expected["crm_objects"]}, (
            lag
        )
        levels |= {row["severity"] for row in now} | set(objects.values())
    assert levels == {None, "warn", "page", "fresh", "stale", "never"}


@pytest.mark.parametrize(("warns", "pages"), [(6, 24), (12, 18), (23, 30), (1, 400)])
def test_other_hours_judge_as_a_release_that_was_built_with_them(
    built: Releases, warns: int, pages: int
) -> None:
    """What the page Settings says of a draft of hours."""
    names = ("source", "status", "severity", "lag_hours")

    def known(rows: list[Row]) -> set[tuple[Any, ...]]:
        return {tuple(row[name] for name in names) for row in rows}

    moved = set()
    for lag in [*LAGS, *(limit + near for limit in (warns, pages) for near in NEAR)]:
        now = built.measured(lag, MEASURED)["source_freshness"]
        then = built.measured(lag, MEASURED, warns, pages)["source_freshness"]
        assert known(freshness.limited(now, warns, pages)) == known(then), lag
        moved |= {row[0] for row in known(now) ^ known(then)}
    assert moved == {"salesforce"}  # what was read up to no moment has no age


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
    with duckdb.connect(str(path)) as connection:  # of an earlier version
        connection.execute("drop table ops.source_freshness")
        assert freshness.sources(connection, now) == []


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
