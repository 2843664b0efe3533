"""Google Sheets: read through their CSV export, imported as files of that content."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from polaris import ledger, sheet
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import workbooks
from tests.support.stories import session

ID = "1AbcDefGhiJklMnoPqrStuVwxYz-0123456789"
ADDRESS = f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing#gid=77"
ROSTER = b"Building,Name,Email\nOak School,Ana Ruiz,ana@example.org\n"


class Google(BaseHTTPRequestHandler):
    """Answers with what the test put there: gid -> (status, content type, body), in turn."""

    tabs: ClassVar[dict[str, list[tuple[int, str, bytes]]]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Google.asked.append(self.path)
        gid = self.path.rpartition("gid=")[2]
        answers = Google.tabs.get(gid, [(404, "text/html", b"gone")])
        status, kind, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Google)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Google.tabs, Google.asked = {}, []
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("POLARIS_SHEETS_URL", f"{address}/")
    monkeypatch.setattr(sheet.time, "sleep", lambda _: None)
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def csv(body: bytes) -> list[tuple[int, str, bytes]]:
    return [(200, "text/csv; charset=utf-8", body)]


def sessions(folder: Path) -> bytes:
    rows = [session(1001, "Careers in health", "2025-09-03")("Ana Ruiz", "u-1")]
    workbooks.write_csv(folder / "made.csv", list(rows[0]), rows)
    return (folder / "made.csv").read_bytes()


def test_a_sheet_lands_as_the_file_it_is(
    command: Command, no_dbt: object, settings: Settings, google: str, tmp_path: Path
) -> None:
    Google.tabs = {"77": csv(sessions(tmp_path)), "0": csv(ROSTER)}
    answer = command("sheet", ADDRESS, "--as", "virtual-sessions", "--json")
    assert answer.exit_code == 0, answer.err
    assert answer.json["report_type"] == "session_report"
    assert Google.asked == [f"/spreadsheets/d/{ID}/export?format=csv&gid=77"]
    years = ["--district", "Hickman Mills", "--academic-year", "2025-2026"]
    assert command("sheet", ID, "--as", "roster", *years).exit_code == 0
    runs = ledger.list_runs(settings)
    assert [(run.source, run.adapter) for run in runs] == [
        ("roster", "google_sheets"),
        ("pathful", "google_sheets"),
    ]
    assert runs[1].file_name == f"google-sheet-{ID[:12]}-77.csv"


def test_the_old_sheet_of_sessions_is_read_with_the_year_of_its_days(
    command: Command, no_dbt: object, settings: Settings, google: str
) -> None:
    old = b"Sessions,\n,\n,\nStatus,Date,Teacher Name,Session Title\nCompleted,9/3,A B / C D,Bees\n"
    Google.tabs = {"0": csv(old)}
    sessions = ("sheet", ID, "--as", "virtual-sessions")
    refused = command(*sessions)
    assert refused.exit_code == 2
    assert "1 row of column Date has no year (first: row 5)" in refused.err
    assert "2023 is no school year" in command(*sessions, "--virtual-year", "2023").err
    answer = command(*sessions, "--virtual-year", "2023-2024", "--json")
    assert answer.exit_code == 0, answer.err
    assert answer.json["report_type"] == "session_report"
    run = ledger.list_runs(settings)[0]
    assert json.loads(run.ingest_params_json)["virtual_year"] == "2023-2024"
    later = ("--virtual-year", "2024-2025", "--exported-at", "2025-01-31 12:00")
    assert command(*sessions, *later, "--json").exit_code == 0
    said = json.loads(ledger.list_runs(settings)[0].ingest_params_json)
    assert said["exported_at"] == "2025-01-31 12:00:00-06:00"
    years = ("--district", "D", "--academic-year", "2025-2026", "--exported-at", "2025-01-31")
    assert "goes with sessions" in command("sheet", ID, "--as", "roster", *years).err


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, "text/html; charset=utf-8", b"<html>Sign in"), "Google asks for a sign-in"),
        ((403, "text/html", b""), "Google asks for a sign-in"),
        ((404, "text/html", b""), "There is no such sheet"),
    ],
)
def test_what_cannot_be_read_is_said(
    google: str, answer: tuple[int, str, bytes], words: str
) -> None:
    Google.tabs = {"0": [answer]}
    with pytest.raises(BadInput, match=words):
        sheet.download(google, sheet.named(ID))


def test_google_may_fail_twice(google: str) -> None:
    busy = (503, "text/html", b"")
    Google.tabs = {"0": [busy, busy, *csv(b"a\n1\n")]}
    assert sheet.download(google, sheet.named(ID)) == b"a\n1\n"
    Google.tabs = {"0": [busy]}
    with pytest.raises(PolarisError, match="it answers 503"):
        sheet.download(google, sheet.named(ID))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ADDRESS, ("77",)),
        (f"https://docs.google.com/spreadsheets/u/1/d/{ID}/edit?gid=5&x=1", ("5",)),
        (f"https://docs.google.com/spreadsheets/d/{ID}", ("0",)),
        (ID, ("0",)),
        (f"https://docs.google.com.evil.example/spreadsheets/d/{ID}/edit", None),
        (f"http://docs.google.com/spreadsheets/d/{ID}/edit", None),
        ("https://docs.google.com/document/d/x", None),
        ("https://[bad", None),
        ("roster.csv", None),
    ],
)
def test_an_address_names_a_sheet_and_a_tab(text: str, found: tuple[str] | None) -> None:
    if found is None:
        with pytest.raises(BadInput, match="Google Sheet"):
            sheet.named(text)
    else:
        assert sheet.named(text) == sheet.Sheet(ID, *found)
        assert sheet.named(text, "9").gid == "9"


def test_the_adapter_and_the_roster_s_options_are_asked_for(
    command: Command, no_dbt: object, google: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "needs --district" in command("sheet", ID, "--as", "roster").err
    assert command("sheet", ID, "--as", "list").exit_code == 2
    monkeypatch.setenv("IMPORTER_ADAPTERS", "pathful")
    assert command("sheet", ID, "--as", "virtual-sessions").exit_code == 5
