"""What a person does about a run: stop it, try it again, take its file (platform.md 6.2)."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from polaris import access, export_log, ledger, processes, releases
from polaris.errors import BadInput, Locked, PolarisError
from polaris.landed_files import OF_FILES
from polaris.progress import Progress
from polaris.report import Report
from polaris.settings import Settings
from polaris.workplace import open_workplace, own_folder

STOPPED = "Stopped before it was finished."
RETRIED = ("failed", "cancelled")
_POLL_SECONDS = 0.1


def found(settings: Settings, run_id: str) -> ledger.Run:
    """The run of that id, or the only one whose id starts so.

    Raises:
        BadInput: there is none.
    """
    run = ledger.get_run(settings, run_id)
    if run is None:
        raise BadInput(
            f"There is no run {run_id}, or several begin so; `polaris-load runs list` shows them."
        )
    return run


def cancel(settings: Settings, run_id: str, seconds: float = 30.0) -> dict[str, Any]:
    """Stops a run that is at work, and takes back the rows of its file.

    Its process is told to end, and with it every other run of the same command. What the CRM said
    stays landed: the next reading goes on from there.

    Args:
        settings: where the ledger is.
        run_id: the run, or the beginning of its id.
        seconds: how long to wait for the end.

    Returns:
        {status, run_id, cancelled, withdrawn}: ids of the runs that ended so, and of those whose
        rows were taken back.

    Raises:
        BadInput: there is no such run, or it is not at work.
        PolarisError: it cannot be told, has not ended yet, or was published before it could stop.
    """
    run = found(settings, run_id)
    if run.status != "running":
        raise BadInput(f"Run {run.run_id} is not at work any more; it is {run.status}.")
    together = [
        one.run_id
        for one in ledger.list_runs(settings, status="running")
        if (one.pid, one.process, one.dry_run) == (run.pid, run.process, run.dry_run)
    ]
    if not processes.stop(run.pid, run.process):
        raise PolarisError(
            f"The process of run {run.run_id} is gone, or is not this user's; nothing was stopped. "
            "A run whose process is gone is closed by the next one that starts."
        )
    deadline = time.monotonic() + seconds
    while processes.is_at_work(run.pid, run.process):
        if time.monotonic() > deadline:
            raise PolarisError(
                f"Run {run.run_id} was told to stop and has not ended yet; `polaris-load runs show "
                f"{run.run_id}` tells when it has."
            )
        time.sleep(_POLL_SECONDS)
    published = releases.current_name(settings)
    for one in ledger.list_runs(settings, status="failed"):
        # A process that was told before it listened ends without a word in the ledger.
        if one.run_id in together and (one.release is None or one.release != published):
            ledger.abandon(settings, one.run_id, "cancelled", STOPPED)
    ended = {one: ledger.get_run(settings, one) for one in together}
    cancelled = [one for one, now in ended.items() if now and now.status in RETRIED]
    if run.run_id not in cancelled:
        now = ended.get(run.run_id)
        raise PolarisError(
            f"Run {run.run_id} could not be stopped in time: it is "
            f"{now.status if now else 'unknown'}. `polaris-load rollback` takes a release back."
        )
    return {
        "status": "succeeded",
        "run_id": run.run_id,
        "cancelled": cancelled,
        "withdrawn": [] if run.dry_run else _take_back(settings, cancelled),
    }


def _take_back(settings: Settings, run_ids: list[str]) -> list[str]:
    """Withdraws what runs landed, so that the next build is as if they had not begun."""
    from polaris.withdraw import uses, withdraw

    try:
        with open_workplace(settings, dry_run=False):
            if not settings.warehouse.exists():
                return []
            runs = [run for one in run_ids if (run := ledger.get_run(settings, one)) is not None]
            landed = [
                run.run_id
                for run in runs
                if ledger.never_published(settings, run)
                and uses(settings.warehouse, run.run_id) == 1
            ]
            withdraw(settings.warehouse, landed)
            return landed
    except Locked:  # the next run has begun already, and what landed is in its build
        return []


def pause(settings: Settings, run_id: str) -> ledger.Run:
    """Asks a backfill to end after the window it reads; the same command goes on with the next.

    Raises:
        BadInput: there is no such run, it is not at work, or it reads no windows.
    """
    from polaris import salesforce_windows

    run = found(settings, run_id)
    salesforce_windows.pause(settings, run)
    return run


def retry(settings: Settings, run_id: str, progress: Progress) -> list[Report]:
    """Runs a failed or cancelled import again: the same file, the same options, a new run.

    The attempts of one import bear one label, and say which run was the first.

    Returns:
        The reports of the import.

    Raises:
        BadInput: there is no such run, it did not fail, or its file is gone.
        PolarisError: what the import raised.
    """
    run = found(settings, run_id)
    why_not = not_retried(settings, run)
    if why_not is not None:
        raise BadInput(why_not)
    params = json.loads(run.ingest_params_json)
    first = str(params.get("retry_of") or run.run_id)
    earlier = sum(_is_attempt(one, first) for one in ledger.list_runs(settings))
    facts = {"retry_of": first, "attempt": earlier + 2}
    with ledger.attempt(run.label or first, facts):
        if run.source == "salesforce":
            return [_read_again(settings, run, params, run.label or first, progress)]
        file = original(settings, run)
        assert file is not None and run.file_name is not None  # noqa: S101, PT018 asked above
        with own_folder(settings, "retry") as folder:
            copy = folder / Path(run.file_name).name
            shutil.copyfile(file, copy)
            return _import_again(settings, run, params, copy, progress)


def not_retried(settings: Settings, run: ledger.Run) -> str | None:
    """Why a run cannot be tried again, in a sentence; None where it can."""
    if run.status not in RETRIED:
        return f"Run {run.run_id} is {run.status}; only a failed or cancelled run is tried again."
    if run.source == "salesforce":
        return None
    if run.source not in OF_FILES:
        return f"Run {run.run_id} is of {run.source} and read no file; give its command again."
    if original(settings, run) is None:
        return f"{_not_here(settings, run)}; import it from where it is."
    return None


def _not_here(settings: Settings, run: ledger.Run) -> str:
    """That the file of a run is not kept; one that was refused never was."""
    if json.loads(run.counts_json).get("was_refused"):
        return f"The file of run {run.run_id} was refused before it was kept here"
    if run.file_sha256 is not None and (settings.archive / run.file_sha256).exists():
        return f"The copy of the file of run {run.run_id} in archive/ is damaged"
    return f"The file of run {run.run_id} is not here any more"


def original(settings: Settings, run: ledger.Run) -> Path | None:
    """The very file a run read: of the archive, else of the uploads; None where none is whole."""
    if run.file_sha256 is not None:
        archived = settings.archive / run.file_sha256
        if archived.is_file() and _sha256(archived) == run.file_sha256:
            return archived
    if run.file_name is None or not settings.inbox.is_dir():
        return None
    name = Path(run.file_name).name
    for path in sorted(settings.inbox.glob("job-*/file/*")):
        if path.name != name:
            continue
        if run.file_sha256 is None:
            # It could not be read, so nobody knows its hash: then it is the upload of this process.
            if _pid_of(path.parent.parent) == run.pid:
                return path
        elif _sha256(path) == run.file_sha256:
            return path
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_original(settings: Settings, run_id: str, out: Path | None = None) -> Path:
    """Writes the very file a run read, and notes in the log of exports that it was taken.

    Args:
        settings: where the archive is.
        run_id: the run, or the beginning of its id.
        out: the file; None for the name it had, in this folder.

    Raises:
        BadInput: there is no such run, it read no file, its file is gone, or `out` exists or cannot
            be written.
    """
    run = found(settings, run_id)
    if run.source not in OF_FILES:
        what = "read Salesforce, not a file" if run.source == "salesforce" else "read no file"
        raise BadInput(
            f"Run {run.run_id} {what}: there is no original of it. `polaris-load runs show "
            f"{run.run_id}` tells what it did."
        )
    file = original(settings, run)
    if file is None:
        raise BadInput(f"{_not_here(settings, run)}; take it from where it came from.")
    path = out if out is not None else Path(Path(run.file_name or run.run_id).name)
    try:
        with path.open("xb") as target:
            target.write(file.read_bytes())
    except FileExistsError:
        raise BadInput(f"{path} exists; name a file that does not.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
    note_taken(settings, run, settings.user, access.ADMIN)
    return path


def note_taken(settings: Settings, run: ledger.Run, actor: str, role: str) -> None:
    """Notes in the log of exports that somebody took the file of a run."""
    export_log.add(
        settings,
        export_log.Export(
            exported_at=ledger.utc_now(),
            actor=actor,
            role=role,
            name=f"Original file of run {run.run_id}",
            file_format=Path(run.file_name or "").suffix.lstrip(".").lower() or "file",
            row_count=0,
            release=releases.current_name(settings),
        ),
    )


def _pid_of(folder: Path) -> int | None:
    try:
        facts = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    pid = facts.get("pid")
    return pid if isinstance(pid, int) else None


def _is_attempt(run: ledger.Run, first: str) -> bool:
    return bool(json.loads(run.ingest_params_json).get("retry_of") == first)


def _import_again(
    settings: Settings,
    run: ledger.Run,
    params: Mapping[str, Any],
    file: Path,
    progress: Progress,
) -> list[Report]:
    from polaris.contracts_import import CsvOptions, import_csv
    from polaris.imports import PathfulOptions, RosterOptions, import_pathful, import_roster

    build = bool(params.get("build", True))
    if run.source == "pathful":
        cutoff, exported = params.get("cutoff_date"), params.get("exported_at")
        pathful = PathfulOptions(
            mode=params["mode"],
            since=date.fromisoformat(cutoff) if cutoff and params["mode"] == "custom" else None,
            exported_at=datetime.fromisoformat(exported) if exported else None,
            dry_run=run.dry_run,
            build=build,
            virtual_year=params.get("virtual_year"),
        )
        return import_pathful(settings, [file], pathful, progress)
    if run.source == "roster":
        roster = RosterOptions(
            district=params["district_name"],
            academic_year=params["academic_year"],
            virtual_year=params.get("virtual_year"),
            target_sessions=params.get("target_sessions"),
            allow_large_deactivation=bool(params.get("allow_large_deactivation")),
            dry_run=run.dry_run,
            build=build,
        )
        return [import_roster(settings, file, roster, progress)]
    options = CsvOptions(
        source_system=params.get("source_system"),
        strict_headers=bool(params.get("strict_headers")),
        dry_run=run.dry_run,
        build=build,
    )
    return [import_csv(settings, params["entity"], file, options, progress)]


def _read_again(
    settings: Settings, run: ledger.Run, params: Mapping[str, Any], label: str, progress: Progress
) -> Report:
    from polaris.salesforce import SalesforceOptions, import_salesforce

    since, hours = params.get("since"), params.get("window_hours")
    options = SalesforceOptions(
        objects=tuple(params.get("objects", ())),
        cadence=params.get("cadence", "daily"),
        full=bool(params.get("full")),
        since=datetime.fromisoformat(since) if since else None,
        window=timedelta(hours=hours) if hours else None,
        limit=params.get("limit"),
        label=label,
        build=bool(params.get("build", True)),
        dry_run=run.dry_run,
    )
    return import_salesforce(settings, options, progress)
