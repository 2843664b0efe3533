"""What can happen to records at the peer: clocks, bins, merges, late commits, definitions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import requests
from pyarrow import parquet
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from loaders.salesforce.objects import OBJECTS, SYSTEM_FIELDS
from polaris.settings import PROJECT_ROOT
from tests.support import salesforce_peer as sf

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def peer() -> Iterator[sf.Peer]:
    with sf.start(sf.Org(now=NOW)) as started:
        yield started


def ids(client: Salesforce, query: str, *, deleted: bool = False) -> set[str]:
    return {row["Id"] for row in client.query_all_iter(query, include_deleted=deleted)}


def test_the_suffix_of_an_id_says_which_letters_are_capitals() -> None:
    assert sf.to_18("0015f00000JU4op") == "0015f00000JU4opAAD"
    assert sf.to_18("0015f00000JU9ZE") == "0015f00000JU9ZEAA1"
    assert sf.make_id("003", 1) == "003000000000001AAA"
    assert sf.make_id("003", 61) == "00300000000000zAAA"
    assert sf.make_id("a0F", 35)[-3:] == sf.to_18("a0F00000000000Z")[-3:] == "EAQ"


def test_deleted_records_are_in_the_bin_for_fifteen_days(peer: sf.Peer) -> None:
    kept, gone = peer.insert("Contact", [{"LastName": "A"}, {"LastName": "B"}])
    peer.advance(minutes=5)
    peer.delete("Contact", gone)
    client, query = peer.client(), "SELECT Id, IsDeleted FROM Contact"
    assert ids(client, query) == {kept}
    assert ids(client, query, deleted=True) == {kept, gone}
    peer.advance(days=14, hours=23)
    assert ids(client, query, deleted=True) == {kept, gone}
    peer.advance(hours=2)
    assert ids(client, query, deleted=True) == {kept}


def test_deletions_are_told_for_a_span_of_whole_minutes(peer: sf.Peer) -> None:
    first, second, third = peer.insert("Contact", [{"LastName": name} for name in "ABC"])
    peer.advance(minutes=5, seconds=30)
    peer.delete("Contact", first)
    peer.purge("Contact", second)
    peer.hard_delete("Contact", third)
    contact = peer.client().Contact
    told = contact.deleted(NOW, NOW + timedelta(minutes=6))
    assert {row["id"] for row in told["deletedRecords"]} == {first, second}
    assert told["deletedRecords"][0]["deletedDate"] == "2026-03-02T12:05:30.000+0000"
    # seconds are cut off both ends
    told = contact.deleted(NOW, NOW + timedelta(minutes=5, seconds=50))
    assert told["deletedRecords"] == []
    assert told["latestDateCovered"] == "2026-03-02T12:05:00.000+0000"
    assert ids(peer.client(), "SELECT Id FROM Contact", deleted=True) == {first}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOW - timedelta(days=16), NOW),
        (NOW - timedelta(seconds=50), NOW - timedelta(seconds=10)),
        (NOW + timedelta(days=1), NOW + timedelta(days=2)),
    ],
)
def test_deletions_have_no_other_span(peer: sf.Peer, start: datetime, end: datetime) -> None:
    with pytest.raises(SalesforceMalformedRequest) as raised:
        peer.client().Contact.deleted(start, end)
    assert raised.value.content[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_an_undeleted_record_is_back_with_a_new_stamp(peer: sf.Peer) -> None:
    (record,) = peer.insert("Contact", [{"LastName": "A"}])
    peer.delete("Contact", record)
    peer.advance(minutes=3)
    peer.undelete("Contact", record)
    row = peer.row("Contact", record)
    assert row is not None
    assert (row["IsDeleted"], row["SystemModstamp"]) == (False, datetime(2026, 3, 2, 12, 3))
    told = peer.client().Contact.deleted(NOW, NOW + timedelta(minutes=9))
    assert told["deletedRecords"] == []


def test_a_merge_takes_the_children_along_in_silence(peer: sf.Peer) -> None:
    loser, winner = peer.insert("Contact", [{"LastName": "A"}, {"LastName": "B"}])
    (child,) = peer.insert("Session_Participant__c", [{"Contact__c": loser}])
    peer.advance(minutes=3)
    peer.merge("Contact", loser, winner)
    client = peer.client()
    answer = client.query("SELECT Id FROM Contact WHERE MasterRecordId != null")
    assert answer["totalSize"] == 0
    rows = list(
        client.query_all_iter(
            "SELECT Id, IsDeleted, MasterRecordId FROM Contact WHERE MasterRecordId != null",
            include_deleted=True,
        )
    )
    assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in rows] == [
        (loser, True, winner)
    ]
    moved = peer.row("Session_Participant__c", child)
    assert moved is not None
    assert moved["Contact__c"] == winner
    assert moved["SystemModstamp"] == NOW.replace(tzinfo=None)


def test_a_late_commit_has_an_old_stamp(peer: sf.Peer) -> None:
    (seen,) = peer.insert("Case", [{"Subject": "old"}])
    peer.advance(minutes=1)
    later = peer.now + timedelta(minutes=4)
    (unseen,) = peer.insert("Case", [{"Subject": "late"}], visible_at=later)
    peer.update("Case", seen, {"Subject": "new"}, visible_at=later)
    client, query = peer.client(), "SELECT Id, Subject, SystemModstamp FROM Case"
    assert [row["Subject"] for row in client.query_all_iter(query)] == ["old"]
    peer.advance(minutes=4)
    rows = {row["Id"]: row for row in client.query_all_iter(query)}
    assert {row["Subject"] for row in rows.values()} == {"new", "late"}
    assert {row["SystemModstamp"] for row in rows.values()} == {"2026-03-02T12:01:00.000+0000"}
    assert set(rows) == {seen, unseen}


def test_a_formula_moves_no_stamp(peer: sf.Peer) -> None:
    (record,) = peer.insert("Session__c", [{"Name": "A", "Available_Slots__c": 3}])
    peer.advance(hours=1)
    peer.update("Session__c", record, {"Available_Slots__c": 2}, stamp=False)
    query = "SELECT Available_Slots__c, SystemModstamp FROM Session__c"
    (row,) = peer.client().query(query)["records"]
    assert row["Available_Slots__c"] == 2.0
    assert row["SystemModstamp"] == "2026-03-02T12:00:00.000+0000"


def test_archived_activities_hide_from_query(peer: sf.Peer) -> None:
    (record,) = peer.insert("Task", [{"Subject": "call"}])
    peer.archive("Task", record)
    client = peer.client()
    assert ids(client, "SELECT Id FROM Task") == set()
    assert ids(client, "SELECT Id FROM Task", deleted=True) == {record}


def test_updated_tells_living_ids(peer: sf.Peer) -> None:
    first, second = peer.insert("Contact", [{"LastName": "A"}, {"LastName": "B"}])
    peer.advance(minutes=10)
    peer.update("Contact", second, {"LastName": "C"})
    told = peer.client().Contact.updated(NOW + timedelta(minutes=5), NOW + timedelta(minutes=15))
    assert told["ids"] == [second]
    assert first != second


def test_fields_come_go_and_change(peer: sf.Peer) -> None:
    (record,) = peer.insert("Contact", [{"LastName": "A", "Title": "12"}])
    client = peer.client()
    peer.add_field("Contact", "Favourite__c", label="Favourite colour", length=20)
    peer.update("Contact", record, {"Favourite__c": "blue"})
    assert client.query("SELECT Favourite__c FROM Contact")["records"][0]["Favourite__c"] == "blue"
    peer.add_field("Contact", "Is_Tall__c", "boolean")
    assert client.query("SELECT Id FROM Contact WHERE Is_Tall__c = false")["totalSize"] == 1
    peer.retype("Contact", "Title", "double")
    assert client.query("SELECT Title FROM Contact")["records"][0]["Title"] == 12.0
    peer.remove_field("Contact", "Title")
    with pytest.raises(SalesforceMalformedRequest, match="No such column 'Title'"):
        client.query("SELECT Title FROM Contact")
    peer.restore_field("Contact", "Title")
    assert client.query("SELECT Title FROM Contact")["records"][0]["Title"] == 12.0
    fields = {item["name"]: item for item in client.Contact.describe()["fields"]}
    assert (fields["Favourite__c"]["label"], fields["Favourite__c"]["length"]) == (
        "Favourite colour",
        20,
    )
    peer.remove_object("Contact")
    with pytest.raises(SalesforceResourceNotFound):
        client.Contact.describe()
    with pytest.raises(SalesforceMalformedRequest, match="sObject type 'Contact'"):
        client.query("SELECT Id FROM Contact")


def test_what_was_described_may_be_gone_when_it_is_queried(peer: sf.Peer) -> None:
    peer.drift("Contact", remove="Title")
    client = peer.client()
    assert "Title" in {item["name"] for item in client.Contact.describe()["fields"]}
    with pytest.raises(SalesforceMalformedRequest, match="No such column 'Title'"):
        client.query("SELECT Id, Title FROM Contact")


def test_the_org_has_every_field_that_we_take(peer: sf.Peer) -> None:
    for item in OBJECTS:
        known = {field.name for field in peer.store.item(item.name).fields.values()}
        assert set(SYSTEM_FIELDS) | set(item.fields) <= known, item.name


def test_unknown_fields_and_double_ids_are_mistakes_of_the_test(peer: sf.Peer) -> None:
    with pytest.raises(KeyError, match="no field Nmae"):
        peer.insert("Account", [{"Nmae": "x"}])
    (record,) = peer.insert("Account", [{"Name": "x"}])
    with pytest.raises(ValueError, match="1 are there already"):
        peer.insert("Account", [{"Id": record, "Name": "y"}])
    with pytest.raises(ValueError, match="1 ids are not 18 long"):
        peer.load("Account", pa.table({"Id": ["001"], "Name": ["z"]}))
    with pytest.raises(KeyError, match="1 of 1 records do not exist"):
        peer.update("Account", sf.make_id("001", 99), {"Name": "z"})


def test_records_come_from_files(peer: sf.Peer, tmp_path: Path) -> None:
    table = pa.table(
        {
            "Id": [sf.make_id("003", 7), sf.make_id("003", 8)],
            "LastName": ["A", ""],
            "DoNotCall": ["true", ""],
            "SystemModstamp": ["2026-01-01T00:00:00.000Z", "2026-01-01T06:00:00+06:00"],
            "IsDeleted": [False, True],
            "Shoe_Size__c": ["43", None],
        }
    )
    parquet.write_table(table, tmp_path / "Contact.parquet")
    (tmp_path / "Account.csv").write_text('Name,Type\n"Two\nlines",\nB,School\n')
    assert peer.load("Contact", tmp_path / "Contact.parquet") == 2
    assert peer.load("Account", tmp_path / "Account.csv") == 2
    rows = peer.rows("Contact")
    assert [row["LastName"] for row in rows] == ["A", None]
    assert [row["DoNotCall"] for row in rows] == [True, False]
    assert {row["SystemModstamp"] for row in rows} == {datetime(2026, 1, 1)}
    assert [row["Shoe_Size__c"] for row in rows] == ["43", None]
    assert {row["Name"]: row["Type"] for row in peer.rows("Account")} == {
        "Two\nlines": None,
        "B": "School",
    }
    assert peer.count("Contact") == 1
    assert peer.count("Contact", deleted=True) == 2


def test_as_a_process_it_serves_a_folder_until_nobody_holds_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "Account.csv").write_text("Name,Type\nExample,School\n")
    port_file, env_file = tmp_path / "port.json", tmp_path / "env.json"
    command = [sys.executable, "-m", "tests.support.salesforce_peer", "--data", str(data)]
    command += ["--port-file", str(port_file), "--env-file", str(env_file)]
    command += ["--now", "2026-03-02T12:00:00Z", "--until-stdin-closes"]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, env=os.environ.copy()
    ) as process:
        deadline = time.monotonic() + 30
        while not port_file.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        served = json.loads(port_file.read_text())
        assert served["pid"] == process.pid
        assert json.loads(env_file.read_text())["SF_INSTANCE_URL"] == served["url"]
        call = {"do": "insert", "args": ["Account", [{"Name": "More"}]]}
        answer = requests.post(f"{served['url']}/__ctl", json=call, timeout=10)
        assert len(answer.json()["result"][0]) == 18
        refused = requests.post(f"{served['url']}/__ctl", json={"do": "close"}, timeout=10)
        assert refused.status_code == 400
        count = {"do": "count", "args": ["Account"]}
        answer = requests.post(f"{served['url']}/__ctl", json=count, timeout=10)
        assert answer.json() == {"result": 2}
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
