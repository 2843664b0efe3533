"""What is published, how fresh it is, what waits for people, and what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from polaris import freshness, ledger, releases, report, salesforce
from polaris.deciding import decisions
from polaris.errors import PolarisError
from polaris.nights import schedule
from polaris.settings import ADAPTERS_KNOWN, Settings

if TYPE_CHECKING:
    import duckdb

READY, DISABLED, MISSING_ENV, MISSING_DEPS = "ready", "disabled", "missing-env", "missing-deps"
_RUNS_SHOWN = 5
# A Published session without a date is waiting for Pathful, not for a person.
WAITS_FOR_PATHFUL = """(
    status = 'pending'
    and unmatched_type = 'no_date_session'
    and lower(coalesce(json_extract_string(raw_json, '$.status'), '')) = 'published'
)"""
# What is open: table, the column that tells kinds apart, and which rows. Of tickets these are the
# pending ones, as `tickets_open` of an import counts them; only the list on the page hides those
# that wait for Pathful (pathful.md 4.7).
_OPEN_WORK = {
    "unmatched": ("queues.queue_unmatched", "unmatched_type", "status = 'pending'"),
    "flags": ("queues.queue_event_flags", "flag_type", "not is_resolved"),
    "violations": ("queues.queue_dq_violations", "severity", "status = 'open'"),
}


def status(settings: Settings) -> dict[str, Any]:
    """What is published, how fresh, the open work and the last runs.

    Returns:
        {release, published_at, age_hours, logical_date, releases, sources[], open_work{},
        waits_for_pathful, pending_decisions, decision_store, schedule{said, next_at}, runs[]};
        `release` is None before the first publish, and then nothing is said about sources and open
        work; `waits_for_pathful` are the open tickets that no person has to decide;
        `logical_date` is the release's "today", else that of the next build; `pending_decisions`
        is None where `decision_store` says why the store cannot be read.
    """
    pending, store_problem = _pending(settings)
    name = releases.current_name(settings)
    at = releases.published_at(name) if name is not None else None
    found: dict[str, Any] = {
        "release": name,
        "published_at": report.instant(at),
        "age_hours": round((datetime.now(UTC) - at).total_seconds() / 3600, 1) if at else None,
        "logical_date": settings.logical_date.isoformat(),
        "releases": len(releases.list_releases(settings)),
        "sources": [],
        "open_work": {},
        "waits_for_pathful": 0,
        "pending_decisions": pending,
        "decision_store": store_problem,
        "schedule": _schedule(settings, can_read=store_problem is None),
        "runs": [run_line(run) for run in ledger.list_runs(settings, limit=_RUNS_SHOWN)],
    }
    path = releases.current_release(settings)
    if path is not None:
        import duckdb

        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            found["logical_date"] = releases.as_of(connection) or found["logical_date"]
            found["sources"] = _sources(connection)
            found["open_work"] = _open_work(connection)
            found["waits_for_pathful"] = _waits_for_pathful(connection)
    return found


def _pending(settings: Settings) -> tuple[int | None, str | None]:
    """How many decisions wait; none, and why, where the store cannot be read."""
    try:
        return len(decisions.pending(settings)), None
    except PolarisError as error:
        return None, error.message


def _schedule(settings: Settings, *, can_read: bool) -> dict[str, str | None]:
    """When nights begin, as decided or in the words of the environment, and the next one."""
    at = schedule.of(settings).at if can_read else None
    nights = schedule.Schedule(at, settings.schedule)
    begins = nights.next_at(datetime.now(UTC))
    return {
        "said": nights.said,
        "next_at": report.instant(begins.astimezone(UTC) if begins else None),
    }


def health(settings: Settings) -> dict[str, Any]:
    """What is wrong, with the evidence for saying so.

    Returns:
        {status, problems[], warnings[], …} with everything `status` says. `status` is `error`
        when something is broken, `warning` when somebody should look, `unknown` when nothing was
        measured yet, else `ok`.
    """
    facts = status(settings)
    problems = []
    warnings = []
    pointer = releases.pointer_problem(settings)
    if pointer is not None:
        problems.append(pointer)
    if facts["decision_store"] is not None:
        problems.append(facts["decision_store"])
    problems += [
        f"The last run of {kind} {run.status.replace('_', ' ')} ({run.run_id}): "
        f"{run.error_summary or 'no reason is known'}"
        for kind, run in sorted(failed_runs(settings).items())
    ]
    warnings += [
        f"{source['source'].replace('_', ' ')} is stale: {how_old(source)} ago."
        for source in facts["sources"]
        if source["status"] == "stale"
    ]
    waiting = {kind: sum(counts.values()) for kind, counts in facts["open_work"].items()}
    if "unmatched" in waiting:
        waiting["unmatched"] -= facts["waits_for_pathful"]
    warnings += [
        f"{count:,} open {kind} wait for a person." for kind, count in waiting.items() if count
    ]
    if facts["pending_decisions"]:
        warnings.append(f"{facts['pending_decisions']:,} decisions wait for the next build.")
    if problems:
        verdict = "error"
    elif facts["release"] is None:
        verdict = "unknown"
        warnings.append("Nothing is published yet, so nothing was measured.")
    else:
        verdict = "warning" if warnings else "ok"
    return {"status": verdict, "problems": problems, "warnings": warnings} | {
        key: value for key, value in facts.items() if key != "status"
    }


def how_old(source: dict[str, Any]) -> str:
    """How old a source of `status` is: what is read by itself since what it was asked up to."""
    if source["cadence"] == "scheduled":
        return f"read up to {source['lag_hours']} hours"
    return f"last imported {source['age_hours']} hours"


def failed_runs(settings: Settings) -> dict[str, ledger.Run]:
    """What failed and no later success of its kind has answered: kind of run -> the newest run.

    What was cancelled answers nothing, and neither it nor a file that was refused for what it is
    is a failure that somebody else has to know of: who gave the command was told, and nothing of it
    landed. Of a night nobody sees the sentence, so there it is one. The next release answers a
    build, and a run whose process ended after its file had landed: it has all that landed.
    """
    newest: dict[str, ledger.Run] = {}
    recovered: set[str] = set()
    was_published = False
    runs = ledger.list_runs(settings, limit=200)
    of_nights = {
        part
        for run in runs
        if run.source == "nightly"
        for part in json.loads(run.ingest_params_json).get("runs", ())
    }
    for run in runs:
        # A mistyped rollback breaks nothing.
        if run.dry_run or run.status in {"running", "cancelled"} or run.source == "rollback":
            continue
        if run.run_id not in of_nights and _was_refused(run):
            continue
        is_only_unpublished = (
            run.source == "build" or run.error_summary == ledger.INTERRUPTED_LANDED
        )
        if was_published and is_only_unpublished:
            continue
        was_published = was_published or run.release is not None
        # A file that could not be read has no type; any later import of its source answers it.
        if run.report_type is None and run.source in recovered:
            continue
        if run.status == "succeeded":
            recovered.add(run.source)
        newest.setdefault(run.report_type or run.source, run)
    return {
        kind: run for kind, run in newest.items() if run.status in {"failed", "partially_failed"}
    }


def _was_refused(run: ledger.Run) -> bool:
    return run.status == "failed" and ledger.REFUSED.items() <= json.loads(run.counts_json).items()


def adapters(settings: Settings) -> list[dict[str, Any]]:
    """Each adapter: {adapter, is_enabled, is_ready, status, reason}.

    The status is ready, disabled, missing-env or missing-deps (platform.md IMP-40b); a login that
    is refused shows with `salesforce --auth-ping`.
    """
    found = []
    for name in ADAPTERS_KNOWN:
        enabled = settings.importer_enabled and name in settings.adapters
        state = DISABLED
        if not settings.importer_enabled:
            reason = "IMPORTER_ENABLED is false"
        elif not enabled:
            reason = "not in IMPORTER_ADAPTERS"
            if name == "salesforce" and settings.salesforce.login is None:
                reason = settings.salesforce.lacking
        elif name == "salesforce" and (lacking := salesforce.not_ready(settings)) is not None:
            reason = lacking
            state = MISSING_ENV if settings.salesforce.login is None else MISSING_DEPS
        else:
            reason = state = READY
        found.append(
            {
                "adapter": name,
                "is_enabled": enabled,
                "is_ready": state == READY,
                "status": state,
                "reason": reason,
            }
        )
    return found


def run_line(run: ledger.Run) -> dict[str, Any]:
    """One run in a list."""
    return {
        "run_id": run.run_id,
        "source": run.source,
        "report_type": run.report_type,
        "status": run.status,
        "is_paused": ledger.is_paused(run.status, run.error_summary),
        "stage": run.stage,
        "dry_run": run.dry_run,
        "label": run.label,
        "file": run.file_name,
        "started_at": report.instant(run.started_at),
        "finished_at": report.instant(run.finished_at),
        "duration_seconds": report.duration(run.started_at, run.finished_at),
        "triggered_by": run.triggered_by,
        "release": run.release,
        "error": run.error_summary,
    }


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the release has the table; one of an earlier version may lack it."""
    found = connection.execute(
        "select 1 from information_schema.tables where table_schema || '.' || table_name = ?",
        [table],
    ).fetchone()
    return found is not None


def _sources(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return [
        {
            "source": row["source"],
            "status": row["status"],
            "last_run_id": row["last_run_id"],
            "last_success_at": report.instant(row["last_success_at"]),
            "age_hours": float(row["age_hours"]) if row["age_hours"] is not None else None,
            "row_count": row["row_count"],
            # A release of an earlier version has none of these.
            "cadence": row.get("cadence"),
            "lag_hours": row.get("lag_hours"),
            "severity": row.get("severity"),
        }
        for row in freshness.sources(connection, ledger.utc_now())
    ]


def _open_work(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    work: dict[str, dict[str, int]] = {}
    for kind, (table, column, is_open) in _OPEN_WORK.items():
        if not _has(connection, table):
            continue
        rows = connection.execute(
            f"select {column}, count(*) from {table} where {is_open} group by 1 order by 2 desc, 1"
        ).fetchall()
        work[kind] = dict(rows)
    return work


def _waits_for_pathful(connection: duckdb.DuckDBPyConnection) -> int:
    table = _OPEN_WORK["unmatched"][0]
    if not _has(connection, table):
        return 0
    row = connection.execute(f"select count(*) from {table} where {WAITS_FOR_PATHFUL}").fetchone()
    return int(row[0]) if row else 0
