"""A run over the CRM: one object's failure is its own, and the ledger says what happened."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.gate import GateResult
from loaders.salesforce import records
from loaders.salesforce.client import Pace
from loaders.salesforce.objects import OBJECTS
from polaris import ledger, project_state, releases, report, salesforce, status
from polaris.errors import BadInput, GateFailed, NotReady, PolarisError
from polaris.progress import Silent
from polaris.salesforce import SalesforceOptions, import_salesforce
from polaris.salesforce_settings import read_salesforce
from polaris.settings import Settings, load_settings
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.fake_build import FakeBuild, refusing
from tests.support.raw_tables import query
from tests.test_imports import everything_in

SMALL = ("Account", "Contact", "Case")
LAND = SalesforceOptions(objects=SMALL, build=False)


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with sf.start(sf.Org()) as made:
        made.insert("Account", [{"Name": "Riverside Works", "Type": None}])
        made.insert("Contact", [{"LastName": "Ramirez", "Email": "ana@example.org"}] * 3)
        made.insert("Case", [{}])
        made.advance(minutes=30)
        yield made


@pytest.fixture
def crm(settings: Settings, peer: Any) -> Settings:
    access = read_salesforce(peer.environment("client_credentials") | {"SF_RETRY_SECONDS": "0"})
    return replace(settings, salesforce=access, adapters=("pathful", "salesforce"))


def run(settings: Settings, options: SalesforceOptions = LAND) -> report.Report:
    return import_salesforce(settings, options, Silent())


def by_name(result: report.Report) -> dict[str, dict[str, Any]]:
    return {item["object"]: item for item in result["objects"]}


def test_a_run_lands_counts_and_is_in_the_ledger(crm: Settings) -> None:
    result = run(crm)
    assert result["status"] == "succeeded"
    assert (result["rows_processed"], result["rows_created"]) == (5, 5)
    again = run(crm, replace(LAND, full=True))
    assert again["rows_created"] == again["rows_updated"] == 0
    assert again["skipped_by_reason"] == {"unchanged": 5}
    assert again["rows_processed"] == again["rows_skipped"]
    stored = ledger.get_run(crm, result["run_id"])
    assert stored is not None
    assert (stored.source, stored.adapter, stored.status) == (
        "salesforce",
        "salesforce",
        "succeeded",
    )
    assert [item["object"] for item in json.loads(stored.counts_json)["objects"]] == list(SMALL)
    assert query(crm.home, "select count(*) from raw_salesforce.loads") == [(6,)]


def test_a_dry_run_says_what_would_come_and_leaves_everything_as_it_was(
    crm: Settings, peer: Any, no_dbt: FakeBuild
) -> None:
    """platform.md IMP-23: the next reading asks the CRM for the very same records."""
    run(crm, replace(LAND, build=True))
    before = everything_in(crm.home)
    peer.insert("Account", [{"Name": "Hilltop Labs", "Type": None}])
    peer.advance(minutes=30)
    told = run(crm, replace(LAND, build=True, dry_run=True))
    assert (told["dry_run"], told["status"], told["rows_created"]) == (True, "succeeded", 1)
    assert told["release"] is None
    assert everything_in(crm.home) == before
    assert run(crm)["rows_created"] == 1
    with pytest.raises(BadInput, match="a dry run builds"):
        run(crm, replace(LAND, dry_run=True))


def test_one_object_that_fails_leaves_the_others_alone(crm: Settings, peer: Any) -> None:
    run(crm)
    before = query(
        crm.home, "select max(watermark) from raw_salesforce.loads where object_name = 'Contact'"
    )
    peer.fault("query:Contact", sf.act.error(400, "MALFORMED_QUERY", "sorry"))
    peer.insert("Account", [{"Name": "Hilltop Labs", "Type": None}])
    peer.advance(minutes=30)
    result = run(crm)
    assert result["status"] == "partially_failed"
    found = by_name(result)
    assert found["Account"]["inserted"] == 1
    assert "MALFORMED_QUERY" in found["Contact"]["error"]
    assert found["Case"]["error"] is None
    assert (
        query(
            crm.home,
            "select max(watermark) from raw_salesforce.loads where object_name = 'Contact'",
        )
        == before
    )
    stored = ledger.get_run(crm, result["run_id"])
    assert stored is not None
    assert stored.error_summary is not None
    assert stored.error_summary.startswith("1 of 3 objects failed. Contact:")
    assert any("partially failed" in text for text in status.health(crm)["problems"])


def test_a_run_of_which_nothing_could_be_read_has_failed(crm: Settings, peer: Any) -> None:
    peer.fault("describe", sf.act.error(403, "API_DISABLED_FOR_ORG", "no API"))
    with pytest.raises(PolarisError, match="No object could be read") as failed:
        run(crm)
    assert failed.value.exit_code == 1
    (stored,) = ledger.list_runs(crm)
    assert stored.status == "failed"
    first = failed.value.result[0]["objects"][0]
    assert (bool(first["error"]), first["cause"]) == (True, "access refused")


def test_a_refused_login_is_in_the_ledger_too(crm: Settings) -> None:
    assert crm.salesforce.login is not None
    wrong = replace(crm.salesforce.login, client_secret="wrong")
    with pytest.raises(PolarisError, match="refused the login") as failed:
        run(replace(crm, salesforce=replace(crm.salesforce, login=wrong)))
    # Those that were not tried for it say the same.
    assert {item["cause"] for item in failed.value.result[0]["objects"]} == {"login refused"}
    (stored,) = ledger.list_runs(crm)
    assert (stored.status, stored.source) == ("failed", "salesforce")


EVERY = SalesforceOptions(cadence="weekly", build=False)


def refused_run(settings: Settings, options: SalesforceOptions) -> PolarisError:
    with pytest.raises(PolarisError) as failed:
        run(settings, options)
    return failed.value


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (sf.act.drop_before(), ("network", "The login: the connection to Salesforce failed")),
        (sf.act.unavailable(), ("Salesforce busy", "The login: Salesforce answered 503; ")),
        (sf.act.bad_gateway(), ("Salesforce busy", "The login: Salesforce answered 502 ")),
    ],
    ids=["no answer", "503", "page"],
)
@pytest.mark.parametrize(
    "options",
    [EVERY, replace(EVERY, since=datetime(2026, 1, 1, tzinfo=UTC), label="backfill")],
    ids=["night", "backfill"],
)
def test_a_login_that_fails_is_not_tried_again_for_each_object(
    crm: Settings, peer: Any, action: Any, told: tuple[str, str], options: SalesforceOptions
) -> None:
    cause, said = told
    peer.fault("login", action)
    error = refused_run(crm, options)
    assert len(peer.requests("login")) == Pace.attempts
    assert len(peer.log()) == Pace.attempts
    assert error.message.startswith(said)
    first, *others = error.result[0]["objects"]
    assert len(others) == len(OBJECTS) - 1
    assert first["error"] == error.message
    assert {item["error"] for item in others} == {"Not read, for the run had to stop at Account."}
    # No call for a new secret: the run failed, the login was not refused.
    assert {item["cause"] for item in (first, *others)} == {cause}
    (stored,) = ledger.list_runs(crm)
    assert (stored.status, stored.error_summary) == ("failed", error.message)


def test_a_host_that_cannot_be_reached_is_tried_six_times_in_all(crm: Settings) -> None:
    assert crm.salesforce.login is not None
    with socket.socket() as closed:  # bound and not listening: it refuses
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
        login = replace(crm.salesforce.login, redirect_to=nobody)
        error = refused_run(replace(crm, salesforce=replace(crm.salesforce, login=login)), EVERY)
    assert "the connection to Salesforce failed (ConnectionError)" in error.message
    assert error.result[0]["retries"] == {"network": Pace.attempts - 1}


def test_a_login_that_fails_in_the_middle_keeps_what_was_read(crm: Settings, peer: Any) -> None:
    peer.fault("describe:Contact", sf.act.invalid_session())
    peer.fault("login", sf.act.drop_before(), nth=tuple(range(2, 99)))
    result = run(crm)
    found = by_name(result)
    assert result["status"] == "partially_failed"
    assert found["Account"]["inserted"] == 1
    assert "The login: the connection to Salesforce failed" in found["Contact"]["error"]
    assert found["Case"]["error"] == "Not read, for the run had to stop at Contact."
    assert len(peer.requests("login")) == 1 + Pace.attempts
    peer.clear_faults()
    assert by_name(run(crm))["Contact"]["inserted"] == 3


def test_a_connection_that_fails_one_object_leaves_the_others_alone(
    crm: Settings, peer: Any
) -> None:
    """platform.md §11.2: an outage after the login is that object's own."""
    peer.fault("query:Contact", sf.act.drop_before())
    found = by_name(run(crm))
    assert found["Contact"]["cause"] == "network"
    assert [found[name]["inserted"] for name in SMALL] == [1, 0, 1]


