"""Bulk API 2.0 query jobs: their states, and their results as pages of CSV."""

from __future__ import annotations

import base64
import gzip
import io
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from pyarrow import csv

from tests.support.salesforce_peer import errors, soql
from tests.support.salesforce_peer.compile import Column, Plan
from tests.support.salesforce_peer.errors import ApiError
from tests.support.salesforce_peer.ids import make_id
from tests.support.salesforce_peer.messages import Request, Response, answer
from tests.support.salesforce_peer.org import Org
from tests.support.salesforce_peer.rest import Rest
from tests.support.salesforce_peer.store import Store

RESULTS_LIFE = timedelta(days=7)
DELIMITERS = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
_REFUSED = re.compile(
    r"\bgroup\s+by\b|\boffset\b|\btypeof\b|\b(fields|count|sum|avg|min|max)\s*\(|\(\s*select\b"
)


@dataclass
class Job:
    """A query job.

    Attributes:
        polls_left: polls that still find it in progress; None: it never gets further.
        rows: the answer as it was when the job was made, every value a text.
        pages: pages made so far, by start, length and header.
    """

    id: str
    object: str
    operation: str
    version: str
    created: datetime
    rows: pa.Table
    delimiter: str = "COMMA"
    ending: str = "LF"
    state: str = "UploadComplete"
    polls_left: int | None = 0
    error: str | None = None
    pages: dict[tuple[int, int, bool], Page] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def described(self) -> dict[str, Any]:
        """As it stands in answers."""
        stamp = self.created.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": make_id("005", 1),
            "createdDate": stamp,
            "systemModstamp": stamp,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.ending,
            "columnDelimiter": self.delimiter,
        }


@dataclass
class Page:
    """Some rows of a job's results."""

    body: bytes
    rows: int
    zipped: bytes | None = None

    def gzip(self) -> bytes:
        """The body compressed, once."""
        if self.zipped is None:
            self.zipped = gzip.compress(self.body, compresslevel=1, mtime=0)
        return self.zipped


