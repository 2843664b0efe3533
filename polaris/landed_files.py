"""Runs that read a file of somebody's, and whether its rows are in the warehouse."""

from __future__ import annotations

from polaris import ledger, project_state
from polaris.settings import Settings

# Sources whose runs read a file.
OF_FILES = ("pathful", "roster", "csv")


def landed_source(settings: Settings, run_id: str) -> str | None:
    """The source of a run whose file landed, whether or not a release shows it; else None.

    After a rollback the current release is older than runs that a later one showed: the ledger
    knows them all.
    """
    run = ledger.get_run(settings, run_id)
    if run is None or run.run_id != run_id or run.dry_run or run.source not in OF_FILES:
        return None
    is_landed = run.status != "running" and run.file_sha256 is not None
    # Of a run that failed only the warehouse knows whether what it read is still there.
    if is_landed and run.status != "succeeded":
        is_landed = run_id in project_state.unbuilt(settings)
    return run.source if is_landed else None