def test_calls_used_up_stop_the_run_and_keep_what_landed(crm: Settings, peer: Any) -> None:
    peer.fault("describe:Contact", sf.act.request_limit("TotalRequests"))
    result = run(crm)
    found = by_name(result)
    assert result["status"] == "partially_failed"
    assert found["Account"]["inserted"] == 1
    assert "used up for today" in found["Contact"]["error"]
    assert found["Case"]["error"] == "Not read, for the run had to stop at Contact."
    assert found["Contact"]["cause"] == found["Case"]["cause"] == "limit reached"
    assert found["Account"]["cause"] is None
    assert peer.requests("describe", "Case") == []
    peer.clear_faults()
    assert by_name(run(crm))["Contact"]["inserted"] == 3


def test_what_landed_is_published_although_an_object_failed(
    crm: Settings, peer: Any, no_dbt: FakeBuild
) -> None:
    peer.remove_object("Case")
    result = run(crm, replace(LAND, build=True))
    assert by_name(result)["Case"]["cause"] == "object missing"
    assert result["status"] == "partially_failed"
    assert result["release"] == releases.current_name(crm)
    stored = ledger.get_run(crm, result["run_id"])
    assert stored is not None
    assert (stored.status, stored.release) == ("partially_failed", result["release"])
    assert not ledger.never_published(crm, stored)
    assert result["rows_created"] == 4


