"""Pages on a disk without room: a sentence and no traceback, nothing half-written, and on again."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import jobs, who
from polaris import ledger
from polaris.processes import identity
from polaris.settings import load_settings
from tests.support import fake_release, full_disk
from tests.support import workbooks as make
from tests.support.dashboard_app import checked, open_page, press, stored, text_of
from tests.support.full_disk import Disk, forget

FULL = "its disk is full: free some space and try again"


@pytest.fixture
def disk(page_home: Path) -> Iterator[Disk]:
    """A disk of 24 MB with the home on it, on which nothing was decided yet."""
    with full_disk.mounted(page_home, 24) as made:
        forget()
        fake_release.publish(page_home)
        yield made
        forget()


def said(app: AppTest) -> str:
    return text_of(app).replace("\\", "")


def uploaded(app: AppTest) -> AppTest:
    rows = [make.session_row(), make.session_row(**{"Session ID": 1002})]
    text = ",".join(make.SESSION_HEADERS) + "\n"
    text += "".join(
        ",".join(f'"{row.get(name, "")}"' for name in make.SESSION_HEADERS) + "\n" for row in rows
    )
    content = ("sessions.csv", text.encode(), "text/csv")
    return checked(app.file_uploader(key="import-pathful").set_value(content).run())


def test_an_upload_without_room_leaves_nothing_and_goes_on_when_there_is_some(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("import_file")
    disk.leave(0)
    app = uploaded(app)
    assert FULL in said(app)
    assert not [path for path in (disk.folder / "inbox").rglob("*") if path.is_file()]
    disk.empty()
    app = checked(app.run())
    assert "sessions.csv can be imported" in said(app)

    started = threading.Event()
    disk.leave(8192)
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.jobs.subprocess.Popen", lambda *_, **__: started.set())
        app = press(app, "Import")
    assert FULL in said(app)
    assert "sessions.csv can be imported" in said(app)
    assert not started.is_set(), "a command was started that no page would have shown"


def test_a_job_is_told_by_its_exit_code_although_the_disk_filled_meanwhile(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says last stands in room that was kept for it."""
    script = (
        "import pathlib, os, sys, time\n"
        "go = pathlib.Path(os.environ['POLARIS_HOME'], 'go')\n"
        "while not go.exists(): time.sleep(0.02)\n"
        "print('{\"error\": \"Told in the end.\"}'); print('on', 'stderr', file=sys.stderr)\n"
        "sys.exit(1)\n"
    )
    monkeypatch.setattr(jobs, "COMMAND", (sys.executable, "-c", script))
    settings = load_settings()
    job = jobs.start(settings, who.Person("jordan", "admin", ""), [], title="A job")
    assert jobs.is_running(job)
    (disk.folder / "go").touch()
    disk.leave(0)
    for thread in threading.enumerate():
        if thread.name.endswith("(_note_end)"):
            thread.join(20)
    assert disk.free == 0
    found = jobs.find(settings, job.name)
    assert found is not None
    assert not jobs.is_running(found)
    result = jobs.result(found)
    assert (result.exit_code, result.output) == (1, {"error": "Told in the end."})
    assert result.messages == "on stderr"
    assert not jobs.went_well(settings, found)


def test_where_nobody_saw_how_a_job_ended_its_run_tells(disk: Disk) -> None:
    """The server was started anew meanwhile; a job without a run has failed."""
    settings = load_settings()
    me = os.getpid()
    job = jobs.Job("job-1", disk.folder, me, identity(me), "A job", datetime.now(UTC))
    for name in ("output.json", "messages.txt"):
        (disk.folder / name).touch()
    assert not jobs.went_well(settings, job)
    run = ledger.start_run(settings, ledger.RunStart("build", "build", "jordan"))
    assert not jobs.went_well(settings, job)
    ledger.finish_run(settings, run, "succeeded")
    assert jobs.went_well(settings, job)
    ledger.finish_run(settings, run, "failed")
    assert not jobs.went_well(settings, job)


def test_a_decision_without_room_is_refused_in_words_and_taken_when_there_is_some(
    disk: Disk,
) -> None:
    app = open_page("unmatched", ticket="k-teacher")
    disk.leave(0)
    app = press(app, "Ignore")
    assert "The decision store cannot be used" in said(app)
    assert "nothing was stored" in said(app)
    disk.empty()
    assert stored() == []
    press(checked(app.run()), "Ignore")
    assert [one[:2] for one in stored()] == [("ignore_ticket", "k-teacher")]

    disk.leave(0)
    app = press(open_page("overview"), "Apply now")
    assert FULL in said(app)
    assert not [one for one in (disk.folder / "inbox").rglob("job.json") if one.stat().st_size]
    assert "**1 decision stored**" in said(app)
    disk.empty()


@pytest.mark.parametrize("page", ["overview", "unmatched", "import_file", "runs", "source_health"])
def test_without_a_free_byte_pages_can_be_read(disk: Disk, page: str) -> None:
    ledger.start_run(load_settings(), ledger.RunStart("build", "build", "jordan"))
    forget()
    disk.leave(0)
    text = said(open_page(page))
    assert "cannot be used" not in text
    assert "Last successful import" in text
