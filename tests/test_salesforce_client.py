"""Logins, retries, and what ends a run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loaders.salesforce.answers import usage_of
from loaders.salesforce.client import Client
from loaders.salesforce.errors import (
    LoginRefusedError,
    NotInstalledError,
    QuotaUsedUpError,
    SalesforceError,
    TransientError,
)
from tests.support import salesforce_peer as sf
from tests.support.crm_loading import QUICK, Loading, loading


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Loading]:
    with loading(tmp_path) as made:
        yield made


def limits(client: Client) -> Any:
    return client.get(client.path("limits/"), "the limits")


@pytest.mark.parametrize("kind", ["client_credentials", "jwt", "token"])
def test_each_complete_login_gets_in(crm: Loading, kind: str) -> None:
    client = crm.new_client(kind)
    assert client.credentials.kind == kind
    assert "DailyApiRequests" in limits(client)
    assert len(crm.peer.requests("login")) == 1


@pytest.mark.parametrize(
    ("kind", "wrong", "hint"),
    [
        ("client_credentials", {"client_secret": "wrong"}, "SF_CLIENT_SECRET"),
        ("jwt", {"client_id": "wrong"}, "SF_CLIENT_ID"),
        ("token", {"password": "wrong"}, "SF_PASSWORD"),
    ],
)
def test_a_refused_login_says_what_to_check_and_is_not_tried_again(
    crm: Loading, kind: str, wrong: dict[str, str], hint: str
) -> None:
    client = crm.new_client(kind, **wrong)
    with pytest.raises(LoginRefusedError) as refused:
        limits(client)
    assert hint in refused.value.message
    assert "wrong" not in refused.value.message
    assert len(crm.peer.requests("login")) == 1


def test_a_key_file_that_cannot_be_read_is_named(crm: Loading, tmp_path: Path) -> None:
    client = crm.new_client("jwt", private_key_file=tmp_path / "none.pem")
    with pytest.raises(LoginRefusedError, match=r"SF_PRIVATE_KEY_FILE .*none\.pem"):
        limits(client)


def test_the_retiring_login_says_so_before_it_asks(crm: Loading) -> None:
    with pytest.raises(LoginRefusedError, match="retires in 2027"):
        limits(crm.new_client("token", version="65.0"))
    assert crm.peer.requests("login") == []


def test_an_organization_without_the_retiring_login_says_what_to_set(tmp_path: Path) -> None:
    with (
        loading(tmp_path, soap_enabled=False) as crm,
        pytest.raises(LoginRefusedError, match="this login is being retired"),
    ):
        limits(crm.new_client("token"))


def test_the_missing_package_says_how_to_install_it(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "simple_salesforce", None)
    with pytest.raises(NotInstalledError, match=r"pip install 'polaris-warehouse\[salesforce\]'"):
        crm.new_client()


@pytest.mark.parametrize(
    "action",
    [
        sf.act.too_many_requests(retry_after=0),
        sf.act.unavailable(),
        sf.act.server_error(),
        sf.act.bad_gateway(),
        sf.act.request_limit("ConcurrentRequests"),
        sf.act.lock_row(),
        sf.act.drop_before(),
        sf.act.drop_after(20),
    ],
    ids=["429", "503", "500", "502", "concurrent", "lock", "no answer", "half an answer"],
)
def test_what_passes_is_tried_again(crm: Loading, action: Any) -> None:
    client = crm.new_client()
    crm.peer.fault("limits", action, times=3)
    assert "DailyApiRequests" in limits(client)
    assert client.spent.retries.total() == 3
    assert len(crm.peer.requests("limits")) == 4


def test_what_does_not_pass_ends_after_six_tries_in_words(crm: Loading) -> None:
    client = crm.new_client()
    crm.peer.fault("limits", sf.act.unavailable())
    with pytest.raises(TransientError, match="the limits: Salesforce answered 503"):
        limits(client)
    assert len(crm.peer.requests("limits")) == QUICK.attempts


def test_retry_after_is_honoured(crm: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    crm.peer.fault("limits", sf.act.too_many_requests(retry_after=7), times=1)
    limits(crm.new_client())
    assert waited == [7.0]


def test_a_busy_login_is_tried_again(crm: Loading) -> None:
    crm.peer.fault("login", sf.act.unavailable(), times=2)
    client = crm.new_client()
    limits(client)
    assert client.spent.retries.total() == 2


def test_a_server_that_says_nothing_ends_at_the_time_limit(crm: Loading) -> None:
    crm.pace = replace(QUICK, read_timeout=0.2, attempts=2)
    crm.peer.fault("limits", sf.act.stall(1))
    with pytest.raises(TransientError, match="the connection to Salesforce failed"):
        limits(crm.new_client())


def test_an_expired_session_is_renewed_once_and_the_call_replayed(crm: Loading) -> None:
    client = crm.new_client()
    limits(client)
    crm.peer.expire_tokens()
    assert "DailyApiRequests" in limits(client)
    assert len(crm.peer.requests("login")) == 2


def test_a_session_that_is_refused_again_at_once_ends_the_run(crm: Loading) -> None:
    client = crm.new_client()
    crm.peer.fault("limits", sf.act.invalid_session())
    with pytest.raises(LoginRefusedError, match="twice"):
        limits(client)
    assert len(crm.peer.requests("login")) == 2


def test_many_threads_renew_an_expired_session_together(crm: Loading) -> None:
    client = crm.new_client()
    limits(client)
    crm.peer.expire_tokens()
    threads = [threading.Thread(target=limits, args=(client,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(crm.peer.requests("login")) == 2


def test_calls_used_up_end_the_run_at_once(crm: Loading) -> None:
    crm.peer.fault("limits", sf.act.request_limit("TotalRequests"))
    with pytest.raises(QuotaUsedUpError, match="used up for today"):
        limits(crm.new_client())
    assert len(crm.peer.requests("limits")) == 1


def test_we_leave_a_fifth_of_the_calls_to_others(tmp_path: Path) -> None:
    with loading(tmp_path, daily_api_limit=10, daily_api_used=6) as crm:
        client = crm.new_client()
        limits(client)
        limits(client)
        with pytest.raises(QuotaUsedUpError, match="8 of the organization's 10 daily calls"):
            limits(client)
        assert (client.spent.used, client.spent.allowed) == (8, 10)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("api-usage=18/5000", (18, 5000)),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=sample)", (25, 5000)),
        ("per-app-api-usage=17/250(appName=sample); api-usage=25/5000", (25, 5000)),
        ("per-app-api-usage=17/250(appName=sample)", None),
        ("", None),
        (None, None),
    ],
)
def test_the_usage_of_the_organization_is_told_from_that_of_an_app(
    header: str | None, expected: tuple[int, int] | None
) -> None:
    assert usage_of(header) == expected


def test_the_clock_is_that_of_the_server(crm: Loading) -> None:
    crm.peer.skew = timedelta(minutes=-90)
    client = crm.new_client()
    limits(client)
    assert abs(client.skew - timedelta(minutes=-90)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (sf.act.error(403, "API_DISABLED_FOR_ORG", "API is not enabled"), "API_DISABLED_FOR_ORG"),
        (sf.act.error(400, "MALFORMED_QUERY", "unexpected token"), "MALFORMED_QUERY"),
    ],
)
def test_what_cannot_get_better_is_not_tried_again(crm: Loading, fault: Any, said: str) -> None:
    crm.peer.fault("limits", fault)
    with pytest.raises(SalesforceError, match=said):
        limits(crm.new_client())
    assert len(crm.peer.requests("limits")) == 1


def test_secrets_are_in_no_representation(crm: Loading) -> None:
    client = crm.new_client()
    secrets = [client.credentials.client_secret, client.credentials.client_id]
    assert all(secrets)
    assert not any(str(secret) in repr(client.credentials) for secret in secrets)


def test_a_server_of_another_machine_is_never_reached_in_the_clear() -> None:
    from polaris.errors import BadInput
    from polaris.salesforce_settings import read_salesforce

    with pytest.raises(BadInput, match="plain http"):
        read_salesforce({"SF_INSTANCE_URL": "http://example.org"})
