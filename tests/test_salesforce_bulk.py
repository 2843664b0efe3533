"""The Bulk API: jobs, pages, and going on after an interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loaders.salesforce import bulk, reader, records
from loaders.salesforce.errors import (
    CountDiffersError,
    JobFailedError,
    LoginRefusedError,
    SalesforceError,
    TransientError,
)
from loaders.salesforce.stage import Stage
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.crm_loading import QUICK, Loading, counts, loading

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loading]:
    """Everything through the Bulk API, in pages of ten."""
    monkeypatch.setattr(reader, "REST_ROWS", 0)
    monkeypatch.setattr(bulk, "PAGE_ROWS", 10)
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with loading(tmp_path) as made:
        yield made


def spool(crm: Loading) -> Path:
    return crm.home / "spool" / "salesforce" / "contact"


def pages_asked(crm: Loading) -> list[str | None]:
    return [request.query.get("locator") for request in crm.peer.requests("job_results")]


def test_all_pages_land_and_nothing_is_left_behind(crm: Loading) -> None:
    crm.contacts(35)
    load = crm.load("Contact")
    assert counts(load) == (35, 35, 0, 0, 0, 0)
    assert load.transport == "bulk"
    assert len(pages_asked(crm)) == 4
    assert crm.rows("select count(distinct id) from raw_salesforce.contact") == [(35,)]
    assert not spool(crm).exists()
    assert len(crm.peer.requests("job_delete")) == 1


def test_an_empty_object_is_an_empty_success(crm: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "REST_ROWS", -1)
    load = crm.load("Case")
    assert (load.transport, load.rows_extracted) == ("bulk", 0)
    assert load.watermark is not None


def test_values_stay_what_they_are(crm: Loading) -> None:
    odd = ["NA", "None", "null", "007", ' "quoted" ', "two\nlines", "comma, and;", "Ünï 漢", " "]
    crm.contacts(1, Title=None)
    for text in odd:
        crm.contacts(1, Title=text)
    crm.load("Contact")
    landed = {text for (text,) in crm.rows("select title from raw_salesforce.contact")}
    assert landed == {None, *odd}


def test_a_nul_byte_is_replaced_and_the_row_stays_whole(crm: Loading) -> None:
    crm.contacts(2, Title="a\0b")
    crm.load("Contact")
    assert crm.rows("select distinct title from raw_salesforce.contact") == [("a\ufffdb",)]


def test_an_email_of_many_megabytes_lands(crm: Loading) -> None:
    body = "0123456789\n" * 900_000
    crm.peer.insert("EmailMessage", [{"Subject": "big", "TextBody": body}, {"Subject": "small"}])
    crm.load("EmailMessage")
    assert crm.rows(
        "select subject, length(textbody) from raw_salesforce.emailmessage order by subject"
    ) == [("big", len(body)), ("small", None)]


def test_a_page_with_fewer_rows_than_announced_is_fetched_again(crm: Loading) -> None:
    crm.contacts(25)
    crm.peer.fault("job_results:Contact", sf.act.lose_rows(3), nth=2)
    load = crm.load("Contact")
    assert load.rows_landed == 25
    assert load.retry_count == 1
    assert crm.rows("select count(*), count(distinct id) from raw_salesforce.contact") == [(25, 25)]


def test_of_many_pages_only_what_changed_lands(crm: Loading) -> None:
    ids = crm.contacts(35)
    crm.peer.advance(minutes=30)
    crm.load("Contact")
    crm.peer.update("Contact", [ids[0], ids[17], ids[34]], {"Title": "Dean"})
    crm.peer.advance(minutes=30)
    load = crm.load("Contact", full=True)
    assert counts(load) == (35, 0, 3, 32, 0, 0)
    assert sorted(
        crm.rows(
            f"select id, title, run_id from raw_salesforce.contact where load_seq = {load.load_seq}"
        )
    ) == sorted((record_id, "Dean", "run-2") for record_id in (ids[0], ids[17], ids[34]))


def test_a_page_is_asked_for_while_the_one_before_is_taken(
    crm: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.contacts(35)
    take, asked = Stage.take_csv, []

    def slow(self: Stage, *args: Any) -> int:
        time.sleep(0.2)
        asked.append(len(pages_asked(crm)))
        return take(self, *args)

    monkeypatch.setattr(Stage, "take_csv", slow)
    assert crm.load("Contact").rows_landed == 35
    assert asked == [2, 3, 4, 4]


@pytest.mark.parametrize(
    "action",
    [
        sf.act.wrong_count(delta=1000),
        sf.act.lose_rows(3),
        sf.act.duplicate_rows(2),
        sf.act.truncated_csv(700),
        sf.act.missing_header("Sforce-NumberOfRecords"),
    ],
    ids=["count", "short", "long", "cut", "no count"],
)
def test_a_page_that_never_is_whole_fails_the_object_and_lands_nothing(
    crm: Loading, action: Any
) -> None:
    crm.contacts(25)
    crm.peer.fault("job_results:Contact", action)
    with pytest.raises(CountDiffersError):
        crm.load("Contact")
    assert not (crm.home / "warehouse.duckdb").exists() or not crm.rows(
        "select 1 from information_schema.tables where table_schema = 'raw_salesforce'"
    )


def test_a_record_that_comes_twice_means_another_is_missing_so_all_is_read_again(
    crm: Loading,
) -> None:
    crm.contacts(25)
    crm.peer.fault("job_results:Contact", sf.act.repeat_rows(2), nth=1)
    load = crm.load("Contact")
    assert (load.rows_extracted, load.rows_inserted, load.rows_duplicate) == (25, 25, 0)
    assert len(crm.peer.requests("job_create")) == 2
    assert load.retry_count == 1


@pytest.mark.parametrize("bytes_sent", [0, 300])
def test_a_network_that_dies_in_the_middle_goes_on_from_the_same_page_next_time(
    crm: Loading, bytes_sent: int
) -> None:
    crm.contacts(35)
    crm.peer.fault("job_results:Contact", sf.act.drop_after(bytes_sent), nth=tuple(range(3, 99)))
    with pytest.raises(TransientError, match="the connection to Salesforce failed"):
        crm.load("Contact")
    kept = json.loads((spool(crm) / "job.json").read_text())
    assert [page["rows"] for page in kept["pages"]] == [10, 10]
    assert spool(crm).stat().st_mode & 0o077 == 0
    crm.peer.clear_faults()
    crm.peer.clear_log()
    taken = crm.take("Contact")
    assert taken.load.rows_landed == 35
    assert crm.peer.requests("job_create") == []
    assert pages_asked(crm)[0] == kept["locator"]
    assert "Went on with the job that run run-1 had begun" in " ".join(taken.warnings)
    assert taken.load.watermark == datetime.fromisoformat(kept["upper"])


def test_a_session_that_expires_between_pages_is_renewed(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("job_results:Contact", sf.act.expire_token(), nth=2)
    assert crm.load("Contact").rows_landed == 35
    assert len(crm.peer.requests("login")) == 2


def test_a_job_the_server_has_forgotten_is_made_anew(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("job_results:Contact", sf.act.drop_before(), nth=tuple(range(3, 99)))
    with pytest.raises(TransientError):
        crm.load("Contact")
    crm.peer.clear_faults()
    crm.peer.fault("job_poll", sf.act.error(404, "NOT_FOUND", "no such job"), times=1)
    taken = crm.take("Contact")
    assert taken.load.rows_landed == 35
    assert taken.warnings == ()
    assert len(crm.peer.requests("job_create")) == 2


def test_a_job_for_another_question_is_not_gone_on_with(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("job_results:Contact", sf.act.drop_before(), nth=tuple(range(2, 99)))
    with pytest.raises(TransientError):
        crm.load("Contact")
    crm.peer.clear_faults()
    crm.peer.remove_field("Contact", "Title")
    load = crm.load("Contact")
    assert load.rows_landed == 35
    assert len(crm.peer.requests("job_create")) == 2


def test_a_job_of_two_days_ago_is_not_gone_on_with(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("job_results:Contact", sf.act.drop_before(), nth=tuple(range(2, 99)))
    with pytest.raises(TransientError):
        crm.load("Contact")
    crm.peer.clear_faults()
    path = spool(crm) / "job.json"
    old = json.loads(path.read_text())
    old["made_at"] = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    path.write_text(json.dumps(old))
    crm.load("Contact")
    assert len(crm.peer.requests("job_create")) == 2


def test_a_failed_job_says_why_and_the_next_run_asks_anew(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("job_create", sf.act.job_failed("InternalServerError : gone"), times=1)
    with pytest.raises(JobFailedError, match="InternalServerError : gone"):
        crm.load("Contact")
    assert crm.load("Contact").rows_landed == 35


def test_a_job_that_never_ends_is_left_for_the_next_run(crm: Loading) -> None:
    crm.contacts(35)
    crm.pace = replace(QUICK, longest_job=0.05)
    crm.peer.fault("job_create", sf.act.job_stuck())
    with pytest.raises(SalesforceError, match="the next run looks at the same job again"):
        crm.load("Contact")
    assert (spool(crm) / "job.json").exists()


def test_an_object_the_bulk_api_cannot_read_comes_by_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "REST_ROWS", 0)
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with loading(tmp_path, bulk_unsupported=frozenset({"Contact"})) as crm:
        crm.contacts(35)
        taken = crm.take("Contact")
        assert (taken.load.transport, taken.load.rows_landed) == ("rest", 35)
        assert taken.warnings


def test_a_refused_session_in_the_middle_keeps_the_pages(crm: Loading) -> None:
    crm.contacts(35)
    crm.peer.fault("job_results:Contact", sf.act.invalid_session(), nth=tuple(range(2, 99)))
    with pytest.raises(LoginRefusedError):
        crm.load("Contact")
    assert (spool(crm) / "page-000000.csv").exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from loaders.salesforce import bulk, reader, records
from tests.support.crm_loading import Loading

class Peer:
    def environment(self, kind):
        return {env!r}

reader.REST_ROWS, bulk.PAGE_ROWS = 0, 10
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
{sabotage}
Loading(Peer(), Path({home!r})).load("Contact")
"""
_AFTER_TWO_PAGES = """
keep = reader.Spool.keep
def kept(self, job):
    keep(self, job)
    if len(job.pages) == 2:
        die()
reader.Spool.keep = kept
"""
_BETWEEN_ROWS_AND_MARK = """
land = records.land_tables
def landed(home, schema, tables, disposition):
    if "loads" in tables:
        die()
    land(home, schema, tables, disposition)
records.land_tables = landed
"""


@pytest.mark.parametrize(
    ("sabotage", "jobs", "pages"),
    [(_AFTER_TWO_PAGES, 0, 2), (_BETWEEN_ROWS_AND_MARK, 0, 0)],
    ids=["while reading", "between the rows and their mark"],
)
def test_a_killed_run_counts_for_nothing_and_is_gone_on_with(
    crm: Loading, sabotage: str, jobs: int, pages: int
) -> None:
    crm.contacts(35)
    program = _KILLED.format(
        root=str(ROOT),
        env=crm.peer.environment("client_credentials"),
        sabotage=textwrap.dedent(sabotage),
        home=str(crm.home),
    )
    killed = subprocess.run([sys.executable, "-c", program], env=os.environ | {}, check=False)
    assert killed.returncode == -signal.SIGKILL
    crm.peer.clear_log()
    crm.runs = 1
    load = crm.load("Contact")
    assert counts(load) == (35, 35, 0, 0, 0, 0)
    assert len(crm.peer.requests("job_create")) == jobs
    assert len(pages_asked(crm)) == pages
    assert crm.rows("select count(*), count(distinct id) from raw_salesforce.contact") == [(35, 35)]
    assert crm.rows("select run_id from raw_salesforce.loads") == [("run-2",)]