def test_a_refused_release_takes_the_loads_back_with_their_watermarks(
    crm: Settings, no_dbt: FakeBuild
) -> None:
    run(crm)
    no_dbt.gate = refusing()
    assert isinstance(no_dbt.gate, GateResult)
    with pytest.raises(GateFailed):
        run(crm, replace(LAND, build=True, full=True))
    assert query(crm.home, "select count(distinct run_id) from raw_salesforce.loads") == [(1,)]
    assert query(crm.home, "select count(*) from raw_salesforce.contact") == [(3,)]


def test_a_load_nobody_built_yet_makes_the_next_build_whole(
    crm: Settings, no_dbt: FakeBuild
) -> None:
    run(crm, replace(LAND, build=True))
    query(crm.home, "create schema if not exists raw_csv")
    query(crm.home, "create table if not exists raw_csv.loads (run_id varchar)")
    query(crm.home, "update ops.import_runs set load_seq = 1")
    assert project_state.is_whole(crm)
    run(crm)
    assert not project_state.is_whole(crm)


def test_names_and_addresses_are_in_no_log_report_or_message(crm: Settings, peer: Any) -> None:
    peer.fault("query:Account", sf.act.lose_rows(1))
    result = run(crm)
    kept = [path for path in crm.home.rglob("*") if path.is_file() and "warehouse" not in path.name]
    assert kept
    for path in kept:
        content = path.read_bytes()
        for secret in (b"Ramirez", b"ana@example.org", b"Riverside", b"invented-secret"):
            assert secret not in content, path
    assert "Ramirez" not in json.dumps(result)


def test_the_adapter_is_on_by_itself_where_a_login_is_complete(peer: Any) -> None:
    env = peer.environment("client_credentials")
    assert "salesforce" in load_settings(env).adapters
    assert "salesforce" not in load_settings({}).adapters
    assert load_settings({"IMPORTER_ADAPTERS": "salesforce"}).adapters == ("salesforce",)
    off = load_settings(env | {"IMPORTER_ADAPTERS": "pathful"})
    with pytest.raises(NotReady, match="switched off"):
        run(off)


def test_without_a_login_it_says_what_to_set(settings: Settings) -> None:
    with pytest.raises(NotReady, match="SF_CLIENT_ID, SF_CLIENT_SECRET and SF_DOMAIN"):
        run(settings)
    (adapter,) = (a for a in status.adapters(settings) if a["adapter"] == "salesforce")
    assert not adapter["is_ready"]
    assert "SF_CLIENT_ID" in adapter["reason"]


def test_without_the_package_it_says_how_to_install_it(
    crm: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polaris.salesforce.find_spec", lambda _name: None)
    with pytest.raises(NotReady, match=r"pip install 'polaris-warehouse\[salesforce\]'"):
        run(crm)
    assert salesforce.not_ready(crm) is not None


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"SF_CLIENT_ID": "c", "SF_CLIENT_SECRET": "s", "SF_DOMAIN": "acme.my"}, "client_cred"),
        ({"SF_CLIENT_ID": "c", "SF_CLIENT_SECRET": "s", "SF_DOMAIN": "login"}, None),
        ({"SF_CLIENT_ID": "c", "SF_USERNAME": "u", "SF_PRIVATE_KEY_FILE": "k.pem"}, "jwt"),
        ({"SF_USERNAME": "u", "SF_PASSWORD": "p", "SF_SECURITY_TOKEN": "t"}, "token"),
        ({"SF_USERNAME": "u", "SF_PASSWORD": "p"}, None),
        ({}, None),
    ],
)
def test_the_login_that_is_complete_is_used(env: dict[str, str], kind: str | None) -> None:
    login = read_salesforce(env).login
    assert (login is None) == (kind is None)
    assert login is None or login.kind.startswith(kind or "")


def test_a_domain_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match=r"SF_DOMAIN=127\.0\.0\.1:9 is no domain"):
        read_salesforce({"SF_CLIENT_ID": "c", "SF_CLIENT_SECRET": "s", "SF_DOMAIN": "127.0.0.1:9"})


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ("acme.my", "acme.my"),
        ("acme.my.salesforce.com", "acme.my"),
        ("https://acme--dev.sandbox.my.salesforce.com/", "acme--dev.sandbox.my"),
    ],
)
def test_a_domain_may_be_written_in_any_form(given: str, domain: str) -> None:
    login = read_salesforce(
        {"SF_CLIENT_ID": "c", "SF_CLIENT_SECRET": "s", "SF_DOMAIN": given}
    ).login
    assert login is not None
    assert login.domain == domain


def test_the_home_of_a_run_holds_no_spool_afterwards(crm: Settings) -> None:
    run(crm)
    assert list((crm.home / "spool" / "salesforce").iterdir()) == []
    assert Path(crm.home / "warehouse.duckdb").exists()
