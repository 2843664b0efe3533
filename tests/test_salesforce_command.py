"""`polaris-load salesforce`: what it takes, prints and ends with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from loaders.salesforce import records
from polaris import ledger
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.fake_build import FakeBuild


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with sf.start(sf.Org()) as made:
        for name in sf.ENVIRONMENT_NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in made.environment("client_credentials").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SF_RETRY_SECONDS", "0")
        made.insert("Class__c", [{"Name": "2027 Health"}, {"Name": "2028 Health"}])
        made.insert("Case", [{}])
        made.advance(minutes=30)
        yield made


def test_ping_logs_in_and_writes_nothing(command: Command, peer: Any, home: Any) -> None:
    answer = command("salesforce", "--auth-ping")
    assert answer.exit_code == 0
    assert "(client_credentials)" in answer.out
    as_json = command("salesforce", "--auth-ping", "--json").json
    assert as_json["calls_allowed"] == 100_000
    assert not home.exists()


def test_ping_with_a_wrong_secret_ends_with_1_and_a_sentence(
    command: Command, peer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SF_CLIENT_SECRET", "guessed")
    answer = command("salesforce", "--auth-ping")
    assert answer.exit_code == 1
    assert len(answer.err.strip().splitlines()) == 1
    assert "SF_CLIENT_SECRET" in answer.err
    assert "guessed" not in answer.err


def test_no_login_ends_with_5(command: Command, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in sf.ENVIRONMENT_NAMES:
        monkeypatch.delenv(name, raising=False)
    assert command("salesforce").exit_code == 5
    assert command("salesforce", "--auth-ping").exit_code == 5
    assert not home.exists()


def test_a_table_says_what_came_of_each_object(
    command: Command, peer: Any, no_dbt: FakeBuild
) -> None:
    answer = command("salesforce", "--objects", "class__c, Case")
    assert answer.exit_code == 0
    lines = [line.split() for line in answer.out.splitlines()]
    assert ["Class__c", "full", "rest", "2", "2"] in [line[:5] for line in lines]
    assert "published as" in answer.out
    assert len(no_dbt.builds) == 1


def test_an_object_that_fails_is_named_and_the_command_ends_with_1(
    command: Command, peer: Any
) -> None:
    peer.remove_object("Case")
    answer = command("salesforce", "--objects", "Case,Class__c", "--no-build")
    assert answer.exit_code == 1
    assert "Case failed: Salesforce has no object Case" in answer.out
    assert "next: `polaris-load salesforce --objects Case`" in answer.out
    shown = command("runs", "show", answer.out.split("run ")[1].split()[0])
    assert "Case failed" in shown.out
    as_json = command("salesforce", "--objects", "Case,Class__c", "--no-build", "--json")
    assert as_json.exit_code == 1
    assert as_json.json["status"] == "partially_failed"


def test_a_reading_that_failed_is_tried_again_with_its_options(
    command: Command, peer: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """platform.md 6.2. It reads what it was asked for, as a new run under the first one's id."""
    given = ("--objects", "Case", "--full", "--limit", "5", "--no-build")
    with monkeypatch.context() as wrong:
        wrong.setenv("SF_CLIENT_SECRET", "guessed")
        assert command("salesforce", *given).exit_code == 1
    (first,) = ledger.list_runs(settings)
    assert first.status == "failed"
    answer = command("runs", "retry", first.run_id, "--json")
    assert answer.exit_code == 0, answer.err
    assert [item["object"] for item in answer.json["objects"]] == ["Case"]
    second = ledger.list_runs(settings)[0]
    assert (second.status, second.label) == ("succeeded", first.run_id)
    before, after = json.loads(first.ingest_params_json), json.loads(second.ingest_params_json)
    assert after == before | {"retry_of": first.run_id, "attempt": 2}
    assert before["limit"] == 5


def test_daily_leaves_out_what_is_weekly(command: Command, peer: Any) -> None:
    command("salesforce", "--no-build")
    assert peer.requests("describe", "Class__c") == []
    answer = command("salesforce", "--no-build", "--cadence", "weekly", "--json")
    assert [item["object"] for item in answer.json["objects"]][-1] == "Class__c"
    assert len(answer.json["objects"]) == 9


@pytest.mark.parametrize(
    "options",
    [
        ("--objects", "Kontakt"),
        ("--cadence", "hourly"),
        ("--limit", "0"),
        ("--since", "yesterday"),
        ("--since", "2999-01-01"),
        ("--full", "--since", "2026-01-01"),
    ],
)
def test_wrong_options_end_with_2_and_read_nothing(
    command: Command, peer: Any, options: tuple[str, ...]
) -> None:
    answer = command("salesforce", *options)
    assert answer.exit_code == 2
    assert len(answer.err.strip().splitlines()) == 1
    assert peer.log() == []
