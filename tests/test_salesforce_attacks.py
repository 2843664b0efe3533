"""What a test server did to the loader that once lost or spoilt data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loaders.salesforce import bulk, reader, records
from loaders.salesforce.errors import CountDiffersError, JobFailedError, SalesforceError
from loaders.salesforce.pages import require_whole
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.crm_loading import QUICK, Loading, counts, loading


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loading]:
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with loading(tmp_path) as made:
        yield made


@pytest.fixture
def jobs(crm: Loading, monkeypatch: pytest.MonkeyPatch) -> Loading:
    """The same, with jobs in pages of ten."""
    monkeypatch.setattr(reader, "REST_ROWS", 0)
    monkeypatch.setattr(bulk, "PAGE_ROWS", 10)
    return crm


def later(crm: Loading) -> None:
    crm.peer.advance(minutes=30)


def test_a_job_with_another_count_is_not_taken_by_the_next_run_either(jobs: Loading) -> None:
    jobs.contacts(25)
    jobs.peer.fault("job_poll", sf.act.wrong_count(+7))
    for _ in range(2):
        with pytest.raises(CountDiffersError, match="found 32 records but its pages hold 25"):
            jobs.load("Contact")
    assert len(jobs.peer.requests("job_create")) == 2


def test_a_page_that_does_not_say_where_the_next_begins_is_not_the_last(jobs: Loading) -> None:
    jobs.contacts(25)
    jobs.peer.fault("job_results", sf.act.missing_header("Sforce-Locator"), nth=2)
    assert jobs.load("Contact").rows_landed == 25


def test_a_list_that_keeps_naming_records_twice_lands_nothing(crm: Loading) -> None:
    crm.contacts(25)

    def twice(request: Any, proper: Any) -> Any:
        is_count = "COUNT" in (request.soql or "")
        return proper() if is_count else sf.act.repeat_rows(3)(request, proper)

    crm.peer.fault("query", twice)
    with pytest.raises(CountDiffersError, match="3 of the 25 records of Contact came twice"):
        crm.load("Contact")
    crm.peer.clear_faults()
    assert crm.load("Contact").rows_landed == 25


def test_a_list_of_ids_that_names_records_twice_marks_nobody_as_deleted(jobs: Loading) -> None:
    jobs.peer.insert("Case", [{} for _ in range(25)])
    later(jobs)
    jobs.load("Case")
    later(jobs)
    jobs.pace = QUICK
    jobs.peer.fault("job_results", sf.act.repeat_rows(3), nth=1)
    load = jobs.load("Case", cadence="weekly")
    assert (load.rows_deleted, load.is_full_list) == (0, True)


def test_a_clock_that_was_a_day_ahead_loses_nothing(crm: Loading) -> None:
    crm.contacts(3)
    later(crm)
    crm.peer.skew = timedelta(days=1)
    crm.load("Contact")
    crm.peer.skew = timedelta(0)
    crm.client = None
    crm.contacts(1)
    later(crm)
    taken = crm.take("Contact")
    assert counts(taken.load)[:2] == (4, 1)
    assert "a clock that was ahead" in taken.warnings[0]
    later(crm)
    assert crm.load("Contact").mode == "delta"  # the mark is right again


def test_a_clock_far_ahead_of_ours_is_not_believed(crm: Loading) -> None:
    crm.pace = replace(QUICK, most_ahead=600.0)
    crm.contacts(1)
    crm.peer.skew = timedelta(days=1)
    watermark = crm.load("Contact").watermark
    assert watermark is not None
    assert watermark < crm.peer.now + timedelta(minutes=6)


def test_a_deletion_that_is_told_hours_late_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with loading(tmp_path, deleted_latest_lag=timedelta(hours=2)) as crm:
        ids = crm.contacts(3)
        later(crm)
        crm.load("Contact")
        crm.peer.purge("Contact", ids[0])
        crm.peer.advance(hours=1)
        assert crm.load("Contact").rows_deleted == 0
        crm.peer.advance(hours=3)
        assert crm.load("Contact").rows_deleted == 1
        crm.peer.advance(hours=3)
        assert crm.load("Contact").rows_deleted == 0


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_page_that_is_cut_inside_its_last_value_is_fetched_again(jobs: Loading, cut: int) -> None:
    ids = jobs.peer.insert("Case", [{"ContactId": sf.make_id("003", n)} for n in range(25)])

    def shorter(_request: Any, proper: Any) -> Any:
        whole = proper()
        return dataclasses.replace(whole, body=whole.body[:-cut], compressed=None)

    jobs.peer.fault("job_results", shorter, nth=2)
    assert jobs.load("Case").rows_landed == 25
    assert jobs.rows("select count(*) from raw_salesforce.case where length(contactid) = 18") == [
        (len(ids),)
    ]


@pytest.mark.parametrize("text", ['"Id"\n"a', '"Id"\n"a\n', '"Id"\n"a"'])
def test_a_page_must_end_where_a_row_ends(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.csv"
    page.write_text(text)
    with pytest.raises(CountDiffersError, match="cut off"):
        require_whole(page, "Contact")
    page.write_text('"Id"\n"a ""b""\n"\n')
    require_whole(page, "Contact")


def test_archived_records_count(crm: Loading) -> None:
    ids = crm.peer.insert("Task", [{"Subject": f"Call {n}"} for n in range(6)])
    for record_id in ids[:2]:
        crm.peer.archive("Task", record_id)
    crm.peer.delete("Task", ids[5])
    later(crm)
    assert crm.load("Task").source_count == 5
    assert crm.load("Task").source_count == 5


def test_a_wait_of_a_day_is_not_waited(crm: Loading) -> None:
    crm.contacts(1)
    crm.peer.fault("query", sf.act.too_many_requests(retry_after=86_400))
    with pytest.raises(SalesforceError, match="asks us to wait 86,400 seconds"):
        crm.load("Contact")


def test_results_that_are_not_there_yet_are_asked_for_again(jobs: Loading) -> None:
    jobs.contacts(5)
    jobs.peer.fault("job_results", sf.act.not_complete(), times=1)
    assert jobs.load("Contact").rows_landed == 5


@pytest.mark.parametrize("times", [1, 3])
def test_a_query_that_is_too_much_is_read_in_ranges_of_ids(jobs: Loading, times: int) -> None:
    jobs.contacts(25)
    jobs.peer.fault("job_create", sf.act.job_failed("Retried more than 15 times"), times=times)
    taken = jobs.take("Contact")
    assert counts(taken.load) == (25, 25, 0, 0, 0, 0)
    assert "ranges of ids" in taken.warnings[-1]
    asked = [request.json["query"] for request in jobs.peer.requests("job_create")]
    assert sum("Id <" in query or "Id >=" in query for query in asked) == len(asked) - 1
    assert jobs.rows("select count(distinct id) from raw_salesforce.contact") == [(25,)]
    later(jobs)
    jobs.contacts(3)
    later(jobs)
    jobs.peer.fault("job_create", sf.act.job_failed("Retried more than 15 times"), times=1)
    delta = jobs.load("Contact")
    assert (delta.mode, delta.rows_inserted) == ("delta", 3)


def test_a_query_that_is_too_much_in_small_ranges_too_fails_in_words(jobs: Loading) -> None:
    jobs.contacts(25)
    jobs.peer.fault("job_create", sf.act.job_failed("Retried more than 15 times"))
    with pytest.raises(JobFailedError, match="even in small ranges of ids"):
        jobs.load("Contact")
    assert len(jobs.peer.requests("job_create")) <= 8
    jobs.peer.clear_faults()
    assert jobs.load("Contact").rows_landed == 25


def test_a_limited_query_that_is_too_much_is_not_read_in_ranges(jobs: Loading) -> None:
    jobs.contacts(5)
    later(jobs)
    jobs.peer.fault("job_create", sf.act.job_failed("Retried more than 15 times"), times=1)
    with pytest.raises(JobFailedError, match="too much for Salesforce"):
        jobs.load("Contact", limit=3)


def test_a_query_that_takes_too_long_for_rest_is_read_by_a_job(crm: Loading) -> None:
    crm.contacts(5)

    def slow(request: Any, proper: Any) -> Any:
        is_count = "COUNT" in (request.soql or "")
        return (
            proper()
            if is_count
            else sf.act.error(400, "QUERY_TIMEOUT", "too long")(request, proper)
        )

    crm.peer.fault("query:Contact", slow)
    load = crm.load("Contact")
    assert (load.transport, load.rows_landed) == ("bulk", 5)


def test_a_field_is_found_in_a_long_refusal(crm: Loading) -> None:
    crm.contacts(1)
    text = "\n" + "Id," * 70 + "\n ^\nERROR at Row:1:Column:200\nNo such column 'Title' on entity"
    crm.peer.fault("query:Contact", sf.act.error(400, "INVALID_FIELD", text), nth=1)
    assert crm.load("Contact").missing_fields == '["Title"]'


def test_a_field_that_appears_is_read_of_every_record(crm: Loading) -> None:
    crm.peer.remove_field("Class__c", "Name")
    crm.peer.insert("Class__c", [{"Name": f"Class {n}"} for n in range(3)])
    later(crm)
    crm.load("Class__c")
    crm.peer.restore_field("Class__c", "Name")
    later(crm)
    crm.load("Class__c", limit=1)  # does not bring it to all
    taken = crm.take("Class__c")
    assert (taken.load.mode, taken.load.rows_updated) == ("full", 2)
    assert "Can be read now: Name" in " ".join(taken.warnings)
    later(crm)
    assert crm.load("Class__c").mode == "delta"


def test_a_limit_below_one_moment_says_so(crm: Loading) -> None:
    crm.contacts(9)
    later(crm)
    crm.load("Contact", limit=3)
    assert "give a larger one" in crm.take("Contact", limit=3).warnings[0]


def test_a_session_may_end_in_each_attempt(crm: Loading) -> None:
    client = crm.new_client()
    crm.peer.fault("limits", sf.act.invalid_session(), nth=(1, 3))
    crm.peer.fault("limits", sf.act.unavailable(), nth=2)
    assert "DailyApiRequests" in client.get(client.path("limits/"), "the limits")


@pytest.mark.parametrize("kind", ["client_credentials", "jwt", "token"])
@pytest.mark.parametrize(
    "action",
    [sf.act.bad_gateway(), sf.act.page(200, "Maintenance"), sf.act.truncated_csv(50)],
    ids=["502", "page", "cut"],
)
def test_a_login_that_gets_no_answer_is_tried_again(crm: Loading, kind: str, action: Any) -> None:
    crm.peer.fault("login", action, times=1)
    client = crm.new_client(kind)
    assert client.login()
    assert client.spent.retries.total() == 1
