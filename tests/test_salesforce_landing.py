"""What lands: only what is new, in the columns dbt reads, and who is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loaders import landing
from loaders.salesforce import records
from loaders.salesforce.errors import FieldUnknownError, ObjectUnknownError
from loaders.salesforce.objects import OBJECTS
from loaders.salesforce.statements import to_18
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.crm_loading import Loading, counts, loading
from tests.support.raw_tables import columns_of, create_raw_tables, query, raw_tables


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loading]:
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with loading(tmp_path) as made:
        yield made


@pytest.fixture
def crm_through_dlt(tmp_path: Path) -> Iterator[Loading]:
    with loading(tmp_path) as made:
        yield made


def later(crm: Loading) -> None:
    crm.peer.advance(minutes=30)


def test_every_object_lands_in_exactly_the_columns_dbt_reads(crm: Loading) -> None:
    for item in OBJECTS:
        crm.peer.insert(item.name, [{}, {}])
        crm.load(item.name)
    ours = {name: found for name, found in raw_tables().items() if name.startswith("raw_salesf")}
    assert len(ours) == len(OBJECTS) + 3
    for name, columns in ours.items():
        if name != "raw_salesforce.absences":  # nobody is gone yet
            assert columns_of(crm.home, name) == columns, name
    crm.peer.purge("Class__c", crm.peer.rows("Class__c")[0]["Id"])
    later(crm)
    crm.load("Class__c")
    assert columns_of(crm.home, "raw_salesforce.absences") == ours["raw_salesforce.absences"]


def test_dlt_makes_the_same_tables(crm_through_dlt: Loading) -> None:
    crm = crm_through_dlt
    ids = crm.peer.insert("Class__c", [{"Name": "2027 Health"}, {}])
    later(crm)
    crm.load("Class__c")
    crm.peer.purge("Class__c", ids[1])
    later(crm)
    crm.load("Class__c")
    for table in ("class_c", "fields", "absences", "loads"):
        name = f"raw_salesforce.{table}"
        assert columns_of(crm.home, name) == raw_tables()[name], name
    assert crm.rows("select name from raw_salesforce.class_c order by id") == [
        ("2027 Health",),
        (None,),
    ]


def test_tables_that_dbt_made_are_taken_as_they_are(crm_through_dlt: Loading) -> None:
    crm = crm_through_dlt
    create_raw_tables(crm.home)
    crm.contacts(3)
    assert counts(crm.load("Contact")) == (3, 3, 0, 0, 0, 0)


def test_the_second_run_is_a_delta_and_an_unchanged_one_lands_nothing(crm: Loading) -> None:
    ids = crm.contacts(20)
    later(crm)
    first = crm.load("Contact")
    assert (first.mode, first.rows_landed, first.is_full_list) == ("full", 20, True)
    later(crm)
    crm.peer.update("Contact", ids[0], {"Title": "Engineer"})
    later(crm)
    second = crm.load("Contact")
    assert second.mode == "delta"
    assert counts(second) == (1, 0, 1, 0, 0, 0)
    assert second.window_from == first.watermark - timedelta(seconds=600)
    third = crm.load("Contact", full=True)
    assert counts(third) == (20, 0, 0, 20, 0, 0)
    assert crm.rows("select count(*) from raw_salesforce.contact") == [(21,)]


def test_a_record_that_was_only_touched_is_unchanged(crm: Loading) -> None:
    ids = crm.contacts(5)
    later(crm)
    crm.load("Contact")
    later(crm)
    crm.peer.update("Contact", ids[0], {"Title": None})
    later(crm)
    assert counts(crm.load("Contact")) == (1, 0, 0, 1, 0, 0)


def test_a_change_that_became_visible_late_is_not_lost(crm: Loading) -> None:
    ids = crm.contacts(5)
    crm.load("Contact")
    later(crm)
    now = crm.peer.now
    crm.peer.update(
        "Contact",
        ids[0],
        {"Title": "Late"},
        stamp=now - timedelta(minutes=8),
        visible_at=now + timedelta(minutes=1),
    )
    crm.load("Contact")
    crm.peer.advance(minutes=2)
    assert counts(crm.load("Contact")) == (1, 0, 1, 0, 0, 0)


def test_windows_go_by_the_clock_of_the_server(crm: Loading) -> None:
    crm.contacts(5)
    crm.peer.skew = timedelta(hours=-3)
    load = crm.load("Contact")
    assert load.watermark is not None
    assert abs(load.watermark - (crm.peer.now - timedelta(hours=3, minutes=5))) < timedelta(
        seconds=30
    )


def test_deleted_records_are_noticed_in_all_three_ways(crm: Loading) -> None:
    ids = crm.contacts(40)
    later(crm)
    crm.load("Contact")
    crm.peer.delete("Contact", ids[0])  # in the bin: comes as a row
    crm.peer.purge("Contact", ids[1])  # the bin was emptied: is named
    crm.peer.hard_delete("Contact", ids[2])  # only a full list lacks it
    later(crm)
    assert crm.load("Contact").rows_deleted == 2
    later(crm)
    assert crm.load("Contact").rows_deleted == 0
    assert crm.load("Contact", full=True).rows_deleted == 1
    assert crm.rows(
        "select record_id, deletion_source from raw_salesforce.absences order by load_seq"
    ) == [(ids[1], "get_deleted"), (ids[2], "full_sync_absence")]
    assert crm.rows(
        f"select isdeleted from raw_salesforce.contact where id = '{ids[0]}' order by load_seq"
    ) == [("false",), ("true",)]


def test_a_record_that_comes_back_lands_again_although_it_is_the_same(crm: Loading) -> None:
    ids = crm.contacts(40)
    later(crm)
    crm.load("Contact")
    alive = crm.peer.row("Contact", ids[1])
    crm.peer.purge("Contact", ids[1])
    later(crm)
    assert crm.load("Contact").rows_deleted == 1
    crm.peer.insert("Contact", [alive | {"SystemModstamp": crm.peer.now}])
    later(crm)
    back = crm.load("Contact")
    assert counts(back) == (1, 0, 1, 0, 0, 0)
    assert back.rows_reactivated == 1


def test_who_was_gone_and_is_back_is_told_apart_from_who_changed(crm: Loading) -> None:
    """platform.md 2.9: active, gone, back."""
    ids = crm.contacts(4, Title="Welder")
    later(crm)
    first = crm.load("Contact")
    crm.peer.delete("Contact", ids[0])
    crm.peer.update("Contact", ids[1], {"Title": None})
    later(crm)
    gone = crm.load("Contact")
    crm.peer.undelete("Contact", ids[0])
    crm.peer.update("Contact", ids[1], {"Title": "Painter"})
    crm.peer.delete("Contact", ids[2])
    later(crm)
    back = crm.load("Contact")

    found = [(load.rows_updated, load.rows_deleted, load.rows_reactivated) for load in (gone, back)]
    assert (first.rows_reactivated, found) == (0, [(2, 1, 0), (3, 1, 1)])


def test_a_load_says_how_many_of_the_rows_that_land_have_a_value_in_each_field(
    crm: Loading,
) -> None:
    """platform.md 6.2."""

    def counted() -> dict[tuple[str | None, str], tuple[int, int]]:
        told = json.loads(crm.load("Contact").field_counts or "[]")
        return {(one["field"], one["target"]): (one["rows"], one["values"]) for one in told}

    ids = crm.contacts(4, Title="Welder", DoNotCall=False)
    crm.peer.update("Contact", ids[0], {"Title": None})
    crm.peer.remove_field("Contact", "Department")
    later(crm)
    first = counted()
    assert (first["Title", "title"], first["DoNotCall", "donotcall"]) == ((4, 3), (4, 4))
    assert first[None, "department"] == (4, 0)
    assert ("Department", "department") not in first
    # Of the two that come one says nothing new and does not land.
    crm.peer.update("Contact", ids[0], {"Title": "Painter"})
    crm.peer.update("Contact", ids[1], {"Title": "Welder"})
    later(crm)
    assert counted()["Title", "title"] == (1, 1)
    later(crm)
    assert counted() == {}


def test_the_weekly_run_finds_what_vanished_without_a_trace(crm: Loading) -> None:
    ids = crm.peer.insert("Task", [{"Subject": f"Call {n}"} for n in range(40)])
    later(crm)
    crm.load("Task")
    crm.peer.hard_delete("Task", ids[7])
    later(crm)
    assert crm.load("Task").rows_deleted == 0
    load = crm.load("Task", cadence="weekly")
    assert (load.mode, load.rows_deleted, load.is_full_list) == ("delta", 1, True)
    assert crm.rows("select record_id, deletion_source from raw_salesforce.absences") == [
        (ids[7], "reconcile")
    ]


def test_the_weekly_run_reads_an_object_with_formulas_whole(crm: Loading) -> None:
    ids = crm.contacts(10)
    later(crm)
    crm.load("Contact")
    crm.peer.update("Contact", ids[0], {"Number_of_Attended_Volunteer_Sessions__c": 7}, stamp=False)
    later(crm)
    assert crm.load("Contact").rows_landed == 0
    load = crm.load("Contact", cadence="weekly")
    assert (load.mode, load.rows_updated) == ("full", 1)


def test_too_many_missing_at_once_are_a_warning_and_nobody_is_marked(crm: Loading) -> None:
    ids = crm.contacts(40)
    later(crm)
    crm.load("Contact")
    crm.peer.purge("Contact", ids[30])
    for record_id in ids[:11]:
        crm.peer.hard_delete("Contact", record_id)
    later(crm)
    taken = crm.take("Contact", full=True)
    assert "11 of the 39 records that we know are not in the full list" in taken.warnings[0]
    assert (
        "SF_MAX_MISSING=100 polaris-load salesforce --objects Contact --full" in (taken.warnings[0])
    )
    # What the CRM itself tells is deleted all the same.
    absences = "select record_id, deletion_source from raw_salesforce.absences"
    assert crm.rows(absences) == [(ids[30], "get_deleted")]
    assert crm.load("Contact", full=True, most_missing=1.0).rows_deleted == 11


def test_few_missing_are_deleted_however_small_the_object_is(crm: Loading) -> None:
    ids = crm.contacts(9)
    later(crm)
    crm.load("Contact")
    crm.peer.hard_delete("Contact", ids[0])
    assert crm.load("Contact", full=True).rows_deleted == 1
    for record_id in ids[1:]:
        crm.peer.hard_delete("Contact", record_id)
    assert crm.load("Contact", full=True).rows_deleted == 0  # an empty list is a fault


def test_deletions_of_more_than_fifteen_days_ago_ask_for_a_full_run(crm: Loading) -> None:
    crm.contacts(5)
    crm.load("Contact")
    crm.peer.advance(days=20)
    assert "--full" in crm.take("Contact").warnings[0]


def test_deletions_that_cannot_be_asked_for_are_a_warning(crm: Loading) -> None:
    crm.contacts(5)
    crm.load("Contact")
    refused = sf.act.error(400, "INVALID_REPLICATION_DATE", "startDate before org replication")
    crm.peer.fault("deleted", refused)
    assert "INVALID_REPLICATION_DATE" in crm.take("Contact").warnings[0]


def test_a_field_that_is_hidden_is_named_and_what_was_known_stays(crm: Loading) -> None:
    ids = crm.contacts(5, Title="Engineer")
    later(crm)
    crm.load("Contact")
    crm.peer.remove_field("Contact", "Title")
    crm.peer.update("Contact", ids[0], {"Department": "Labs"})
    later(crm)
    taken = crm.take("Contact", full=True)
    assert taken.load.missing_fields == '["Title"]'
    assert "Title" in taken.warnings[0]
    assert counts(taken.load) == (5, 0, 1, 4, 0, 0)
    assert crm.rows("select distinct title from raw_salesforce.contact") == [("Engineer",)]


def test_a_field_that_vanishes_between_description_and_query_is_left_out(crm: Loading) -> None:
    crm.contacts(5)
    crm.peer.drift("Contact", remove="Title")
    load = crm.load("Contact")
    assert (load.rows_landed, load.missing_fields) == (5, '["Title"]')


def test_a_field_that_was_not_asked_for_is_no_field_to_drop(crm: Loading) -> None:
    crm.contacts(5)
    crm.peer.fault("query:Contact", sf.act.error(400, "INVALID_FIELD", "No such column 'X__c'"))
    with pytest.raises(FieldUnknownError):
        crm.load("Contact")


def test_a_type_that_changed_and_a_new_field_are_reported_once(crm: Loading) -> None:
    crm.contacts(2)
    before = crm.load("Contact")
    crm.peer.retype("Contact", "Title", "double")
    crm.peer.add_field("Contact", "Favourite__c", "string")
    taken = crm.take("Contact")
    assert taken.load.changed_types == '["Title: string -> double"]'
    assert "Favourite__c" in taken.load.unmapped_fields
    assert "Favourite__c" not in before.unmapped_fields
    assert taken.load.describe_sha256 != before.describe_sha256
    assert crm.take("Contact").warnings == ()
    told = crm.rows("select count(distinct load_seq) from raw_salesforce.fields")
    assert told == [(2,)]


def test_an_object_that_is_not_there_fails_in_words_and_keeps_its_watermark(crm: Loading) -> None:
    crm.peer.insert("Case", [{}])
    first = crm.load("Case")
    crm.peer.remove_object("Case")
    with pytest.raises(ObjectUnknownError, match="no object Case"):
        crm.load("Case")
    assert crm.rows("select max(watermark) from raw_salesforce.loads") == [(first.watermark,)]


def test_short_ids_are_the_same_records(crm: Loading) -> None:
    ids = crm.contacts(3)
    crm.load("Contact")
    query(crm.home, "update raw_salesforce.contact set id = left(id, 15)")
    assert counts(crm.load("Contact", full=True)) == (3, 0, 0, 3, 0, 0)
    assert [to_18(record_id[:15]) for record_id in ids] == ids


def test_limit_and_since_leave_a_watermark_that_loses_nothing(crm: Loading) -> None:
    for _ in range(4):
        crm.contacts(3)
        later(crm)
    limited = crm.load("Contact", limit=5)
    assert (limited.mode, limited.rows_landed) == ("limited", 5)
    assert limited.watermark == limited.max_modified_at
    rest = crm.load("Contact")
    assert rest.rows_inserted == 7
    again = crm.load("Contact", since=crm.peer.now - timedelta(days=1), label="backfill")
    assert (again.mode, again.rows_unchanged, again.label) == ("since", 12, "backfill")
    assert crm.rows(
        "select max(watermark) >= max_by(watermark, load_seq) from raw_salesforce.loads"
    ) == [(True,)]


def test_rows_without_a_load_row_are_discarded(crm: Loading) -> None:
    crm.contacts(3)
    crm.load("Contact")
    query(
        crm.home,
        "insert into raw_salesforce.contact (id, load_seq, run_id) values ('x', 99, 'killed')",
    )
    assert landing.next_load_seq(crm.home / "warehouse.duckdb") == 2
    assert landing.discard_incomplete(crm.home / "warehouse.duckdb") == {
        "raw_salesforce.contact": 1
    }
    assert crm.rows("select count(*) from raw_salesforce.contact") == [(3,)]
