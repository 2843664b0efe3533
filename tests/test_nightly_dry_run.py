"""A night that only says what it would do, and the night that lets go of what is past its time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from polaris import ledger, releases
from polaris.deciding import decisions
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import sources
from tests.support.fake_build import FakeBuild, refusing
from tests.support.night import SIGNUPS, crm, crm_on, inbox_of, steps
from tests.test_imports import everything_in


@pytest.fixture
def inbox(settings: Settings) -> Path:
    return inbox_of(settings)


def test_a_dry_run_says_what_the_night_would_do_and_leaves_everything_as_it_was(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    inbox: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """IMP-72, salesforce.md 5.1: files with their reports, the CRM's counts, the build, no mail."""
    assert command("build").exit_code == 0
    monkeypatch.setenv("POLARIS_WEBHOOK_URL", "http://127.0.0.1:1/nobody")
    take = crm_on(monkeypatch)(crm(Contact="The CRM would not say."))
    sources.sessions(inbox / "pathful")
    (inbox / "signups" / "good.csv").write_text(SIGNUPS, encoding="utf-8")
    (inbox / "signups" / "bad.csv").write_text("no header", encoding="utf-8")
    misfiled = inbox / "roster" / "somewhere.csv"
    misfiled.parent.mkdir()
    misfiled.write_text("a", encoding="utf-8")
    before, published = everything_in(settings.home), releases.current_name(settings)

    done = command("nightly", "--weekly", "--dry-run", "--json")
    assert done.exit_code == 1  # as the night would
    assert everything_in(settings.home) == before
    assert releases.current_name(settings) == published
    told = done.json
    assert (told["dry_run"], told["release"], told["deliveries"]) == (True, None, [])
    assert steps(told)["salesforce Account"] == steps(told)["build"] == "Success"
    assert steps(told)["salesforce Contact"] == steps(told)["roster file"] == "FAILED"
    assert take.asked[0].cadence == "weekly"  # type: ignore[attr-defined]
    reports = {item["file"]: item for item in told["reports"]}
    assert reports["sessions.csv"]["rows_created"] == 3
    assert reports["good.csv"]["status"] == "succeeded"
    assert "bad.csv" in reports["bad.csv"]["error"]
    assert any("somewhere.csv must lie in" in text for text in told["warnings"])
    # Nothing of the copy is named, for nobody finds it there.
    assert not any("see reports" in step["message"] for step in told["steps"])
    assert {step["run_id"] for step in told["steps"]} == {None}
    assert {item["run_id"] for item in told["reports"]} == {told["run_id"]}
    run = ledger.list_runs(settings)[0]
    assert (run.run_id, run.source, run.dry_run) == (told["run_id"], "nightly", True)
    assert run.status == "partially_failed"
    assert "somewhere" not in run.warnings_json

    text = command("nightly", "--dry-run").out
    assert "dry run: nothing was written or sent" in text
    assert "would be published" in text
    assert "session report sessions.csv: succeeded (dry run" in text
    monkeypatch.delenv("POLARIS_WEBHOOK_URL")
    real = command("nightly", "--json").json
    assert real["release"] == releases.current_name(settings) != published


def test_a_dry_run_ends_as_the_night_would_where_the_gate_refuses(
    command: Command, no_dbt: FakeBuild, settings: Settings
) -> None:
    no_dbt.gate = refusing()
    done = command("nightly", "--dry-run", "--json")
    assert done.exit_code == 3
    assert releases.current_name(settings) is None
    assert [run.status for run in ledger.list_runs(settings)] == ["failed"]


def test_a_night_lets_go_of_what_is_past_its_time_once_somebody_said_so(
    command: Command, no_dbt: FakeBuild, settings: Settings
) -> None:
    """platform.md 6.11, ADR 0021: nothing goes unasked."""
    old = settings.archive / "old"
    settings.archive.mkdir(parents=True)
    old.write_text("kept", encoding="utf-8")
    long_ago = (datetime.now(UTC) - timedelta(days=3000)).timestamp()
    os.utime(old, (long_ago, long_ago))
    assert "retention" not in steps(command("nightly", "--json").json)
    switch = {
        "action": "set_config",
        "subject_type": "config",
        "subject_key": "retention.nightly",
        "payload": {"key": "retention.nightly", "value": True},
        "reason": "The board asked",
    }
    decisions.append(settings, [switch], actor="jordan", role="admin")
    would = command("nightly", "--dry-run", "--json").json
    (step,) = [one for one in would["steps"] if one["name"] == "retention"]
    assert (step["status"], step["records"]) == ("Success", 1)
    assert step["message"].endswith("would go: archive 1")
    assert old.exists()
    done = command("nightly", "--json").json
    (step,) = [one for one in done["steps"] if one["name"] == "retention"]
    assert step["message"].endswith("are gone: archive 1")
    assert not old.exists()
    run = ledger.get_run(settings, step["run_id"])
    assert run is not None
    assert (run.source, run.status) == ("retention", "succeeded")
