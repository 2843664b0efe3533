"""What stopping a run and trying one again ask of processes and of imports."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from polaris import contracts_import, imports, ledger, processes
from polaris.contracts_import import CsvOptions
from polaris.errors import PolarisError
from polaris.progress import Silent
from polaris.run_control import cancel, retry
from polaris.settings import Settings

_NOBODY = 2**22 + 1  # no process has such an id


@pytest.mark.parametrize(
    ("source", "params", "called"),
    [
        (
            "csv",
            {"entity": "events", "source_system": "x", "strict_headers": True, "build": False},
            ("events", CsvOptions("x", strict_headers=True, build=False)),
        ),
        (
            "roster",
            {"district_name": "A", "academic_year": "2025-2026", "virtual_year": "2026-2027",
             "target_sessions": 3, "allow_large_deactivation": True, "build": True},
            (imports.RosterOptions("A", "2025-2026", "2026-2027", 3, True),),
        ),
    ],
)  # fmt: skip
def test_a_file_of_any_kind_is_tried_again_with_what_it_was_given(
    settings: Settings, monkeypatch: pytest.MonkeyPatch,
    source: str, params: dict[str, Any], called: tuple[Any, ...],
) -> None:  # fmt: skip
    given: list[Any] = []

    def take(_settings: Settings, *arguments: Any) -> str:
        given.extend(arguments)
        return "report"

    monkeypatch.setattr(contracts_import, "import_csv", take)
    monkeypatch.setattr(imports, "import_roster", take)
    settings.archive.mkdir(parents=True)
    sha = hashlib.sha256(b"x").hexdigest()
    (settings.archive / sha).write_bytes(b"x")
    start = ledger.RunStart(source, source, "jordan", file_name="x.csv", params=params)
    run_id = ledger.start_run(settings, start)
    ledger.finish_run(settings, run_id, "failed", file_sha256=sha)
    assert retry(settings, run_id, Silent()) == ["report"]
    assert [one for one in given if not isinstance(one, Path | Silent)] == list(called)


@pytest.mark.parametrize(
    ("ends", "alive", "words"),
    [
        ("succeeded", False, "could not be stopped in time: it is succeeded"),
        ("cancelled", True, "was told to stop and has not ended yet"),
        ("cancelled", False, None),
        (None, False, None),  # it was told before it listened, and ended without a word
    ],
)
def test_only_what_ended_as_it_was_told_is_stopped(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    ends: str | None,
    alive: bool,
    words: str | None,
) -> None:
    start = ledger.RunStart("pathful", "pathful x.csv", "jordan")
    other = ledger.start_run(settings, start)
    ledger.finish_run(settings, other, "failed")
    run_id = ledger.start_run(settings, start)

    def stop(*_: object) -> bool:
        if ends is None:
            ledger.note(settings, run_id, pid=_NOBODY)
        else:
            ledger.finish_run(settings, run_id, ends)
        return True

    monkeypatch.setattr(processes, "stop", stop)
    monkeypatch.setattr(processes, "is_at_work", lambda *_: alive)
    if words is None:
        found = cancel(settings, run_id, 0)
        assert (found["cancelled"], found["withdrawn"]) == ([run_id], [])
        assert [run.status for run in ledger.list_runs(settings)] == ["cancelled", "failed"]
    else:
        with pytest.raises(PolarisError, match=words):
            cancel(settings, run_id, 0)
