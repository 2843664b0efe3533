"""Commands the dashboard starts in the background: they outlive the page and the server.

Each job has a folder under the inbox with the uploaded file, what the command printed and its exit
code, so that a reloaded page finds it again. Progress is read from the run ledger.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard.who import Person
from polaris import config, ledger
from polaris.processes import identity
from polaris.settings import PROJECT_ROOT, Settings

# How `polaris-load` is run by the interpreter that runs the dashboard.
COMMAND = (sys.executable, "-c", "import sys; from polaris.cli import main; sys.exit(main())")
STAGES = {
    "starting": "Starting",
    "waiting": "Waiting for another run",
    "validating": "Checking the file",
    "landing": "Landing the rows",
    "building": "Building the tables",
    "checking": "Checking the results",
    "publishing": "Publishing",
    "finished": "Finished",
}
_FOLDER = re.compile(r"job-\d{8}T\d{6}-[0-9a-f]{8}")
# What a command says last, such as why it failed, and its exit code have room kept for them.
_ROOM = b" " * 4096
# Of the newest folders, where a job that still runs is looked for.
_LOOKED_AT = 20
_UNFIT_IN_NAME = re.compile(r"[^\w .()&+,'@-]+")


@dataclass(frozen=True)
class Job:
    """A background command.

    Attributes:
        name: of its folder; goes into the URL.
        folder: its files.
        pid: of the command.
        process: its `processes.identity`; None where nobody says.
        title: in words.
        started_at: UTC.
    """

    name: str
    folder: Path
    pid: int
    process: str | None
    title: str
    started_at: datetime


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        is_running: False once the command ended.
        stage: in words.
        done: steps finished of `total`; both 0 where they are not counted.
        total: steps there are.
        run: its row in the ledger, once there is one.
    """

    is_running: bool
    stage: str
    done: int
    total: int
    run: ledger.Run | None


@dataclass(frozen=True)
class Result:
    """What a job came to.

    Attributes:
        exit_code: of the command; None when nobody saw it end.
        output: what it printed as JSON; None when it printed none.
        messages: what it said on standard error.
    """

    exit_code: int | None
    output: Any
    messages: str


def new_folder(settings: Settings) -> Path:
    """An empty folder for a job; folders past their time go."""
    _clean_up(settings)
    now = datetime.now(UTC)
    folder = settings.inbox / f"job-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    return folder


def save_upload(settings: Settings, name: str, content: bytes) -> Path:
    """Writes an uploaded file below the inbox under a safe name and returns its path.

    Raises:
        OSError: there is no room for it; nothing of it is left.
    """
    job = new_folder(settings)
    stem = _UNFIT_IN_NAME.sub("_", Path(name.replace("\\", "/")).name).strip(" .") or "upload"
    path = job / "file" / stem[-150:]
    try:
        path.parent.mkdir()
        path.write_bytes(content)
    except OSError:
        shutil.rmtree(job, ignore_errors=True)
        raise
    return path


def start(
    settings: Settings,
    person: Person,
    arguments: Sequence[str],
    *,
    title: str,
    folder: Path | None = None,
) -> Job:
    """Starts `polaris-load` with these arguments and returns at once.

    Raises:
        OSError: there is no room for what it says of itself; nothing was started.
    """
    folder = folder or new_folder(settings)
    for name in ("output.json", "messages.txt", "job.json", "exit_code.part"):
        (folder / name).write_bytes(_ROOM)
    with (
        (folder / "output.json").open("r+b") as output,
        (folder / "messages.txt").open("r+b") as messages,
    ):
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=messages,
            cwd=PROJECT_ROOT,
            env=os.environ | {"POLARIS_HOME": str(settings.home), "POLARIS_USER": person.name},
            start_new_session=True,
        )
    started = datetime.now(UTC)
    known = identity(process.pid)
    facts = {"pid": process.pid, "process": known, "title": title}
    facts["started_at"] = started.isoformat()
    _write_over(folder / "job.json", json.dumps(facts))
    # The command must be waited for, or it stays a zombie that looks alive.
    threading.Thread(target=_note_end, args=(process, folder), daemon=True).start()
    return Job(folder.name, folder, process.pid, known, title, started)


def _note_end(process: subprocess.Popen[bytes], folder: Path) -> None:
    code = process.wait()
    partial = folder / "exit_code.part"
    _write_over(partial, str(code))
    partial.replace(folder / "exit_code")


def _write_over(path: Path, text: str) -> None:
    """Writes a text over the blanks that were kept for it; a disk that is full now takes it."""
    with path.open("r+b") as file:
        file.write(text.encode())


def find(settings: Settings, name: str | None) -> Job | None:
    """The job of that name; None when there is none (any more)."""
    if not name or not _FOLDER.fullmatch(name):
        return None
    folder = settings.inbox / name
    try:
        facts = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    started = datetime.fromisoformat(facts["started_at"])
    return Job(name, folder, facts["pid"], facts.get("process"), facts["title"], started)


def running(settings: Settings, title: str) -> Job | None:
    """The newest job of that title that is still at work, whoever started it; None without."""
    if not settings.inbox.is_dir():
        return None
    names = sorted((folder.name for folder in settings.inbox.iterdir()), reverse=True)
    for name in names[:_LOOKED_AT]:
        job = find(settings, name)
        if job is not None and job.title == title and is_running(job):
            return job
    return None


def is_running(job: Job) -> bool:
    """Whether the command has not ended yet."""
    if (job.folder / "exit_code").exists() or not _is_alive(job.pid):
        return False
    return job.process in {None, identity(job.pid)}


def progress(settings: Settings, job: Job) -> Progress:
    """How far the job is, from the ledger and its process."""
    run = next(
        (
            run
            for run in ledger.list_runs(settings, limit=20)
            if (run.pid, run.process) == (job.pid, job.process)
        ),
        None,
    )
    at_work = is_running(job)
    stage = run.stage if run is not None else "starting"
    words = STAGES.get(stage, stage.capitalize())
    if run is None:
        return Progress(at_work, words, 0, 0, None)
    return Progress(at_work, words, run.stage_done, run.stage_total, run)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def result(job: Job) -> Result:
    """What the job printed; call it when it has ended."""
    code_file = job.folder / "exit_code"
    code = int(code_file.read_text(encoding="utf-8")) if code_file.exists() else None
    text = (job.folder / "output.json").read_text(encoding="utf-8", errors="replace")
    try:
        output = json.loads(text)
    except json.JSONDecodeError:
        output = None
    messages = (job.folder / "messages.txt").read_text(encoding="utf-8", errors="replace")
    return Result(code, output, messages.strip())


def went_well(settings: Settings, job: Job) -> bool:
    """Whether the job did its work; call it when it has ended.

    Where nobody saw how it ended, for the server stopped meanwhile, its run tells.
    """
    code = result(job).exit_code
    if code is not None:
        return code == 0
    run = progress(settings, job).run
    return run is not None and run.status in {"succeeded", "partially_failed"}


def busy(settings: Settings) -> ledger.Run | None:
    """The run that is at work in the warehouse now; None when there is none."""
    running = ledger.list_runs(settings, limit=20, status="running")
    return next((run for run in running if not run.dry_run), None)


def _clean_up(settings: Settings) -> None:
    if not settings.inbox.is_dir():
        return
    # Uploads are kept so long, in case an import has to be repeated.
    keep = timedelta(hours=config.value(settings, "upload.keep_hours"))
    limit = (datetime.now(UTC) - keep).timestamp()
    for folder in settings.inbox.iterdir():
        if _FOLDER.fullmatch(folder.name) and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
