"""One writer at a time: an operating-system lock that dies with its process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

from polaris import damage, ledger
from polaris.errors import Locked
from polaris.settings import SITE_ZONE, Settings

# The locks of the homes whose warehouse this thread holds for steps that each take the lock.
_HELD: ContextVar[tuple[Path, ...]] = ContextVar("held", default=())

# What DuckDB says of a file that another process has open.
_LOCKED = "Could not set lock on file"
# What runs, by the source of its run; no file names, for people put names into those.
_WORDS = {
    "pathful": "an import of Pathful reports",
    "roster": "an import of a teacher roster",
    "csv": "an import of a CSV file",
    "sheet": "an import of a Google Sheet",
    "salesforce": "a reading of Salesforce",
    "nightly": "the nightly job",
    "build": "a build",
    "rollback": "a rollback",
}


@contextmanager
def held_for_all(settings: Settings) -> Iterator[None]:
    """Lets the steps of one long run take the lock that the run itself holds already.

    Call it inside `warehouse_lock`; only this thread's steps are let through.
    """
    token = _HELD.set((*_HELD.get(), settings.locks))
    try:
        yield
    finally:
        _HELD.reset(token)


@contextmanager
def warehouse_lock(settings: Settings) -> Iterator[None]:
    """Holds the warehouse for the block, without waiting.

    Raises:
        Locked: another run holds it; the message says which.
    """
    from filelock import FileLock, Timeout

    if settings.locks in _HELD.get():
        yield
        return
    settings.locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.locks / "warehouse.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Locked(_who_holds_it(settings)) from None
    try:
        yield
    finally:
        lock.release()


def wait_until_free(settings: Settings, seconds: float = 5.0) -> None:
    """Waits until no process has the warehouse file open. Call it with the lock held.

    Our own runs are kept out by the lock. What is left is a dbt process that is just dying with
    the run that started it, or somebody's database client.

    Raises:
        Locked: a program still has the file open.
        PolarisError: the file is damaged.
    """
    import duckdb

    if not settings.warehouse.exists():
        return
    deadline = time.monotonic() + seconds
    while True:
        try:
            duckdb.connect(str(settings.warehouse)).close()
        except duckdb.Error as error:
            if _LOCKED not in str(error):
                if damage.remove_unborn(settings):
                    return
                raise damage.explained(settings, error) or damage.warehouse(
                    settings, error
                ) from None
            if time.monotonic() > deadline:
                raise Locked(
                    f"{settings.warehouse.name} is open in another program "
                    f"({_holder(str(error))}); close it there, then try again."
                ) from None
        else:
            return
        time.sleep(0.1)


def _holder(text: str) -> str:
    """The part of DuckDB's message that names the process."""
    _, found, rest = text.partition("Conflicting lock is held in ")
    return rest.partition(". ")[0].strip() if found else "a database client"


def _who_holds_it(settings: Settings) -> str:
    running = [run for run in ledger.list_runs(settings, status="running") if not run.dry_run]
    if not running:
        return (
            "Another run holds the warehouse; try again when it has finished "
            "(`polaris-load runs list` shows it)."
        )
    # A long run holds the lock for its steps: the oldest is what somebody started, and the newest
    # is where it is.
    run, step = running[-1], running[0]
    stage = f"{step.stage} {step.stage_done} of {step.stage_total}" if step.stage_total else None
    at = f", now {stage or step.stage}" if step.stage else ""
    return (
        f"The warehouse is taken: {_WORDS.get(run.source, run.source)} has been running since "
        f"{_since(run.started_at)}, started by {run.triggered_by}{at}. Try again when it has "
        f"finished; `polaris-load runs show {run.run_id}` tells how far it is."
    )


def _since(start: datetime) -> str:
    """When something began, with the day where that is not today."""
    local = start.astimezone(SITE_ZONE)
    is_today = local.date() == datetime.now(SITE_ZONE).date()
    return f"{local:%H:%M %Z}" if is_today else f"{local:%Y-%m-%d %H:%M %Z}"
