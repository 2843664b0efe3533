"""Publishing: a new immutable file of the public tables, then one atomic move of the pointer."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris import damage, ledger, releases, report
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb

KEEP = 14
SCHEMAS = ("marts", "ops", "queues")
_TEMPORARY = ".publishing-"
_GATE_COLUMNS = (
    "run_id",
    "checkpoint",
    "suite",
    "expectation",
    "column_name",
    "is_success",
    "severity",
    "observed",
    "unexpected_count",
    "failing_rows_json",
    "evaluated_at",
)


@dataclass(frozen=True)
class Published:
    """What a publish did.

    Attributes:
        release: its name.
        reports: the runs' reports, finished: status, times and release are in them.
        published_at: UTC.
        table_count: tables in the file.
        row_count: rows in all of them.
    """

    release: str
    reports: tuple[report.Report, ...]
    published_at: datetime
    table_count: int
    row_count: int


def publish(
    settings: Settings,
    public: Iterable[tuple[str, str]],
    reports: Sequence[report.Report],
    gate: Mapping[str, Any],
) -> Published:
    """Publishes the warehouse. Call it with the lock held, after the gate passed.

    Args:
        settings: where the warehouse and the releases are.
        public: (schema, table) of the public models; those of marts, queues and ops are published.
        reports: of the runs that this release publishes, still running; at least one.
        gate: {passed, failures, results} of the gate.

    Raises:
        PolarisError: a public table is missing; CURRENT still names the release before.
    """
    tables = sorted(table for table in public if table[0] in SCHEMAS)
    settings.releases_dir.mkdir(parents=True, exist_ok=True)
    remove_leftovers(settings)
    name = _new_name(settings)
    temporary = settings.releases_dir / f"{_TEMPORARY}{name}{releases.SUFFIX}"
    try:
        done = _write(settings, temporary, tables, name=name, reports=reports, gate=gate)
        sync(temporary)
        # Before the file bears its name: the run after a kill then knows whose it is.
        for run in reports:
            ledger.note(settings, run["run_id"], release=name)
        temporary.replace(releases.release_path(settings, name))
        sync(settings.releases_dir)
        point_to(settings, name)
    except BaseException:
        remove_leftovers(settings)  # on a full disk the ledger needs their room to say why
        if releases.current_name(settings) != name:
            releases.release_path(settings, name).unlink(missing_ok=True)
        raise
    prune(settings)
    return done


@contextmanager
def is_out(settings: Settings, name: str) -> Iterator[None]:
    """For what is noted after a release is published: where that fails it says that readers see it.

    Raises:
        PolarisError: instead of what a full disk made a library raise.
    """
    try:
        yield
    except Exception as error:
        problem = damage.explained(settings, error)
        if problem is None:
            raise
        raise PolarisError(
            f"The release {name} is published and can be read, but not all was written down that "
            f"is told of it: {problem.message}"
        ) from error


def point_to(settings: Settings, name: str) -> None:
    """Makes the release current: readers see the old one or the new one, never neither."""
    temporary = settings.releases_dir / ".CURRENT.new"
    temporary.write_text(f"{name}\n", encoding="utf-8")
    sync(temporary)
    temporary.replace(settings.current)
    sync(settings.releases_dir)


def rollback(settings: Settings, name: str | None) -> str:
    """Points readers at an earlier release. Call it with the lock held.

    Args:
        settings: where the releases are.
        name: the release, or the only one whose name starts so; None for the one before.

    Raises:
        BadInput: there is no such release, or it cannot be read.
    """
    known = releases.list_releases(settings)
    if name is None:
        current = releases.current_name(settings)
        earlier = [item.name for item in known if current is None or item.name < current]
        if not earlier:
            raise BadInput("There is no earlier release to go back to.")
        chosen = earlier[0]
    else:
        matching = [item.name for item in known if item.name.startswith(name)]
        if len(matching) != 1:
            there = ", ".join(item.name for item in known) or "none"
            raise BadInput(f"There is no release {name}; these are kept: {there}.")
        chosen = matching[0]
    _check_readable(releases.release_path(settings, chosen))
    point_to(settings, chosen)
    return chosen


def prune(settings: Settings) -> list[str]:
    """Deletes all but the newest releases, never the current one; returns their names."""
    dropped = [item for item in releases.list_releases(settings)[KEEP:] if not item.is_current]
    for item in dropped:
        item.path.unlink()
    return [item.name for item in dropped]


def remove_leftovers(settings: Settings) -> None:
    """Removes what a killed publish left half-written. Call it with the lock held."""
    for path in settings.releases_dir.glob(f"{_TEMPORARY}*"):
        path.unlink()
    (settings.releases_dir / ".CURRENT.new").unlink(missing_ok=True)


def remove_unpublished(settings: Settings, run: ledger.Run) -> None:
    """Removes the file of a run that was killed between writing it and pointing to it."""
    if run.release is not None and run.release != releases.current_name(settings):
        releases.release_path(settings, run.release).unlink(missing_ok=True)


def _new_name(settings: Settings) -> str:
    """A name that sorts after every other, whatever the clock says."""
    name = ledger.new_run_id()
    known = releases.list_releases(settings)
    if known and known[0].name >= name:
        name = ledger.new_run_id(known[0].published_at + timedelta(milliseconds=1))
    return name


def _write(
    settings: Settings,
    path: Path,
    tables: Sequence[tuple[str, str]],
    *,
    name: str,
    reports: Sequence[report.Report],
    gate: Mapping[str, Any],
) -> Published:
    import duckdb

    with duckdb.connect() as connection:
        # Four threads take half as much CPU again to copy the same tables.
        connection.execute("set TimeZone = 'UTC'; set threads = 1")
        connection.execute(f"attach '{report.quoted(settings.warehouse)}' as built (read_only)")
        connection.execute(f"attach '{report.quoted(path)}' as release")
        for schema in SCHEMAS:
            connection.execute(f"create schema release.{schema}")
        rows = 0
        for schema, table in tables:
            target = f'{schema}."{table}"'
            try:
                copied = connection.execute(
                    f"create table release.{target} as select * from built.{target}"
                ).fetchone()
            except duckdb.CatalogException:
                raise PolarisError(
                    f"{schema}.{table} is public in dbt's project but not built; "
                    "run `polaris-load build` without --select."
                ) from None
            rows += copied[0] if copied else 0
        now = ledger.utc_now()
        done = Published(name, (), now, len(tables), rows)
        finished = tuple(_finished(item, name, now) for item in reports)
        connection.begin()  # a commit for each row of the gate would cost more than the rows
        _record(connection, settings, replace(done, reports=finished), gate)
        connection.commit()
        connection.execute("checkpoint release")
        connection.execute("detach release")
    return replace(done, reports=finished)


def _finished(item: report.Report, name: str, now: datetime) -> report.Report:
    started = datetime.fromisoformat(item["started_at"])
    return item | {
        "status": report.final_status(item),
        "finished_at": report.instant(now),
        "duration_seconds": report.duration(started, now),
        "release": name,
    }


def _record(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    done: Published,
    gate: Mapping[str, Any],
) -> None:
    """Writes into the release what was not known while dbt built it."""
    stored_gate = json.dumps({"passed": gate["passed"], "failures": gate["failures"]}, default=str)
    for item in done.reports:
        counts = json.dumps(item) if item["file"] or item.get("objects") else "{}"
        # What a run over the CRM counted as it landed is in the ledger at the next build only.
        metrics, health = _of_the_crm(item) if "objects" in item else (None, None)
        connection.execute(
            """
            update release.ops.import_runs
            set status = ?, finished_at = ?, duration_seconds = ?, counts_json = ?,
                metrics_json = coalesce(?, metrics_json),
                adapter_health_json = coalesce(?, adapter_health_json), gate_json = ?, release = ?
            where run_id = ?
            """,
            [
                item["status"],
                done.published_at,
                item["duration_seconds"],
                counts,
                metrics,
                health,
                stored_gate,
                done.release,
                item["run_id"],
            ],
        )
    run_id = done.reports[-1]["run_id"]
    connection.execute("delete from release.ops.gate_results where run_id = ?", [run_id])
    if gate["results"]:
        columns = ", ".join(_GATE_COLUMNS)
        marks = ", ".join("?" for _ in _GATE_COLUMNS)
        connection.executemany(
            f"insert into release.ops.gate_results ({columns}) values ({marks})",
            [
                [({**result, "run_id": run_id}).get(column) for column in _GATE_COLUMNS]
                for result in gate["results"]
            ],
        )
    connection.execute("update release.ops.releases set is_current = false")
    connection.execute(
        """
        insert into release.ops.releases
            (release, run_id, published_at, logical_date, table_count, row_count, is_current)
        values (?, ?, ?, ?, ?, ?, true)
        """,
        [
            done.release,
            run_id,
            done.published_at,
            settings.logical_date,
            done.table_count,
            done.row_count,
        ],
    )


def _of_the_crm(item: report.Report) -> tuple[str, str]:
    """The metrics and the adapter's health of a report, written as ops.import_runs has them."""
    health = {name: item[name] for name in report.HEALTH_KEYS if item.get(name) is not None}
    metrics, told = (
        json.dumps(part, separators=(",", ":"), ensure_ascii=False)
        for part in (item["metrics"], health)
    )
    return metrics, told


def _check_readable(path: Path) -> None:
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("select count(*) from ops.import_runs")
    except duckdb.Error as error:
        raise BadInput(f"The release {path.stem} cannot be read: {error}") from None


def sync(path: Path) -> None:
    """Makes a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