class Bulk:
    """The jobs of the org."""

    def __init__(self, org: Org, store: Store, rest: Rest) -> None:
        self.org = org
        self.store = store
        self.rest = rest
        self.jobs: dict[str, Job] = {}

    def create(self, request: Request) -> Response:
        """A new job; its rows are those of this moment."""
        wanted = request.json
        operation, text = wanted.get("operation"), str(wanted.get("query") or "")
        if operation not in ("query", "queryAll") or not text:
            raise ApiError(400, "INVALIDJOB", "operation must be query or queryAll, with a query")
        if self.rest.jobs >= self.org.bulk_job_limit:
            raise ApiError(
                400,
                "LIMIT_EXCEEDED",
                f"Max bulk v2 query jobs ({self.org.bulk_job_limit}) per 24 hrs has been reached "
                f"({self.rest.jobs})",
            )
        plan = self.understood(text)
        job = Job(
            make_id("750", len(self.jobs) + 1),
            plan.item.name,
            operation,
            request.version,
            self.store.now(),
            self.store.arrow(
                plan.sql(_selected(plan), with_deleted=operation == "queryAll") + plan.ordering(),
                plan.values,
            ),
            str(wanted.get("columnDelimiter") or "COMMA"),
            str(wanted.get("lineEnding") or "LF"),
            polls_left=self.org.polls_until_complete,
        )
        if job.delimiter not in DELIMITERS or job.ending not in ENDINGS:
            raise ApiError(400, "INVALIDJOB", "unknown columnDelimiter or lineEnding")
        self.rest.jobs += 1
        self.jobs[job.id] = job
        _spoil(job, request.fault)
        return answer(job.described())

    def understood(self, text: str) -> Plan:
        """The query, if bulk jobs can do it."""
        bare = re.sub(r"'(?:[^'\\]|\\.)*'", "''", text.lower())
        if _REFUSED.search(bare):
            raise ApiError(
                400,
                "API_ERROR",
                "Aggregate, GROUP BY, OFFSET, TYPEOF, FIELDS() and nested queries are not "
                "supported in Bulk Query",
            )
        plan = self.store.plan(soql.parse(text))
        if any(column.field.type == "address" for column in plan.columns):
            raise ApiError(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
        if plan.item.name in self.org.bulk_unsupported:
            raise ApiError(
                400, "INVALIDENTITY", f"Entity '{plan.item.name}' is not supported by the Bulk API."
            )
        return plan

    def found(self, request: Request) -> Job:
        """The job in the path; gone after a week, and only for the version that made it."""
        job = self.jobs.get(str(request.record))
        if job is None or job.created + RESULTS_LIFE <= self.store.now():
            raise errors.not_found()
        if job.version != request.version:
            raise ApiError(
                409, "VERSION_MISMATCH", f"The job was made with version {job.version} of the API."
            )
        return job

    def poll(self, request: Request) -> Response:
        """Where the job stands; it moves as it is looked at."""
        job = self.found(request)
        with job.lock:
            if job.state in ("UploadComplete", "InProgress") and job.polls_left is not None:
                job.state = "InProgress" if job.polls_left > 0 else "JobComplete"
                if job.error is not None and job.state == "JobComplete":
                    job.state = "Failed"
                job.polls_left -= 1
        done = job.state == "JobComplete"
        content = job.described() | {
            "jobType": "V2Query",
            "numberRecordsProcessed": len(job.rows) if done else 0,
            "retries": 0,
            "totalProcessingTime": 100 if done else 0,
            "isPkChunkingSupported": True,
        }
        if job.state == "Failed":
            content["errorMessage"] = job.error
        return answer(content)

    def results(self, request: Request) -> Response:
        """A page of the results: by its place, so it can be read again."""
        job = self.found(request)
        if job.state != "JobComplete":
            raise ApiError(400, "JOB_NOT_COMPLETE", f"The job is not complete: {job.state}")
        start = _start(request.query.get("locator"), len(job.rows))
        asked = request.query.get("maxRecords", "")
        size = int(asked) if asked.isdigit() and int(asked) else self.org.bulk_page_rows
        page = self.page(job, start, size)
        stop = start + page.rows
        self.rest.bulk_bytes += len(page.body)
        return Response(
            200,
            page.body,
            "text/csv",
            {
                "Sforce-NumberOfRecords": str(page.rows),
                "Sforce-Locator": _locator(stop) if stop < len(job.rows) else "null",
            },
            rows=page.rows,
            compressed=page.gzip,
        )

    def page(self, job: Job, start: int, size: int) -> Page:
        """Makes a page, or takes the one made before."""
        has_header = start == 0 or self.org.results_header_every_page
        with job.lock:
            made = job.pages.get((start, size, has_header))
            if made is None:
                rows = job.rows.slice(start, size)
                made = Page(_csv(rows, job, has_header), len(rows))
                job.pages[(start, size, has_header)] = made
        return made

    def abort(self, request: Request) -> Response:
        """Stops a job that is under way."""
        job = self.found(request)
        if request.json.get("state") != "Aborted":
            raise ApiError(400, "INVALIDJOBSTATE", "Only Aborted can be asked for")
        if job.state not in ("JobComplete", "Failed"):
            job.state = "Aborted"
        return answer(job.described())

    def delete(self, request: Request) -> Response:
        """Forgets a job that is done."""
        job = self.found(request)
        if job.state in ("UploadComplete", "InProgress"):
            raise ApiError(400, "INVALIDJOBSTATE", f"The job is {job.state}, abort it first")
        del self.jobs[job.id]
        self.jobs[f"deleted {job.id}"] = job  # its number is not given away again
        return Response(204)

    def listed(self, _request: Request) -> Response:
        """All jobs there are."""
        jobs = [job.described() for name, job in self.jobs.items() if name == job.id]
        return answer({"done": True, "records": jobs, "nextRecordsUrl": None})


def _spoil(job: Job, fault: str | None) -> None:
    """What a fault ordered for this job."""
    kind, _, message = (fault or "").partition(":")
    if kind == "Failed":
        job.error = message
    elif kind in ("UploadComplete", "InProgress"):
        job.state, job.polls_left = kind, None


def _selected(plan: Plan) -> str:
    """The columns of a result: everything a text, null the empty one."""
    return ", ".join(
        f"coalesce({_as_text(column)}, '') as \"{'.'.join(column.path)}\""
        for column in plan.columns
    )


def _as_text(column: Column) -> str:
    if column.field.type == "datetime":
        return f"strftime({column.sql}, '%Y-%m-%dT%H:%M:%S.000Z')"
    return column.sql if column.field.is_text else f"cast({column.sql} as varchar)"


def _csv(rows: pa.Table, job: Job, has_header: bool) -> bytes:
    options = csv.WriteOptions(
        include_header=has_header,
        delimiter=DELIMITERS[job.delimiter],
        eol=ENDINGS[job.ending],
        quoting_style="all_valid",
        batch_size=4096,
    )
    written = io.BytesIO()
    csv.write_csv(rows, written, options)
    return written.getvalue()


def _locator(start: int) -> str:
    return base64.b64encode(str(start).encode()).decode().rstrip("=")


def _start(locator: str | None, total: int) -> int:
    """The row a locator stands for."""
    if locator in (None, ""):
        return 0
    try:
        start = int(base64.b64decode(f"{locator}==="))
    except ValueError:
        start = -1
    if not 0 < start < total:
        raise ApiError(400, "INVALID_LOCATOR", f"The locator is not valid: {locator}")
    return start
