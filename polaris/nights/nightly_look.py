"""What a night finds when it has published: what disagrees, what waits, how old things are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from polaris import releases, report, status
from polaris.nights.night import FAILED, SKIPPED, SUCCESS, Night, Step, since
from polaris.settings import Settings

_COUNTS = ("rows_processed", "rows_created", "rows_updated", "rows_unmatched", "rows_invalid")


def reconciled(settings: Settings) -> Step:
    """Whether what is here is what the sources have."""
    began = time.monotonic()
    rows = _asked(
        settings,
        "ops.reconciliation",
        "select check_name, object_name, source_count, warehouse_count from {table} "
        "where not is_within_tolerance order by check_name, object_name",
    )
    checks = _asked(settings, "ops.reconciliation", "select count(*) from {table}")
    count = checks[0][0] if checks else 0
    if not count:
        return Step("reconciliation", SKIPPED, message="nothing to compare")
    if not rows:
        words = f"{count} checks within tolerance"
        return Step("reconciliation", SUCCESS, since(began), count, words)
    names = ", ".join(
        f"{name} of {thing} ({theirs:,} there, {ours:,} here)" for name, thing, theirs, ours in rows
    )
    words = f"{len(rows)} of {count} checks outside tolerance: {names}"
    return Step("reconciliation", FAILED, since(began), count, words)


def look_around(settings: Settings, night: Night) -> None:
    """What the summary tells beside the steps, read from the current release."""
    found = status.status(settings)
    night.open_work = found["open_work"]
    night.pending_decisions = found["pending_decisions"]
    night.warnings += [
        f"{source['source'].replace('_', ' ')} is stale: {status.how_old(source)} ago."
        for source in found["sources"]
        if source["status"] == "stale"
    ]
    for name, warning in _asked(
        settings,
        "ops.crm_objects",
        "select object_name, dependency_warnings from {table} "
        "where dependency_warnings is not null order by object_name",
    ):
        night.warnings.append(f"{name}: {warning}.")
    night.watermarks = [
        {
            "object": name,
            "watermark": report.instant(at),
            "age_hours": None if hours is None else float(hours),
            "status": state,
        }
        for name, at, hours, state in _asked(
            settings,
            "ops.crm_objects",
            "select object_name, watermark, watermark_age_hours, status from {table} "
            "where last_success_at is not null order by object_name",
        )
    ]
    night.warnings += [
        f"{mark['object']} of Salesforce is stale: read up to {mark['age_hours']:,} hours ago."
        for mark in night.watermarks
        if mark["status"] == "stale" and mark["age_hours"] is not None
    ]
    totals = dict.fromkeys(_COUNTS, 0)
    rows = _asked(
        settings,
        "ops.import_runs",
        f"select run_id, {', '.join(_COUNTS)} from {{table}} where list_contains(?, run_id)",
        [night.sub_runs],
    )
    for _, *row in rows:
        for name, value in zip(_COUNTS, row, strict=True):
            totals[name] += value or 0
    night.totals = dict(totals)
    # Only the build has counted the rows of files.
    read = {run_id: row[0] for run_id, *row in rows}
    night.steps = [
        replace(step, records=read[step.run_id])
        if step.status == SUCCESS and step.records is None and step.run_id in read
        else step
        for step in night.steps
    ]


def _asked(
    settings: Settings, table: str, sql: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """Rows of a table of the current release; none where it has no such table."""
    import duckdb

    path = releases.current_release(settings)
    if path is None:
        return []
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            return connection.execute(sql.format(table=table), list(parameters)).fetchall()
        except duckdb.CatalogException:
            return []
