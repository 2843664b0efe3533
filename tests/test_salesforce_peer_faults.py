"""Each fault of the peer does what its name says, to the request it is meant for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from simple_salesforce.exceptions import SalesforceOperationError

from tests.support import salesforce_peer as sf

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUERY = "SELECT Id, LastName FROM Contact"
ROWS = 5


@pytest.fixture
def peer() -> Iterator[sf.Peer]:
    with sf.start(sf.Org(now=NOW, polls_until_complete=0)) as started:
        started.insert("Contact", [{"LastName": f"N{number}"} for number in range(ROWS)])
        yield started


class Plain:
    """A client that hides nothing: no retry, no second login."""

    def __init__(self, peer: sf.Peer) -> None:
        self.base = f"{peer.url}/services/data/v59.0"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {peer.client().session_id}"

    def query(self, query: str = QUERY) -> requests.Response:
        return self.session.get(f"{self.base}/query", params={"q": query}, timeout=10)

    def create(self) -> requests.Response:
        body = {"operation": "queryAll", "query": QUERY}
        return self.session.post(f"{self.base}/jobs/query", json=body, timeout=10)

    def poll(self, job: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.get(
            f"{self.base}/jobs/query/{job}", timeout=10
        ).json()
        return answer

    def results(self) -> requests.Response:
        job = self.create().json()["id"]
        self.poll(job)
        return self.session.get(f"{self.base}/jobs/query/{job}/results", timeout=10)


@pytest.mark.parametrize(
    ("action", "status", "code", "text"),
    [
        (sf.act.too_many_requests(7), 429, "REQUEST_RATE_EXCEEDED", ""),
        (sf.act.unavailable(), 503, "SERVER_UNAVAILABLE", ""),
        (sf.act.server_error(), 500, "UNKNOWN_EXCEPTION", ""),
        (sf.act.request_limit(), 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit"),
        (
            sf.act.request_limit("ConcurrentRequests"),
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentRequests (Concurrent API Requests) Limit",
        ),
        (sf.act.invalid_session(), 401, "INVALID_SESSION_ID", "Session expired or invalid"),
        (sf.act.query_timeout(), 400, "QUERY_TIMEOUT", ""),
        (sf.act.invalid_locator(), 400, "INVALID_QUERY_LOCATOR", ""),
        (sf.act.lock_row(), 400, "UNABLE_TO_LOCK_ROW", ""),
        (sf.act.invalid_field("Title"), 400, "INVALID_FIELD", "No such column 'Title'"),
        (sf.act.not_complete(), 400, "JOB_NOT_COMPLETE", ""),
        (sf.act.error(418, "TEAPOT", "short and stout"), 418, "TEAPOT", "short and stout"),
    ],
)
def test_errors_have_their_status_and_code(
    peer: sf.Peer, action: sf.act.Action, status: int, code: str, text: str
) -> None:
    plain = Plain(peer)
    peer.fault("query", action, times=1)
    answer = plain.query()
    (refusal,) = answer.json()
    assert (answer.status_code, refusal["errorCode"]) == (status, code)
    assert text in refusal["message"]
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert plain.query().status_code == 200


def test_pages_of_html(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault("query", sf.act.bad_gateway(), nth=1)
    peer.fault("query", sf.act.invalid_session(html=True), nth=2)
    answers = [plain.query(), plain.query()]
    assert [answer.status_code for answer in answers] == [502, 401]
    assert all(answer.headers["Content-Type"].startswith("text/html") for answer in answers)


@pytest.mark.parametrize(
    ("when", "spoilt"),
    [
        ({"nth": 2}, [2]),
        ({"nth": (1, 4)}, [1, 4]),
        ({"every": 3}, [3, 6]),
        ({"every": 2, "times": 1}, [2]),
        ({"times": 2}, [1, 2]),
        ({}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_which_requests_fail(peer: sf.Peer, when: dict[str, Any], spoilt: list[int]) -> None:
    plain = Plain(peer)
    fault = peer.fault("query:Contact", sf.act.unavailable(), **when)
    other = peer.fault("query:Account", sf.act.unavailable())
    statuses = [plain.query().status_code for _ in range(6)]
    assert [place for place, status in enumerate(statuses, 1) if status == 503] == spoilt
    assert (fault.seen, fault.fired, other.seen) == (6, len(spoilt), 0)
    peer.clear_faults()
    assert plain.query().status_code == 200


def test_a_function_may_pick_the_requests(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault(lambda request: "LIMIT 3" in (request.soql or ""), sf.act.server_error())
    assert plain.query().status_code == 200
    assert plain.query(f"{QUERY} LIMIT 3").status_code == 500
    assert [request.status for request in peer.requests("query")] == [200, 500]


def test_a_line_breaks_before_or_within_the_answer(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault("job_create", sf.act.drop_before(), nth=1)
    with pytest.raises(requests.ConnectionError):
        plain.create()
    assert len(peer.bulk.jobs) == 1  # it was made all the same
    peer.fault("job_results", sf.act.drop_after(40), nth=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        plain.results()
    assert plain.results().status_code == 200


def test_an_answer_may_take_its_time(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault("query", sf.act.stall(0.5), nth=1)
    with pytest.raises(requests.ReadTimeout):
        plain.session.get(f"{plain.base}/query", params={"q": QUERY}, timeout=0.1)
    started = time.monotonic()
    assert plain.query().status_code == 200
    assert time.monotonic() - started < 0.4


@pytest.mark.parametrize(
    ("action", "rows", "different"),
    [
        (sf.act.lose_rows(2), ROWS - 2, ROWS - 2),
        (sf.act.duplicate_rows(2), ROWS + 2, ROWS),
        (sf.act.repeat_rows(2), ROWS, ROWS - 2),
    ],
)
def test_a_page_says_one_thing_and_holds_another(
    peer: sf.Peer, action: sf.act.Action, rows: int, different: int
) -> None:
    plain = Plain(peer)
    peer.fault("job_results", action)
    peer.fault("query", action)
    page = plain.results()
    lines = page.text.splitlines()
    assert lines[0] == '"Id","LastName"'
    assert (len(lines) - 1, len(set(lines[1:]))) == (rows, different)
    assert page.headers["Sforce-NumberOfRecords"] == str(ROWS)
    answer = plain.query().json()
    assert (len(answer["records"]), answer["totalSize"]) == (rows, ROWS)
    assert len({row["Id"] for row in answer["records"]}) == different


def test_counts_and_headers_may_be_wrong_or_missing(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault("job_results", sf.act.wrong_count(+1000), nth=1)
    peer.fault("job_results", sf.act.missing_header("sforce-numberofrecords"), nth=2)
    peer.fault("job_results", sf.act.no_content(), nth=3)
    peer.fault("job_results", sf.act.truncated_csv(60), nth=4)
    peer.fault("job_poll", sf.act.wrong_count(-1), nth=5)
    peer.fault("query", sf.act.wrong_count(+7))
    pages = [plain.results() for _ in range(4)]
    assert pages[0].headers["Sforce-NumberOfRecords"] == "1005"
    assert "Sforce-NumberOfRecords" not in pages[1].headers
    assert (pages[2].status_code, pages[2].content) == (204, b"")
    assert len(pages[3].content) == int(pages[3].headers["Content-Length"]) == 60
    assert plain.poll(plain.create().json()["id"])["numberRecordsProcessed"] == ROWS - 1
    assert plain.query().json()["totalSize"] == ROWS + 7


def test_jobs_fail_or_stop_moving(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault("job_create", sf.act.job_failed("Retried more than 15 times"), nth=1)
    peer.fault("job_create", sf.act.job_stuck(), nth=2)
    failed, stuck = (plain.create().json()["id"] for _ in range(2))
    answer = plain.poll(failed)
    assert (answer["state"], answer["errorMessage"]) == ("Failed", "Retried more than 15 times")
    assert {plain.poll(stuck)["state"] for _ in range(9)} == {"InProgress"}
    peer.fault("job_create", sf.act.job_failed("too bad"), times=1)
    with pytest.raises(SalesforceOperationError, match="too bad"):
        list(peer.client().bulk2.Contact.query(QUERY, wait=0.01))


def test_tokens_die(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.expire_token_after(2)
    assert [plain.query().status_code for _ in range(4)] == [200, 200, 401, 401]
    plain = Plain(peer)
    peer.fault("query", sf.act.expire_token(), nth=1)
    assert [plain.query().status_code for _ in range(2)] == [200, 401]
    plain = Plain(peer)
    peer.expire_tokens()
    assert plain.query().status_code == 401
    client = peer.client()
    peer.expire_tokens()
    assert client.query(QUERY)["totalSize"] == ROWS  # simple-salesforce logs in again


def test_something_may_happen_between_two_requests(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.fault("query", sf.act.call(lambda _: peer.insert("Contact", [{"LastName": "new"}])), nth=1)
    assert plain.query().json()["totalSize"] == ROWS
    assert plain.query().json()["totalSize"] == ROWS + 1


def test_the_clock_of_the_server_may_be_askew(peer: sf.Peer) -> None:
    plain = Plain(peer)
    assert parsedate_to_datetime(plain.query().headers["Date"]) == NOW
    peer.skew = timedelta(minutes=-3)
    assert parsedate_to_datetime(plain.query().headers["Date"]) == NOW - timedelta(minutes=3)
    assert peer.now == NOW


def test_the_log_tells_what_was_asked(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.clear_log()
    plain.results()
    assert [(request.kind, request.object) for request in peer.log()] == [
        ("job_create", "Contact"),
        ("job_poll", "Contact"),
        ("job_results", "Contact"),
    ]
    (created,) = peer.requests("job_create", "contact")
    assert (created.soql, created.status) == (QUERY, 200)
    assert peer.log()[-1].rows == ROWS
