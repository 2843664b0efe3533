"""Loads land beside their reading: together where they are small, and never without their rows."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from dlt.extract.extract import Extract
from dlt.load.load import Load
from pyarrow import parquet

from loaders import landing, pipeline
from loaders.salesforce import lander as landers
from loaders.salesforce import reader, records, taking, tasks, windows
from loaders.salesforce.asking import Asking
from loaders.salesforce.errors import SalesforceError
from loaders.salesforce.lander import Lander
from loaders.salesforce.objects import BY_NAME
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.crm_loading import Loading, loading

OBJECTS = ("Account", "Contact", "Case")


class Landed:
    """The runs of dlt, as the names of their tables; `until` is where one fails."""

    def __init__(self, until: int) -> None:
        self.runs: list[tuple[str, ...]] = []
        self._until = until

    def land_tables(self, home: Path, schema: str, tables: Any, disposition: str) -> None:
        if len(self.runs) >= self._until:
            raise RuntimeError("killed")
        self.runs.append(tuple(sorted(tables)))
        quick_landing.land_tables(home, schema, tables, disposition)


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Loading]:
    with loading(tmp_path) as made:
        made.peer.insert("Account", [{"Name": "Riverside Works"}] * 4)
        made.contacts(3)
        made.peer.insert("Case", [{}] * 2)
        made.peer.advance(minutes=30)
        yield made


def run(crm: Loading, monkeypatch: pytest.MonkeyPatch, until: int = 99) -> Landed:
    """One run over three objects; ends where the landing fails."""
    landed = Landed(until)
    monkeypatch.setattr(records, "land_tables", landed.land_tables)
    client = crm.new_client()
    landing.discard_incomplete(crm.home / "warehouse.duckdb")
    first = landing.next_load_seq(crm.home / "warehouse.duckdb")
    with Lander(crm.home) as lander:
        todo = [
            tasks.Task(crm.home, "run", first + n, BY_NAME[name], windows.Ask(), lander)
            for n, name in enumerate(OBJECTS)
        ]
        asking = Asking(client, todo)
        for n, task in enumerate(todo):
            try:
                taking.take(client, task, asking.of(n), lambda n=n: asking.begin(n + 1))
            except SalesforceError:
                continue
        lander.flush()
        lander.settle()
    return landed


def counts(crm: Loading) -> dict[str, tuple[int, int]]:
    """Rows and different records of each object, of loads that count."""
    found = {}
    for name in OBJECTS:
        table = f"raw_salesforce.{BY_NAME[name].table}"
        ((rows, ids),) = crm.rows(
            f"select count(*), count(distinct id) from {table} "
            "where load_seq in (select load_seq from raw_salesforce.loads)"
        )
        found[name] = (rows, ids)
    return found


ALL = {"Account": (4, 4), "Contact": (3, 3), "Case": (2, 2)}


def test_small_objects_of_a_run_land_in_one_run_of_dlt_and_their_load_rows_in_another(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed = run(crm, monkeypatch)
    assert landed.runs == [("account", "case", "contact", "fields"), ("loads",)]
    assert counts(crm) == ALL
    assert crm.rows("select load_seq from raw_salesforce.loads order by 1") == [(1,), (2,), (3,)]
    assert list((crm.home / "spool" / "salesforce").iterdir()) == []


def test_a_night_without_changes_lands_load_rows_only(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(crm, monkeypatch)
    assert run(crm, monkeypatch).runs == [("loads",)]
    assert counts(crm) == ALL


def test_an_object_of_many_rows_does_not_wait_for_the_others(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landers, "MOST_WAITING", 4)
    landed = run(crm, monkeypatch)
    assert landed.runs[:2] == [("account", "fields"), ("loads",)]
    assert len(landed.runs) == 4
    assert counts(crm) == ALL


@pytest.mark.parametrize("most", [4, 20_000], ids=["one by one", "together"])
@pytest.mark.parametrize("until", [0, 1, 2, 3])
def test_a_landing_that_breaks_off_anywhere_loses_nothing_and_doubles_nothing(
    crm: Loading, monkeypatch: pytest.MonkeyPatch, most: int, until: int
) -> None:
    monkeypatch.setattr(landers, "MOST_WAITING", most)
    # Jobs for all, so that pages wait on disk.
    monkeypatch.setattr(reader, "REST_ROWS", 0)
    run(crm, monkeypatch)
    for name, field in zip(OBJECTS, ("Name", "Title", "ContactId"), strict=True):
        ids = crm.rows(f"select id from raw_salesforce.{BY_NAME[name].table}")
        crm.peer.update(name, [key for (key,) in ids], {field: sf.make_id("003", 1)})
    crm.peer.advance(minutes=30)
    if until < (4 if most == 4 else 2):
        with pytest.raises(RuntimeError, match="killed"):
            run(crm, monkeypatch, until)
    run(crm, monkeypatch)
    assert counts(crm) == {name: (2 * rows, ids) for name, (rows, ids) in ALL.items()}


def test_an_object_that_fails_leaves_its_number_unused_and_the_others_alone(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.peer.fault("query:Contact", sf.act.error(400, "MALFORMED_QUERY", "sorry"))
    run(crm, monkeypatch)
    assert crm.rows("select object_name, load_seq from raw_salesforce.loads order by 2") == [
        ("Account", 1),
        ("Case", 3),
    ]
    crm.peer.clear_faults()
    run(crm, monkeypatch)
    assert counts(crm) == ALL


def test_the_job_of_an_object_is_made_while_the_one_before_lands(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "REST_ROWS", 0)
    monkeypatch.setattr(landers, "MOST_WAITING", 1)
    made: list[int] = []
    land = quick_landing.land_tables

    def slow(*args: Any) -> None:
        until = time.monotonic() + 5
        while not made and len(crm.peer.requests("job_create")) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        made.append(len(crm.peer.requests("job_create")))
        land(*args)

    monkeypatch.setattr(quick_landing, "land_tables", slow)
    run(crm, monkeypatch)
    assert made[0] == 2
    assert counts(crm) == ALL
    assert [len(crm.peer.requests("job_create", name)) for name in OBJECTS] == [1, 1, 1]


def test_many_rows_land_after_others_in_a_table_of_many_columns(tmp_path: Path) -> None:
    """With 64 MB DuckDB refused the second ones: a night of a mass update."""
    rows = 25_000
    text = pa.array([f"value {n}" for n in range(rows)])
    table = pa.table({f"column_{n}": text for n in range(64)})
    for turn in range(2):
        path = tmp_path / f"{turn}.parquet"
        parquet.write_table(table, path, row_group_size=5_000)
        files = pipeline.Files(table.schema, lambda path=path: iter([(path, rows)]))
        pipeline.land_tables(tmp_path / "home", "raw_salesforce", {"wide": files}, "append")
    with pipeline.open_warehouse(tmp_path / "home" / pipeline.WAREHOUSE) as connection:
        assert connection.execute("select count(*) from raw_salesforce.wide").fetchone() == (
            2 * rows,
        )


@pytest.mark.parametrize("is_late", [False, True])
def test_a_word_to_end_that_comes_while_dlt_works_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_late: bool
) -> None:
    """dlt holds signals back, and forgets one that comes when it does not look any more."""

    class StoppedError(Exception):
        pass

    def stop(*_: Any) -> None:
        raise StoppedError

    tables = {"contact": pa.table({"id": ["a"]})}
    step, method = (Load, "complete_package") if is_late else (Extract, "extract")
    work = getattr(step, method)

    def told(*given: Any, **named: Any) -> Any:
        done = work(*given, **named) if is_late else None
        signal.raise_signal(signal.SIGTERM)
        return done if is_late else work(*given, **named)

    monkeypatch.setattr(step, method, told)
    before = signal.signal(signal.SIGTERM, stop)
    try:
        with pytest.raises(StoppedError):
            pipeline.land_tables(tmp_path, "raw_salesforce", tables, "append")
    finally:
        signal.signal(signal.SIGTERM, before)
