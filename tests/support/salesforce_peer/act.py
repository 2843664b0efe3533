"""What can go wrong: each function makes an action for `Peer.fault`.

An action gets the request and a function that answers it properly, and gives the answer that
is sent instead.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace

from tests.support.salesforce_peer.errors import ApiError
from tests.support.salesforce_peer.errors import invalid_session as _invalid_session
from tests.support.salesforce_peer.messages import JSON, Request, Response

Proper = Callable[[], Response]
Action = Callable[[Request, Proper], Response]


def error(
    status: int, code: str, message: str = "", headers: dict[str, str] | None = None
) -> Action:
    """Any error in the form of the data API."""
    refusal = ApiError(status, code, message or code, headers)
    return lambda _request, _proper: Response(status, refusal.body(), JSON, dict(headers or {}))


def too_many_requests(retry_after: float | str | None = 1) -> Action:
    """429 with Retry-After (None: without)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return error(429, "REQUEST_RATE_EXCEEDED", "Too many requests", headers)


def unavailable() -> Action:
    """503."""
    return error(503, "SERVER_UNAVAILABLE", "Server is unavailable, please try again later")


def server_error() -> Action:
    """500."""
    return error(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. ErrorId: 1-1 (1)")


def bad_gateway() -> Action:
    """502, a page of HTML from the edge."""
    return page(502, "Bad Gateway")


def page(status: int, title: str) -> Action:
    """A page of HTML where JSON was expected."""
    text = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return lambda _request, _proper: Response(status, text.encode(), "text/html;charset=UTF-8")


def request_limit(which: str = "TotalRequests") -> Action:
    """403, the day's quota (TotalRequests) or the requests at once (ConcurrentRequests)."""
    named = "ConcurrentRequests (Concurrent API Requests)" if which[0] == "C" else which
    return error(403, "REQUEST_LIMIT_EXCEEDED", f"{named} Limit exceeded.")


def invalid_session(html: bool = False) -> Action:
    """401; with HTML as some edges send it."""
    if html:
        return page(401, "Unauthorized")
    refusal = _invalid_session()
    return error(401, refusal.code, refusal.message)


def query_timeout() -> Action:
    """400 QUERY_TIMEOUT."""
    return error(400, "QUERY_TIMEOUT", "Your query request was running for too long.")


def invalid_locator() -> Action:
    """400 INVALID_QUERY_LOCATOR."""
    return error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")


def lock_row() -> Action:
    """400 UNABLE_TO_LOCK_ROW."""
    return error(400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")


def invalid_field(name: str = "Gone__c") -> Action:
    """400 INVALID_FIELD about a field."""
    return error(
        400, "INVALID_FIELD", f"\nERROR at Row:1:Column:8\nNo such column '{name}' on entity"
    )


def drop_before() -> Action:
    """The connection closes without an answer; the request was carried out all the same."""
    return lambda _request, proper: replace(proper(), is_dropped=True)


def drop_after(n_bytes: int) -> Action:
    """The connection closes in the middle of the body."""
    return lambda _request, proper: replace(proper(), cut_at=n_bytes)


def stall(seconds: float) -> Action:
    """The answer comes late."""

    def act(_request: Request, proper: Proper) -> Response:
        time.sleep(seconds)
        return proper()

    return act


def no_content() -> Action:
    """204 where a page was expected."""
    return lambda _request, _proper: Response(204)


def not_complete() -> Action:
    """The results of a job that says it is complete are not there yet."""
    return error(400, "JOB_NOT_COMPLETE", "The job is not complete.")


def missing_header(name: str) -> Action:
    """The answer without one of its headers."""

    def act(_request: Request, proper: Proper) -> Response:
        response = proper()
        kept = {
            key: value for key, value in response.headers.items() if key.lower() != name.lower()
        }
        return replace(response, headers=kept)

    return act


def wrong_count(delta: int = 1000) -> Action:
    """Says that the page (Bulk) or the whole (REST) has so many records more than it has."""

    def act(request: Request, proper: Proper) -> Response:
        response = proper()
        if request.kind == "job_results":
            count = int(response.headers["Sforce-NumberOfRecords"]) + delta
            return replace(
                response, headers=response.headers | {"Sforce-NumberOfRecords": str(count)}
            )
        content = json.loads(response.body)
        counted = "numberRecordsProcessed" if "numberRecordsProcessed" in content else "totalSize"
        content[counted] += delta
        return _respond(response, content)

    return act


def truncated_csv(n_bytes: int) -> Action:
    """A page that ends too early, although its length is as announced."""

    def act(_request: Request, proper: Proper) -> Response:
        response = proper()
        return replace(response, body=response.body[:n_bytes], compressed=None)

    return act


def lose_rows(n: int) -> Action:
    """A page without its last n records; what is announced stays."""
    return _rows(lambda rows: rows[: max(len(rows) - n, 0)])


def duplicate_rows(n: int) -> Action:
    """A page with its first n records a second time; what is announced stays."""
    return _rows(lambda rows: rows + rows[:n])


def repeat_rows(n: int) -> Action:
    """The last n records are gone and the first n there twice: the count is right."""
    return _rows(lambda rows: rows[: max(len(rows) - n, 0)] + rows[:n])


def job_failed(message: str = "InternalServerError : Retried more than 15 times") -> Action:
    """The job that is created fails."""
    return _job(f"Failed:{message}")


def job_stuck(state: str = "InProgress") -> Action:
    """The job that is created never gets past this state."""
    return _job(state)


def expire_token() -> Action:
    """The token dies once this answer was given."""
    return _job("expire")


def call(function: Callable[[Request], object]) -> Action:
    """Answers properly, then calls the function: something happens between two requests."""

    def act(request: Request, proper: Proper) -> Response:
        response = proper()
        function(request)
        return response

    return act


def _job(order: str) -> Action:
    """An order to the peer itself, which reads it from the request."""

    def act(request: Request, proper: Proper) -> Response:
        request.fault = order
        return proper()

    return act


def _rows(change: Callable[[list[object]], list[object]]) -> Action:
    """Changes the records of a page, in CSV or in JSON."""

    def act(request: Request, proper: Proper) -> Response:
        response = proper()
        if request.kind != "job_results":
            content = json.loads(response.body)
            content["records"] = change(content["records"])
            return _respond(response, content)
        rows = list(csv.reader(io.StringIO(response.body.decode(), newline="")))
        written = io.StringIO(newline="")
        csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            [rows[0], *change(list(rows[1:]))]  # type: ignore[list-item]
        )
        return replace(response, body=written.getvalue().encode(), compressed=None)

    return act


def _respond(response: Response, content: object) -> Response:
    return replace(response, body=json.dumps(content).encode(), compressed=None)
