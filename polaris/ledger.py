"""The run ledger: one row per run, in SQLite, readable while runs go on.

A run that was killed stays `running` in the file. Readers are told the truth at once (its process
is gone: `failed`, "interrupted"), and the next run that holds the lock writes it down.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from polaris import mapping
from polaris.ledger_file import engine as _engine
from polaris.ledger_file import opened as _opened
from polaris.ledger_file import table as _table
from polaris.processes import identity, is_at_work
from polaris.settings import Settings

STATUSES = ("running", "succeeded", "failed", "partially_failed", "cancelled")
# So the sentence begins of a backfill that somebody paused; what it read is landed.
PAUSED = "Paused"
# Among the counts of a run whose file was refused for what it is, before anything landed.
REFUSED = {"was_refused": True}
INTERRUPTED = "Interrupted: its process ended before the run did; nothing was published."
INTERRUPTED_LANDED = f"{INTERRUPTED} What it read is landed and will be in the next build."
# Label and options of the runs that this thread starts, where they are another attempt.
_ATTEMPT: ContextVar[tuple[str, Mapping[str, Any]] | None] = ContextVar("attempt", default=None)
_AFTER_LANDING = ("building", "checking", "publishing")


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        run_id: sortable by start.
        run_seq: 1, 2, 3 in the order of the ledger.
        source: what was run: pathful, roster, csv, salesforce, nightly, build or rollback.
        adapter: the adapter that read the source; None where nothing was read.
        command: the command as it could be typed again.
        status: one of STATUSES.
        stage: what it is doing, or did last.
        stage_done: steps of the stage that are done; 0 where not counted.
        stage_total: steps the stage has; 0 where not counted.
        dry_run: True when it worked on a scratch copy.
        label: what it is called beside its source: of another attempt, why; None for most.
        started_at: UTC.
        finished_at: UTC; None while it runs.
        triggered_by: who started it.
        pid: the process; only meaningful while it runs.
        process: its `processes.identity`; None where nobody says.
        file_name: of the file it read; None where it read none.
        file_sha256: of that file's bytes, under which it lies in the archive; None before it was
            read.
        report_type: what kind of file it is; None for the same, and until the header says so.
        error_summary: the sentence of its failure; None where it did not fail.
        warnings_json: JSON list of sentences.
        ingest_params_json: JSON object of options.
        counts_json: JSON object, the import report.
        gate_json: JSON object {passed, failures, results, release}.
        release: what it published.
    """

    run_id: str
    run_seq: int
    source: str
    adapter: str | None
    command: str
    status: str
    stage: str
    stage_done: int
    stage_total: int
    dry_run: bool
    label: str | None
    started_at: datetime
    finished_at: datetime | None
    triggered_by: str
    pid: int
    process: str | None
    file_name: str | None
    file_sha256: str | None
    report_type: str | None
    error_summary: str | None
    warnings_json: str
    ingest_params_json: str
    counts_json: str
    gate_json: str | None
    release: str | None

    def as_row(self) -> dict[str, Any]:
        """The columns of the ledger, for landing."""
        return asdict(self)


@dataclass(frozen=True)
class RunStart:
    """What is known when a run starts; see `Run`."""

    source: str
    command: str
    triggered_by: str
    adapter: str | None = None
    dry_run: bool = False
    label: str | None = None
    file_name: str | None = None
    params: Mapping[str, Any] | None = None


