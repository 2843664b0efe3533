"""Publishing: what a release holds, and that readers see the old one or the new one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris import ledger, publish, releases, report
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.fake_build import SCHEMA

Publish = Callable[..., publish.Published]
RUN = ledger.RunStart("pathful", "pathful a.csv", "jordan", adapter="pathful", file_name="a.csv")
GATE: dict[str, Any] = {
    "passed": True,
    "failures": [],
    "results": [
        {
            "checkpoint": "landing",
            "suite": "loads",
            "expectation": "rows_arrived",
            "column_name": "row_count",
            "is_success": True,
            "severity": "error",
            "observed": "3",
            "unexpected_count": 0,
            "failing_rows_json": None,
            "evaluated_at": datetime(2026, 3, 10, 14, tzinfo=UTC),
        }
    ],
}


@pytest.fixture
def warehouse(settings: Settings) -> Path:
    """A built warehouse: the published tables, one not public, one that no model makes any more."""
    settings.home.mkdir()
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
        connection.execute("create table marts.old_model as select 1 as a")
        connection.execute("create schema staging; create view staging.stg as select 1 as a")
        connection.execute("insert into marts.dim_events (event_key, title) values ('e-1', 'One')")
        connection.execute(
            "insert into ops.releases (release, is_current) values ('earlier', false)"
        )
    return settings.warehouse


@pytest.fixture
def public(warehouse: Path) -> list[tuple[str, str]]:
    """What dbt calls public: all but old_model, and a table of another schema."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_name <> 'old_model'"
        ).fetchall()


@pytest.fixture
def publish_once(settings: Settings, warehouse: Path, public: list[tuple[str, str]]) -> Publish:
    """Publishes the warehouse as a new run."""

    def run(gate: dict[str, Any] = GATE, **says: Any) -> publish.Published:
        run_id = ledger.start_run(settings, RUN)
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(
                "insert into ops.import_runs (run_id, status, source) values (?, 'running', 'x')",
                [run_id],
            )
        started = ledger.get_run(settings, run_id)
        assert started is not None
        done = publish.publish(settings, public, [report.of_run(started) | says], gate)
        ledger.finish_run(settings, run_id, "succeeded", release=done.release)
        return done

    return run


def read(settings: Settings, sql: str, name: str | None = None) -> list[tuple[Any, ...]]:
    path = releases.release_path(settings, name or str(releases.current_name(settings)))
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).fetchall()


def test_a_release_holds_the_public_tables_and_nothing_else(
    settings: Settings, publish_once: Publish, warehouse: Path
) -> None:
    done = publish_once()
    tables = "select table_schema, table_name from information_schema.tables order by all"
    found = read(settings, tables)
    assert ("marts", "dim_events") in found
    assert {schema for schema, _ in found} == {"marts", "queues", "ops"}
    assert not {name for _, name in found} & {"old_model", "stg"}
    assert done.table_count == len(found)
    assert read(settings, "select event_key, title from marts.dim_events") == [("e-1", "One")]


def test_column_types_are_those_of_the_warehouse(
    settings: Settings, publish_once: Publish, warehouse: Path
) -> None:
    publish_once()
    columns = (
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_schema in ('marts', 'queues', 'ops') and table_name <> 'old_model'"
        " order by table_schema, table_name, ordinal_position"
    )
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        built = connection.execute(columns).fetchall()
    assert len(built) > 200
    assert read(settings, columns) == built


def test_the_release_knows_its_run_its_gate_and_itself(
    settings: Settings, publish_once: Publish
) -> None:
    done = publish_once()
    (item,) = done.reports
    assert (item["status"], item["release"]) == ("succeeded", done.release)
    run = read(
        settings,
        "select status, finished_at, duration_seconds, counts_json, gate_json, release"
        " from ops.import_runs",
    )[0]
    assert run[0] == "succeeded"
    assert report.instant(run[1]) == item["finished_at"]
    assert run[2] == pytest.approx(item["duration_seconds"])
    assert json.loads(run[3]) == item
    assert json.loads(run[4]) == {"passed": True, "failures": []}
    assert run[5] == done.release
    assert read(settings, "select run_id, expectation, is_success from ops.gate_results") == [
        (item["run_id"], "rows_arrived", True)
    ]
    assert read(
        settings,
        "select release, run_id, logical_date::varchar, table_count, is_current"
        " from ops.releases order by release",
    ) == [
        (done.release, item["run_id"], "2026-03-10", done.table_count, True),
        ("earlier", None, None, None, False),
    ]


def test_the_newest_run_over_the_crm_says_what_it_counted_as_it_landed(
    settings: Settings, publish_once: Publish
) -> None:
    """The ledger has it when the next build begins (platform.md 2.9)."""
    metrics = {"core": {"Contact": {"rows_created": 2}}, "dedupe": {"volunteer": {}}}
    publish_once(objects=[], metrics=metrics, calls=4, calls_used=None, retries={"timeout": 1})
    ((told, health),) = read(
        settings, "select metrics_json, adapter_health_json from ops.import_runs"
    )
    assert json.loads(told) == metrics
    assert json.loads(health) == {"calls": 4, "retries": {"timeout": 1}}
    publish_once(metrics=metrics)
    of_file = "select metrics_json, adapter_health_json from ops.import_runs order by run_id desc"
    assert read(settings, of_file)[0] == (None, None)


