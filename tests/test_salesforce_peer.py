"""Real clients talk to the peer as they do to Salesforce: simple-salesforce and plain requests."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
)

from polaris.settings import PROJECT_ROOT
from tests.support import salesforce_peer as sf

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOGINS = ("token", "organization", "password", "jwt", "client_credentials")
EVIL = 'He said "a, b"\nNA\x00\ttail'


@pytest.fixture
def peer() -> Iterator[sf.Peer]:
    with sf.start(sf.Org(now=NOW, polls_until_complete=0)) as started:
        yield started


class Plain:
    """Requests below the data API, with a session that is logged in."""

    def __init__(self, peer: sf.Peer, version: str = "59.0") -> None:
        self.base = f"{peer.url}/services/data/v{version}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {peer.client().session_id}"

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.base + path, timeout=10, **options)

    def job(self, query: str, operation: str = "queryAll") -> requests.Response:
        return self.session.post(
            f"{self.base}/jobs/query", json={"operation": operation, "query": query}, timeout=10
        )


def test_the_peer_is_no_part_of_the_product() -> None:
    for folder in ("loaders", "polaris", "dashboard", "expectations"):
        for path in (PROJECT_ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom):
                    assert not (node.module or "").startswith("tests"), path
                elif isinstance(node, ast.Import):
                    assert not any(name.name.startswith("tests") for name in node.names), path


@pytest.mark.parametrize("login", LOGINS)
def test_every_login_gives_a_session(peer: sf.Peer, login: str) -> None:
    peer.insert("Account", [{"Name": "Example"}])
    assert peer.client(login).query("SELECT Name FROM Account")["totalSize"] == 1
    assert [request.kind for request in peer.log()] == ["login", "query"]


@pytest.mark.parametrize(
    ("login", "wrong", "said"),
    [
        ("token", {"password": "x"}, "INVALID_LOGIN"),
        ("token", {"version": "65.0"}, r"not available in the API version specified \(65.0\)"),
        ("password", {"password": "x"}, "authentication failure"),
        ("password", {"consumer_key": "x"}, "client identifier invalid"),
        ("client_credentials", {"consumer_secret": "x"}, "invalid client credentials"),
        ("jwt", {"username": "x"}, "user hasn't approved this consumer"),
        ("jwt", {"domain": "elsewhere"}, "invalid assertion: Audience doesn't match"),
    ],
)
@pytest.mark.filterwarnings("ignore:")
def test_wrong_credentials_are_told(
    peer: sf.Peer, login: str, wrong: dict[str, str], said: str
) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=said):
        peer.client(login, **wrong)


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("token", r"disabled by default in this org"),
        ("password", "authentication failure"),
        ("client_credentials", "no client credentials user enabled"),
    ],
)
def test_an_org_may_not_have_enabled_a_login(login: str, said: str) -> None:
    org = sf.Org(refused_logins=frozenset({login}))
    with sf.start(org) as peer, pytest.raises(SalesforceAuthenticationFailed, match=said):
        peer.client(login)


def test_a_forged_assertion_is_refused(peer: sf.Peer) -> None:
    import jwt
    from cryptography.hazmat.primitives.asymmetric import rsa

    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": peer.org.client_id, "sub": peer.org.username, "aud": peer.url, "exp": 2**31}
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": jwt.encode(claims, other, algorithm="RS256"),
    }
    answer = requests.post(f"{peer.url}/services/oauth2/token", data=form, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error_description"].startswith("invalid assertion: Signature")
    answer = requests.post(f"{peer.url}/services/oauth2/token", data={}, timeout=10)
    assert answer.json()["error"] == "unsupported_grant_type"


def test_the_variables_of_each_login_name_the_peer(peer: sf.Peer) -> None:
    for login in ("token", "password", "jwt", "client_credentials"):
        variables = peer.environment(login)
        assert set(variables) <= set(sf.ENVIRONMENT_NAMES)
        assert variables["SF_INSTANCE_URL"] == peer.url


@pytest.mark.parametrize("deleted", [False, True])
def test_queries_come_in_pages(peer: sf.Peer, deleted: bool) -> None:
    ids = peer.insert("Contact", [{"LastName": f"N{number}"} for number in range(450)])
    peer.delete("Contact", ids[0])
    client = peer.client()
    options = {"headers": {"Sforce-Query-Options": "batchSize=200"}}
    rows = list(client.query_all_iter("SELECT Id FROM Contact", include_deleted=deleted, **options))
    assert {row["Id"] for row in rows} == set(ids if deleted else ids[1:])
    assert [request.rows for request in peer.log() if request.rows] == [
        200,
        200,
        50 if deleted else 49,
    ]
    paths = [request.path for request in peer.requests("query_more", "Contact")]
    mode = "queryAll" if deleted else "query"
    assert paths == [f"/services/data/v59.0/{mode}/01g000000000001AAA-{n}" for n in (200, 400)]


def test_locators_die_after_two_days(peer: sf.Peer) -> None:
    peer.insert("Contact", [{"LastName": f"N{number}"} for number in range(250)])
    client = peer.client()
    first = client.query(
        "SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"}
    )
    client.query_more(first["nextRecordsUrl"], True)
    peer.advance(days=2)
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_QUERY_LOCATOR"):
        client.query_more(first["nextRecordsUrl"], True)


def test_describe_says_what_there_is(peer: sf.Peer) -> None:
    client = peer.client()
    assert {"Contact", "Session__c"} <= {item["name"] for item in client.describe()["sobjects"]}
    fields = {item["name"]: item for item in client.Contact.describe()["fields"]}
    assert fields["MailingCity"]["compoundFieldName"] == "MailingAddress"
    assert fields["AccountId"]["referenceTo"] == ["Account"]
    assert fields["AccountId"]["relationshipName"] == "Account"
    assert fields["Number_of_Attended_Volunteer_Sessions__c"]["calculated"] is True
    assert fields["MailingPostalCode"]["type"] == "string"
    assert fields["Birthdate"]["soapType"] == "xsd:date"


def test_describe_is_told_only_when_it_changed(peer: sf.Peer) -> None:
    plain = Plain(peer)
    first = plain.get("/sobjects/Contact/describe")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert plain.get("/sobjects/Contact/describe", headers=since).status_code == 304
    peer.advance(hours=1)
    peer.add_field("Contact", "Favourite__c")
    again = plain.get("/sobjects/Contact/describe", headers=since)
    assert (again.status_code, len(again.json()["fields"])) == (
        200,
        len(first.json()["fields"]) + 1,
    )


def test_limits_go_down(peer: sf.Peer) -> None:
    client = peer.client()
    before = client.limits()
    client.query("SELECT Id FROM Contact")
    list(client.bulk2.Contact.query("SELECT Id FROM Contact", wait=0.01))
    after = client.limits()
    spent = {name: before[name]["Remaining"] - after[name]["Remaining"] for name in after}
    # query, job, poll, results and the limits themselves
    assert (spent["DailyApiRequests"], spent["DailyBulkV2QueryJobs"]) == (5, 1)
    assert client.api_usage["api-usage"].used == 6


def test_the_day_ends_when_its_requests_are_spent(peer: sf.Peer) -> None:
    plain = Plain(peer)
    peer.rest.calls = 99_999
    answer = plain.get("/query", params={"q": "SELECT Id FROM Contact"})
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=100000/100000"
    answer = plain.get("/query", params={"q": "SELECT Id FROM Contact"})
    assert (answer.status_code, answer.json()[0]["message"]) == (
        403,
        "TotalRequests Limit exceeded.",
    )
    assert plain.get("/limits/").json()["DailyApiRequests"]["Remaining"] == 0


def test_record_counts_may_be_off() -> None:
    with sf.start(sf.Org(record_count_error=0.02)) as peer:
        peer.insert("Account", [{"Name": str(number)} for number in range(100)])
        answer = Plain(peer).get("/limits/recordCount", params={"sObjects": "Account,Case"})
        assert answer.json() == {
            "sObjects": [{"count": 102, "name": "Account"}, {"count": 0, "name": "Case"}]
        }


def read(pages: list[str]) -> list[list[str]]:
    """The rows of pages of CSV, every page with a header of its own."""
    rows = [list(csv.reader(io.StringIO(page, newline=""))) for page in pages]
    assert len({tuple(page[0]) for page in rows}) == 1
    return [row for page in rows for row in page[1:]]


def test_bulk_jobs_give_every_value_as_text(peer: sf.Peer) -> None:
    kept, gone = peer.insert(
        "Contact",
        [
            {"LastName": EVIL, "Current_Grade__c": 7, "Birthdate": "2001-02-03"},
            {"LastName": "NA", "EmailBouncedDate": "2026-01-01T06:00:00Z"},
        ],
    )
    peer.delete("Contact", gone)
    fields = "Id, LastName, Current_Grade__c, Birthdate, EmailBouncedDate, IsDeleted, Account.Name"
    job = Plain(peer)
    made = job.job(f"SELECT {fields} FROM Contact ORDER BY Id").json()
    assert (made["state"], made["apiVersion"], made["object"]) == (
        "UploadComplete",
        59.0,
        "Contact",
    )
    polled = job.get(f"/jobs/query/{made['id']}").json()
    assert (polled["state"], polled["numberRecordsProcessed"]) == ("JobComplete", 2)
    page = job.get(f"/jobs/query/{made['id']}/results")
    assert page.headers["Sforce-Locator"] == "null"
    assert page.headers["Sforce-NumberOfRecords"] == "2"
    lines = page.content.decode().split("\n")
    assert lines[0] == '"' + '","'.join(fields.split(", ")) + '"'
    assert lines[-2] == f'"{gone}","NA","","","2026-01-01T06:00:00.000Z","true",""'
    assert read([page.content.decode()])[0] == [kept, EVIL, "7.0", "2001-02-03", "", "false", ""]


def test_simple_salesforce_reads_bulk_pages(peer: sf.Peer, tmp_path: Any) -> None:
    ids = peer.insert("Contact", [{"LastName": f"N{number}"} for number in range(25)])
    peer.delete("Contact", ids[0])
    bulk = peer.client().bulk2.Contact
    query = "SELECT Id, LastName FROM Contact"
    pages = list(bulk.query(query, max_records=10, wait=0.01))
    assert {row[0] for row in read(pages)} == set(ids[1:])
    assert [request.rows for request in peer.requests("job_results")] == [10, 10, 4]
    assert peer.requests("job_results")[1].query["locator"] == "MTA"
    pages = list(bulk.query_all(query, max_records=10, wait=0.01))
    assert {row[0] for row in read(pages)} == set(ids)
    files = bulk.download(query, path=str(tmp_path), max_records=20, wait=0.01)
    assert sum(item["number_of_records"] for item in files) == 24


def test_pages_can_be_read_again_and_are_compressed_for_who_asks(peer: sf.Peer) -> None:
    peer.insert("Contact", [{"LastName": f"N{number}"} for number in range(300)])
    plain = Plain(peer)
    made = plain.job("SELECT Id, LastName FROM Contact").json()
    plain.get(f"/jobs/query/{made['id']}")
    options = {"maxRecords": "100", "locator": "MTAw"}
    url = f"/jobs/query/{made['id']}/results"
    zipped = plain.get(url, params=options)
    bare = plain.get(url, params=options, headers={"Accept-Encoding": "identity"})
    assert (zipped.headers["Content-Encoding"], zipped.content) == ("gzip", bare.content)
    assert "Content-Encoding" not in bare.headers
    assert zipped.headers["Sforce-Locator"] == "MjAw"
    assert plain.get(url, params={"locator": "nonsense"}).status_code == 400


def test_a_job_shows_the_records_of_its_own_moment(peer: sf.Peer) -> None:
    (record,) = peer.insert("Contact", [{"LastName": "old"}])
    plain = Plain(peer)
    made = plain.job("SELECT LastName FROM Contact").json()
    peer.update("Contact", record, {"LastName": "new"})
    plain.get(f"/jobs/query/{made['id']}")
    assert plain.get(f"/jobs/query/{made['id']}/results").text == '"LastName"\n"old"\n'


def test_jobs_wait_end_and_are_forgotten() -> None:
    with sf.start(sf.Org(now=NOW, polls_until_complete=2)) as peer:
        plain, other = Plain(peer), Plain(peer, "60.0")
        made = plain.job("SELECT Id FROM Contact").json()
        url = f"/jobs/query/{made['id']}"
        assert plain.get(f"{url}/results").json()[0]["errorCode"] == "JOB_NOT_COMPLETE"
        assert plain.session.delete(plain.base + url).status_code == 400
        states = [plain.get(url).json()["state"] for _ in range(4)]
        assert states == ["InProgress", "InProgress", "JobComplete", "JobComplete"]
        assert other.get(f"{url}/results").status_code == 409
        assert [job["id"] for job in plain.get("/jobs/query").json()["records"]] == [made["id"]]
        assert plain.session.delete(plain.base + url).status_code == 204
        assert plain.get(url).status_code == 404
        second = plain.job("SELECT Id FROM Contact").json()
        url = f"/jobs/query/{second['id']}"
        aborted = plain.session.patch(plain.base + url, json={"state": "Aborted"})
        assert aborted.json()["state"] == plain.get(url).json()["state"] == "Aborted"
        assert second["id"] != made["id"]
        peer.advance(days=7)
        assert plain.get(url).status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT MailingAddress FROM Contact", "API_ERROR"),
        ("SELECT COUNT() FROM Contact", "API_ERROR"),
        ("SELECT Id FROM Contact GROUP BY Id", "API_ERROR"),
        ("SELECT Id, (SELECT Id FROM Cases) FROM Contact", "API_ERROR"),
        ("SELECT Id FROM Contact OFFSET 5", "API_ERROR"),
        ("SELECT FIELDS(ALL) FROM Contact", "API_ERROR"),
        ("SELECT Foo__c FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Case", "INVALIDENTITY"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
    ],
)
def test_what_bulk_jobs_cannot_do(query: str, code: str) -> None:
    with sf.start(sf.Org(bulk_unsupported=frozenset({"Case"}))) as peer:
        answer = Plain(peer).job(query)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_words_inside_a_text_are_no_key_words(peer: sf.Peer) -> None:
    answer = Plain(peer).job("SELECT Id FROM Contact WHERE LastName = 'Group By (SELECT'")
    assert answer.status_code == 200


def test_the_day_has_only_so_many_jobs() -> None:
    with sf.start(sf.Org(bulk_job_limit=1)) as peer:
        plain = Plain(peer)
        assert plain.job("SELECT Id FROM Contact").status_code == 200
        assert "Max bulk v2 query jobs (1)" in plain.job("SELECT Id FROM Contact").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/services/data/", 200),
        ("GET", "/services/data/v30.0/limits", 410),
        ("GET", "/services/data/v99.0/limits", 404),
        ("GET", "/services/data/v59.0/nothing", 404),
        ("GET", "/services/data/v59.0/sobjects/Nothing/describe", 404),
        ("POST", "/services/data/v59.0/limits", 405),
        ("GET", "/services/data/v59.0/query?q=" + "x" * 16_400, 414),
        ("GET", "/elsewhere", 404),
    ],
)
def test_paths_that_do_not_exist(peer: sf.Peer, method: str, path: str, status: int) -> None:
    plain = Plain(peer)
    assert plain.session.request(method, peer.url + path, timeout=10).status_code == status


def test_an_unknown_token_gets_nothing(peer: sf.Peer) -> None:
    answer = requests.get(f"{peer.url}/services/data/v59.0/limits", timeout=10)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_a_client_is_a_client(peer: sf.Peer) -> None:
    assert isinstance(peer.client(), Salesforce)
    assert peer.log()[0].headers["x-original-host"] == "polaris.my.salesforce.com"
