"""Where a run works: the warehouse itself under its lock, or a scratch copy for a dry run."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from polaris import damage, ledger, processes, publish, releases
from polaris.errors import Locked, PolarisError, is_stop
from polaris.locks import wait_until_free, warehouse_lock
from polaris.progress import Progress
from polaris.settings import Settings

if TYPE_CHECKING:
    from filelock import BaseFileLock

_DRY_RUNS_AT_ONCE = 4
_LEDGER_EVERY_SECONDS = 0.25


@dataclass(frozen=True)
class Workplace:
    """Where a run works.

    Attributes:
        settings: the real places: ledger, decisions, releases, archive, reports.
        work: the same settings, with `home` on the scratch copy in a dry run.
        target: the folder for dbt's artifacts.
        dry_run: whether `work` is a scratch copy.
    """

    settings: Settings
    work: Settings
    target: Path
    dry_run: bool


@contextmanager
def open_workplace(
    settings: Settings, *, dry_run: bool, reads_warehouse: bool = True
) -> Iterator[Workplace]:
    """Holds the warehouse, or a copy of it, for the block.

    What a killed run left behind is settled first, so that every run starts clean.

    Args:
        settings: where everything is.
        dry_run: work on a scratch copy.
        reads_warehouse: False for what needs the lock alone, and must work without the file.

    Raises:
        Locked: another run, or another program, holds the warehouse.
    """
    if dry_run:
        with _scratch_copy(settings) as place:
            yield place
        return
    with warehouse_lock(settings):
        _settle(settings, reads_warehouse=reads_warehouse)
        yield Workplace(settings, settings, settings.dbt_target / "runs", dry_run=False)


@contextmanager
def own_folder(settings: Settings, kind: str) -> Iterator[Path]:
    """A folder of this process for copies of files, gone after the block.

    Where the process is killed in it, the next run removes the folder: people stand in such files.
    """
    settings.scratch.mkdir(parents=True, exist_ok=True)
    pid = os.getpid()
    prefix = f"{kind}-{pid}-{processes.identity(pid) or ''}-"
    with tempfile.TemporaryDirectory(dir=settings.scratch, prefix=prefix) as folder:
        yield Path(folder)


def _remove_left_folders(settings: Settings) -> None:
    """Removes what `own_folder` made for processes that are gone."""
    for folder in settings.scratch.glob("*-*-*"):
        _, pid, known, *_ = folder.name.split("-")
        if pid.isdigit() and not processes.is_at_work(int(pid), known or None):
            shutil.rmtree(folder, ignore_errors=True)  # its own process may be faster


def _settle(settings: Settings, *, reads_warehouse: bool = True) -> None:
    """Closes and cleans up after killed runs; the lock is held."""
    _remove_left_folders(settings)
    for run in ledger.close_interrupted(settings, published=releases.current_name(settings)):
        publish.remove_unpublished(settings, run)
    if reads_warehouse:
        wait_until_free(settings)


@contextmanager
def _scratch_copy(settings: Settings) -> Iterator[Workplace]:
    slot, lock = _free_slot(settings)
    home = settings.scratch / slot
    try:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        with warehouse_lock(settings):
            _settle(settings)
            if settings.warehouse.exists():
                shutil.copyfile(settings.warehouse, home / settings.warehouse.name)
        work = replace(settings, home=home)
        yield Workplace(settings, work, settings.dbt_target / slot, dry_run=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        lock.release()


def _free_slot(settings: Settings) -> tuple[str, BaseFileLock]:
    """A place for a dry run. Places are few and have fixed names so that dbt's parse is reused."""
    from filelock import FileLock, Timeout

    settings.locks.mkdir(parents=True, exist_ok=True)
    for number in range(1, _DRY_RUNS_AT_ONCE + 1):
        slot = f"dry_run_{number}"
        lock = FileLock(settings.locks / f"{slot}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            continue
        return slot, lock
    raise Locked(f"{_DRY_RUNS_AT_ONCE} dry runs are going on; try again when one has finished.")


class RunProgress:
    """Tells the ledger, and whoever watches, how far some runs are."""

    def __init__(self, settings: Settings, run_ids: Sequence[str], watcher: Progress) -> None:
        self._settings = settings
        self._run_ids = tuple(run_ids)
        self._watcher = watcher
        self._stage = ""
        self._written_at = 0.0

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        """Reports a stage; the ledger hears of each new stage, and of steps a few times a second.

        Args:
            name: a word a person reads.
            done: steps finished.
            total: steps there are.
        """
        self._watcher.stage(name, done, total)
        now = time.monotonic()
        if name == self._stage and now - self._written_at < _LEDGER_EVERY_SECONDS:
            return
        self._stage, self._written_at = name, now
        for run_id in self._run_ids:
            ledger.set_stage(self._settings, run_id, name, done, total)


@contextmanager
def recorded(settings: Settings, run_ids: Sequence[str]) -> Iterator[None]:
    """Ends the runs in the ledger when the block fails or is stopped.

    Raises:
        PolarisError: instead of what a full disk or a damaged file made a library raise.
    """
    try:
        yield
    except BaseException as error:
        if is_stop(error):
            for run_id in run_ids:
                ledger.abandon(settings, run_id, "cancelled", "Stopped before it was finished.")
            raise
        told = None if isinstance(error, PolarisError) else damage.explained(settings, error)
        message = getattr(told or error, "message", None) or f"{type(error).__name__}: {error}"
        _end_as_failed(settings, run_ids, message)
        if told is not None:
            raise told from error
        raise


def _end_as_failed(settings: Settings, run_ids: Sequence[str], message: str) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    # Where the ledger cannot be written either, readers see the runs as interrupted: what is to be
    # told is why they failed.
    with suppress(SQLAlchemyError):
        published = releases.current_name(settings)
        for run_id in run_ids:
            ledger.abandon(settings, run_id, "failed", message, published=published)