def test_the_warehouse_is_only_read(
    settings: Settings, publish_once: Publish, warehouse: Path
) -> None:
    publish_once()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select status from ops.import_runs").fetchall() == [("running",)]


def test_names_sort_by_publishing_even_when_the_clock_goes_back(
    settings: Settings, publish_once: Publish
) -> None:
    settings.releases_dir.mkdir(parents=True)
    future = ledger.new_run_id(datetime.now(UTC) + timedelta(days=2))
    releases.release_path(settings, future).write_bytes(b"")
    first, second = publish_once().release, publish_once().release
    assert future < first < second


def test_readers_of_the_release_before_go_on_reading(
    settings: Settings, publish_once: Publish
) -> None:
    publish_once()
    path = releases.current_release(settings)
    with duckdb.connect(str(path), read_only=True) as reader:
        publish_once()
        assert reader.execute("select count(*) from marts.dim_events").fetchone() == (1,)
    assert releases.current_release(settings) != path


def test_a_missing_table_publishes_nothing(
    settings: Settings, publish_once: Publish, warehouse: Path
) -> None:
    before = publish_once().release
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table marts.dim_schools")
    with pytest.raises(PolarisError, match=r"marts\.dim_schools"):
        publish_once()
    assert releases.current_name(settings) == before


@pytest.mark.parametrize("broken", ["_write", "sync", "point_to"])
def test_a_publish_that_dies_half_way_leaves_the_pointer_and_no_litter_for_long(
    settings: Settings, publish_once: Publish, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    before = publish_once().release
    real = getattr(publish, broken)

    def die(*arguments: Any, **options: Any) -> None:
        real(*arguments, **options)
        raise SystemExit("killed")

    if broken == "point_to":
        monkeypatch.setattr(publish, broken, lambda *_: (_ for _ in ()).throw(SystemExit))
    else:
        monkeypatch.setattr(publish, broken, die)
    with pytest.raises(SystemExit):
        publish_once()
    monkeypatch.undo()
    assert releases.current_name(settings) == before
    assert [item.name for item in releases.list_releases(settings)] == [before]
    after = publish_once().release
    assert releases.current_name(settings) == after
    assert not list(settings.releases_dir.glob(".*"))


def test_fourteen_releases_are_kept_and_always_the_current_one(
    settings: Settings, publish_once: Publish
) -> None:
    oldest = publish_once().release
    settings.releases_dir.mkdir(exist_ok=True)
    for day in range(1, 18):
        name = ledger.new_run_id(datetime.now(UTC) + timedelta(days=day))
        releases.release_path(settings, name).write_bytes(b"")
    assert releases.current_name(settings) == oldest
    dropped = publish.prune(settings)
    assert oldest not in dropped
    kept = [item.name for item in releases.list_releases(settings)]
    assert len(kept) == publish.KEEP + 1
    assert kept[-1] == oldest
    assert publish.prune(settings) == []


def test_rolling_back_and_forward(
    command: Command, settings: Settings, publish_once: Publish
) -> None:
    first, second, third = (publish_once().release for _ in range(3))
    answer = command("rollback", "--json")
    assert answer.exit_code == 0, answer.err
    assert (answer.json["release"], answer.json["was"]) == (second, third)
    assert command("rollback").exit_code == 0
    assert releases.current_name(settings) == first
    assert command("rollback").exit_code == 2
    assert command("rollback", third, "--json").json["release"] == third
    assert command("rollback", "1999").exit_code == 2
    assert command("rollback", "2").exit_code == 2  # the beginning of several
    assert releases.current_name(settings) == third
    rollbacks = ledger.list_runs(settings, source="rollback")
    assert [run.status for run in rollbacks].count("succeeded") == 3
    assert {run.release for run in rollbacks} == {None}


def test_a_release_that_cannot_be_read_is_not_rolled_back_to(
    settings: Settings, publish_once: Publish
) -> None:
    broken = publish_once().release
    current = publish_once().release
    releases.release_path(settings, broken).write_bytes(b"scrambled")
    with pytest.raises(BadInput, match="cannot be read"):
        publish.rollback(settings, broken)
    assert releases.current_name(settings) == current


def test_what_is_not_a_release_is_not_listed(settings: Settings) -> None:
    assert releases.list_releases(settings) == []
    assert releases.current_release(settings) is None
    settings.releases_dir.mkdir(parents=True)
    (settings.releases_dir / "notes.duckdb").write_bytes(b"")
    (settings.releases_dir / "CURRENT").write_text("../../etc/passwd\n")
    assert releases.list_releases(settings) == []
    assert releases.current_release(settings) is None
    assert releases.published_at("20260310T141530123Z-4f2a9c") == datetime(
        2026, 3, 10, 14, 15, 30, 123000, tzinfo=UTC
    )
