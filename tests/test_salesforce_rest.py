"""The REST API: few rows, checked against the count that came with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loaders.salesforce import reader, records
from loaders.salesforce.errors import CountDiffersError
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.crm_loading import Loading, counts, loading


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loading]:
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with loading(tmp_path, page_size=10) as made:
        yield made


def test_few_rows_come_by_rest_and_many_by_a_job(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.contacts(25)
    assert crm.load("Contact").transport == "rest"
    assert len(crm.peer.requests("query_more")) == 2
    monkeypatch.setattr(reader, "REST_ROWS", 24)
    assert crm.load("Contact", full=True).transport == "bulk"
    # Both spell every value alike, or all rows would have changed.
    assert crm.rows("select count(*) from raw_salesforce.contact") == [(25,)]


@pytest.mark.parametrize("action", [sf.act.wrong_count(delta=5), sf.act.lose_rows(2)])
def test_rows_that_are_not_as_many_as_announced_are_asked_for_again(
    crm: Loading, action: Any
) -> None:
    crm.contacts(15)
    crm.peer.fault("query:Contact", action, nth=1)
    load = crm.load("Contact")
    assert (load.rows_landed, load.retry_count) == (15, 1)


def test_rows_that_never_are_as_many_as_announced_fail_the_object(crm: Loading) -> None:
    crm.contacts(15)
    crm.peer.fault("query_more", sf.act.lose_rows(2))
    with pytest.raises(CountDiffersError, match="announced 15 records of Contact but sent 13"):
        crm.load("Contact")


def test_a_lost_place_begins_the_list_again(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("query_more", sf.act.invalid_locator(), nth=2)
    assert counts(crm.load("Contact")) == (35, 35, 0, 0, 0, 0)


def test_a_session_that_expires_between_pages_is_renewed(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("query_more", sf.act.expire_token(), nth=1)
    assert crm.load("Contact").rows_landed == 35
    assert len(crm.peer.requests("login")) == 2


def test_null_and_odd_values_land_as_they_are(crm: Loading) -> None:
    crm.peer.insert(
        "Contact",
        [{"LastName": None, "FirstName": "", "Title": "NA", "Description": 'a "b"\nc, d'}],
    )
    crm.load("Contact")
    assert crm.rows(
        "select lastname, firstname, title, description, isdeleted from raw_salesforce.contact"
    ) == [(None, None, "NA", 'a "b"\nc, d', "false")]


def test_a_count_that_takes_too_long_means_many(crm: Loading) -> None:
    crm.contacts(5)
    crm.peer.fault("record_count", sf.act.query_timeout())
    assert crm.load("Contact").transport == "bulk"
