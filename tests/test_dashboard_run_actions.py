"""What a person does about a run on its page, and which runs the list shows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from dashboard import jobs
from polaris import export_log, ledger
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    end_job,
    labels,
    open_page,
    text_of,
    waiting_command,
    work_as,
)
from tests.support.fake_release_work import LAST_RUN

CONTENT = b"Title\nCareers\n"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def run_with_file(status: str | None, *, kept: bool = True) -> str:
    """A run of the ledger whose file is in the archive; None leaves it at work."""
    settings = load_settings()
    start = ledger.RunStart("pathful", "pathful", "jordan", file_name="report.csv")
    run_id = ledger.start_run(settings, start)
    digest = hashlib.sha256(CONTENT).hexdigest()
    ledger.note(settings, run_id, file_sha256=digest)
    if kept:
        settings.archive.mkdir(exist_ok=True)
        (settings.archive / digest).write_bytes(CONTENT)
    if status is not None:
        ledger.finish_run(settings, run_id, status, error_summary="dbt could not build")
    return run_id


def test_a_failed_import_is_tried_again_in_the_background(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "print(json.dumps({'status': 'succeeded', 'given': sys.argv[1:]}))"
    monkeypatch.setattr(jobs, "COMMAND", waiting_command(said))
    run_id = run_with_file("failed")
    app = open_page("runs", run=run_id)
    app.button(key=f"run-retry-{run_id}").click().run()
    folder = end_job(home)
    assert json.loads((folder / "output.json").read_text())["given"] == [
        "runs", "retry", run_id, "--json",
    ]  # fmt: skip
    app.run()
    assert "The new attempt has succeeded" in app.success[0].value


def test_an_import_whose_file_is_gone_cannot_be_tried_again() -> None:
    run_id = run_with_file("cancelled", kept=False)
    app = open_page("runs", run=run_id)
    assert "Try again" not in labels(app)
    assert "is not here any more" in text_of(app)
    assert "Try again" not in labels(open_page("runs", run=run_with_file("succeeded")))


def test_a_run_at_work_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []

    def cancel(_settings: object, run_id: str) -> dict[str, object]:
        stopped.append(run_id)
        return {"cancelled": [run_id], "withdrawn": []}

    monkeypatch.setattr("polaris.run_control.cancel", cancel)
    run_id = run_with_file(None)
    app = open_page("runs", run=run_id)
    app.button(key=f"run-cancel-{run_id}").click().run()
    assert stopped == [run_id]


def test_only_an_administrator_takes_the_file_and_a_viewer_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = run_with_file("failed")
    app = open_page("runs", run=run_id)
    assert [one.label for one in app.get("download_button")].count("The original file") == 1
    assert export_log.read_all(load_settings()) == [], "it is noted when it is taken"
    work_as(monkeypatch, "data_steward")
    app = open_page("runs", run=run_id)
    assert "Try again" in labels(app)
    assert "The original file" not in [one.label for one in app.get("download_button")]
    work_as(monkeypatch, "viewer")
    assert "Try again" not in labels(open_page("runs", run=run_id))


def test_the_list_is_filtered_by_day_word_and_dry_run_and_paged() -> None:
    settings = load_settings()
    for number in range(26):
        dry = number == 0
        start = ledger.RunStart("roster", "roster", "jordan", dry_run=dry, label="spring")
        run_id = ledger.start_run(settings, start)
        ledger.note(settings, run_id, started_at=f"2026-03-05T15:{number:02d}:00.000000+00:00")
        ledger.finish_run(settings, run_id, "succeeded")

    def sources(**query: str) -> list[str]:
        return list(open_page("runs", **query).dataframe[0].value["source"])

    def statuses(**query: str) -> list[str]:
        shown = open_page("runs", **query).dataframe[0].value["status"]
        return [word for words in shown for word in words]

    assert len(sources()) == 28
    assert len(sources(size="25")) == 25
    assert len(sources(size="25", page="2")) == 3
    assert sources(**{"from": "2026-03-06"}) == ["Sessions"]
    day = {"from": "2026-03-05", "to": "2026-03-05"}
    assert statuses(**day)[-2:] == ["Succeeded", "Dry run"]
    assert len(sources(**day, real="True")) == 25
    assert sources(q=LAST_RUN[:15]) == ["Sessions"]
    assert len(sources(q="spring")) == 26
    turned = open_page("runs", **{"from": "2026-03-06", "to": "2026-03-05"})
    assert "The first day is after the last" in text_of(turned)