def utc_now() -> datetime:
    """Now, UTC, to the millisecond: what reports show is what is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_run_id(now: datetime | None = None) -> str:
    """A sortable id: UTC to the millisecond, then six random hex digits."""
    moment = (now or utc_now()).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{secrets.token_hex(3)}"


@contextmanager
def attempt(label: str, params: Mapping[str, Any]) -> Iterator[None]:
    """Runs started in the block bear the label, and these options beside their own."""
    token = _ATTEMPT.set((label, params))
    try:
        yield
    finally:
        _ATTEMPT.reset(token)


def start_run(settings: Settings, start: RunStart) -> str:
    """Writes a running run of this process and returns its id."""
    from sqlalchemy import insert

    label, more = _ATTEMPT.get() or (start.label, {})
    params = {**(start.params or {}), **more, **mapping.used(settings, keep=not start.dry_run)}
    now = utc_now()
    run_id = new_run_id(now)
    row = {
        "run_id": run_id,
        "source": start.source,
        "adapter": start.adapter,
        "command": start.command,
        "status": "running",
        "stage": "starting",
        "dry_run": start.dry_run,
        "label": label,
        "started_at": _text(now),
        "triggered_by": start.triggered_by,
        "pid": os.getpid(),
        "process": identity(os.getpid()),
        "file_name": start.file_name,
        "ingest_params_json": json.dumps(params, default=str),
    }
    settings.home.mkdir(parents=True, exist_ok=True)
    with _engine(settings.ledger_path).begin() as connection:
        connection.execute(insert(_table()), row)
    return run_id


def is_paused(status: str, error_summary: str | None) -> bool:
    """Whether a run was not stopped for good but paused: the same command goes on with it."""
    return status == "cancelled" and (error_summary or "").startswith(f"{PAUSED} ")


def set_stage(settings: Settings, run_id: str, stage: str, done: int = 0, total: int = 0) -> None:
    """Writes how far a run is."""
    _update(settings, run_id, stage=stage, stage_done=done, stage_total=total)


def note(settings: Settings, run_id: str, **columns: Any) -> None:
    """Writes facts learnt on the way (file_sha256, report_type, release, …)."""
    _update(settings, run_id, **columns)


def finish_run(
    settings: Settings,
    run_id: str,
    status: str,
    *,
    finished_at: datetime | None = None,
    **columns: Any,
) -> None:
    """Ends a run.

    Args:
        settings: where the ledger is.
        run_id: the run.
        status: any of STATUSES but running.
        finished_at: UTC; now when not given.
        columns: further ledger columns; mappings and lists are written as JSON.
    """
    if isinstance(params := columns.get("ingest_params_json"), Mapping):
        columns["ingest_params_json"] = {**params, **mapping.used(settings, keep=False)}
    _update(
        settings,
        run_id,
        status=status,
        stage="finished",
        stage_done=0,
        stage_total=0,
        finished_at=_text(finished_at or utc_now()),
        **columns,
    )


def abandon(
    settings: Settings,
    run_id: str,
    status: str,
    error_summary: str,
    *,
    published: str | None = None,
) -> None:
    """Ends a run that could not go on; one that has ended already stays as it is.

    Args:
        settings: where the ledger is.
        run_id: the run.
        status: what it is to be, failed or cancelled.
        error_summary: why.
        published: the release CURRENT names. A run that got as far as naming it has succeeded.
    """
    from sqlalchemy import select

    table = _table()
    query = select(table.c.status, table.c.release).where(table.c.run_id == run_id)
    with _engine(settings.ledger_path).connect() as connection:
        written = connection.execute(query).first()
    if written is None or written.status != "running":
        return
    if published is not None and written.release == published:
        finish_run(settings, run_id, "succeeded")
    else:
        finish_run(settings, run_id, status, error_summary=error_summary, release=None)


def list_runs(
    settings: Settings,
    *,
    limit: int | None = None,
    status: str | None = None,
    source: str | None = None,
) -> list[Run]:
    """Runs, newest first; an empty list before the first run.

    Args:
        settings: where the ledger is.
        limit: at most so many; None for all.
        status: only runs with this status, as readers see it.
        source: only runs of this source.
    """
    from sqlalchemy import select

    if not settings.ledger_path.exists():
        return []
    table = _table()
    query = select(table).order_by(table.c.run_seq.desc())
    if source is not None:
        query = query.where(table.c.source == source)
    if status in {"running", "failed"}:  # a dead process turns the first into the second
        query = query.where(table.c.status.in_(["running", "failed"]))
    elif status is not None:
        query = query.where(table.c.status == status)
    elif limit is not None:
        query = query.limit(limit)
    with _opened(settings.ledger_path) as connection:
        runs = [_run(row) for row in connection.execute(query).mappings()]
    if status is not None:
        runs = [run for run in runs if run.status == status]
    return runs[:limit] if limit is not None else runs


def get_run(settings: Settings, run_id: str) -> Run | None:
    """The run of that id, or the only one whose id starts so; None otherwise."""
    from sqlalchemy import select

    if not settings.ledger_path.exists() or not run_id:
        return None
    table = _table()
    query = select(table).where(table.c.run_id.startswith(run_id, autoescape=True)).limit(2)
    with _opened(settings.ledger_path) as connection:
        rows = [_run(row) for row in connection.execute(query).mappings()]
    exact = [run for run in rows if run.run_id == run_id]
    found = exact or rows
    return found[0] if len(found) == 1 else None


def never_published(settings: Settings, run: Run) -> bool:
    """Whether a run failed and no release has been published since it started.

    What such a run landed is in no release: the next build would be the first to show it.
    """
    if run.status not in {"failed", "cancelled"}:
        return False
    return not any(
        later.release is not None
        and later.run_seq > run.run_seq
        and later.status in {"succeeded", "partially_failed"}
        for later in list_runs(settings)
    )


def close_interrupted(settings: Settings, *, published: str | None) -> list[Run]:
    """Ends the runs of processes that are gone. Call it only with the warehouse lock held.

    With the lock held no other run can be at work, whatever its process id says now; only dry
    runs work without it, so those must be dead as well.

    Args:
        settings: where the ledger is.
        published: the release CURRENT names. A run that got as far as naming it has succeeded.

    Returns:
        The runs that were closed.
    """
    if not settings.ledger_path.exists():
        return []
    closed = []
    ours = (os.getpid(), identity(os.getpid()))
    for run in _written_as_running(settings):
        if (run.pid, run.process) == ours or (run.dry_run and _is_at_work(run)):
            continue
        if published is not None and run.release == published:
            finish_run(settings, run.run_id, "succeeded")
        else:
            landed = run.source != "build" and not run.dry_run and run.stage in _AFTER_LANDING
            finish_run(
                settings,
                run.run_id,
                "failed",
                error_summary=INTERRUPTED_LANDED if landed else INTERRUPTED,
                release=None,
            )
        closed.append(run)
    return closed


def _written_as_running(settings: Settings) -> list[Run]:
    from sqlalchemy import select

    table = _table()
    query = select(table).where(table.c.status == "running").order_by(table.c.run_seq)
    with _engine(settings.ledger_path).connect() as connection:
        return [_run(row, truth=False) for row in connection.execute(query).mappings()]


def _update(settings: Settings, run_id: str, **columns: Any) -> None:
    from sqlalchemy import update

    values = {
        name: json.dumps(value, default=str) if isinstance(value, dict | list | tuple) else value
        for name, value in columns.items()
    }
    table = _table()
    with _engine(settings.ledger_path).begin() as connection:
        connection.execute(update(table).where(table.c.run_id == run_id).values(**values))


def _run(row: Mapping[Any, Any], *, truth: bool = True) -> Run:
    values = dict(row)
    values["started_at"] = datetime.fromisoformat(values["started_at"])
    if values["finished_at"] is not None:
        values["finished_at"] = datetime.fromisoformat(values["finished_at"])
    values["dry_run"] = bool(values["dry_run"])
    run = Run(**values)
    if truth and run.status == "running" and not _is_at_work(run):
        return replace(run, status="failed", error_summary=INTERRUPTED)
    return run


def _is_at_work(run: Run) -> bool:
    return is_at_work(run.pid, run.process)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
