"""The commands of `trouble`, and the servers they read from."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support import trouble_home as homes

DEMO_DAY = "2026-01-31"
SHEET = "1AbcDefGhiJklMnoPqrStuVwxYz-0123456789"
# What landed when a trial began is past its time then.
_YEARS_LATER = {"POLARIS_LOGICAL_DATE": "2030-01-31"}
_DISTRICT = ("--district", "Hickman Mills", "--academic-year", "2025-2026")


@dataclass(frozen=True)
class Command:
    """A command of the trials.

    Attributes:
        name: of the trial.
        arguments: of the command line.
        before: what has to be done first, in the same home.
        codes_again: exit codes of the next run after a kill.
        done_when_refused: a refusal (2) says that the killed run had done it already.
        pairs: whether it makes sense beside another one.
        is_first: it is the first one ever, in a home that does not exist.
        environment: of its own, beside that of the trials.
        then: what brings it to its end where the next run is refused.
    """

    name: str
    arguments: tuple[str, ...]
    before: tuple[Command, ...] = ()
    codes_again: frozenset[int] = frozenset({0})
    done_when_refused: bool = False
    pairs: bool = False
    is_first: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    then: tuple[str, ...] = ()


@contextmanager
def crm_of(folder: Path | None) -> Iterator[Mapping[str, str]]:
    """Serves the CRM of a demo; gives the variables that reach it, none without a folder."""
    if folder is None:
        yield {}
        return
    from polaris.demo.crm_load import served
    from polaris.demo.crm_model import NOW

    with served(folder, NOW) as environment:
        yield {**environment, "IMPORTER_ADAPTERS": "pathful,csv,google_sheets,salesforce"}


def commands(work: Path, kept: Path, *, has_crm: bool, real: Path | None) -> dict[str, Command]:
    """The commands that are tried, by name."""
    if real is not None:
        found = _real(real)
    else:
        files = work / "files"
        found = _of_files(files) + _of_decisions(files) + _of_runs(kept)
        found.append(Command("demo", ("demo", "--scale", "0.01"), is_first=True))
    if has_crm:
        found.append(Command("salesforce", ("salesforce",), pairs=True))
    return {command.name: command for command in found}


def _real(home: Path) -> list[Command]:
    weekly = str(home / "demo" / "session_report_weekly.xlsx")
    landed = Command("landing", ("pathful", weekly, "--no-build"))
    return [
        Command("pathful", ("pathful", weekly)),
        Command("build", ("build",), before=(landed,)),
    ]


def _of_files(folder: Path) -> list[Command]:
    def path(name: str) -> str:
        return str(folder / name)

    two = ("pathful", path("sessions.csv"), path("users.csv"))
    landed = Command("landing", ("pathful", path("more.csv"), "--no-build"))
    return [
        Command("pathful", two, pairs=True),
        Command("landing only", ("pathful", path("more.csv"), "--no-build"), pairs=True),
        Command("first import", two, is_first=True),
        Command("roster", ("roster", path("roster_new.csv"), *_DISTRICT), pairs=True),
        Command("csv volunteers", ("csv", "volunteers", path("volunteers.csv")), pairs=True),
        Command("csv signups", ("csv", "signups", path("signups.csv")), pairs=True),
        Command("build", ("build",), before=(landed,), pairs=True),
        Command("nightly", ("nightly",), pairs=True),
        Command("rollback", ("rollback", "20260310T120000000Z-000000")),
        Command("dry run", ("pathful", path("more.csv"), "--dry-run")),
        Command("sheet", ("sheet", SHEET, "--as", "virtual-sessions"), pairs=True),
    ]


def _of_decisions(folder: Path) -> list[Command]:
    decide = ("decide", str(folder / "decisions.jsonl"))
    once = {"codes_again": frozenset({0, 2}), "done_when_refused": True}
    stored = Command("decide", decide)
    return [
        Command("decide", decide, **once),  # type: ignore[arg-type]
        Command("requeue", ("requeue", str(folder / "corrected.csv"), "--no-build"), **once),  # type: ignore[arg-type]
        Command("build --decisions", ("build", "--decisions"), before=(stored,)),
    ]


def _of_runs(kept: Path) -> list[Command]:
    """What is done about runs: the one that failed, and those of a release."""
    failed, well = (homes.run_of(kept, status) for status in ("failed", "succeeded"))
    leave_out = ("exclude-load", well, "--reason", "Wrong export")
    return [
        Command("runs retry", ("runs", "retry", failed), pairs=True),
        Command(
            "exclude-load",
            leave_out,
            before=(Command("build", ("build",)),),
            codes_again=frozenset({0, 2}),
            done_when_refused=True,
            then=("build",),
        ),
        Command("retention", ("retention", "--days", "90"), environment=_YEARS_LATER),
    ]


@contextmanager
def sheet_of(file: Path) -> Iterator[Mapping[str, str]]:
    """Serves a file as if it were a Google Sheet; gives the variable that reaches it."""

    class Google(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = file.read_bytes()
            self.send_response(200)
            self.send_header("content-type", "text/csv")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Google)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {"POLARIS_SHEETS_URL": f"http://127.0.0.1:{server.server_port}"}
    finally:
        server.shutdown()
        server.server_close()
