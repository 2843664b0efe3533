"""Reads many rows: a Bulk 2.0 query job, its pages spooled, so that a later run can go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loaders.salesforce.client import Client, paused
from loaders.salesforce.errors import (
    CountDiffersError,
    JobFailedError,
    SalesforceError,
    TooMuchError,
)
from loaders.salesforce.spool import Job, Page, Spool, with_page

PAGE_ROWS = 25_000
_REFETCHES = 3
# Salesforce's words for a query that is too much for it at once.
_TOO_MUCH = ("Retried more than", "QUERY_TIMEOUT")

# Takes a page into the stage: the file and the rows announced; returns the rows it holds.
TakePage = Callable[[Path, int | None], int]


def create(client: Client, query: str, what: str) -> str:
    """Makes a job for a query that also gives deleted rows; returns its id.

    Raises:
        BulkUnsupportedError: the object or a field cannot be read so.
        FieldUnknownError: the query names a field that is not there.
    """
    answer = client.post(
        client.path("jobs/query"),
        f"a query job for {what}",
        {
            "operation": "queryAll",
            "query": query,
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        },
    )
    return str(answer["id"])


def read(client: Client, spool: Spool, job: Job, what: str, take_page: TakePage) -> Job:
    """Reads the pages that are not here yet and takes all of them, in order.

    Args:
        client: logged in.
        spool: of the object; knows the job already.
        job: as far as it was read.
        what: the object, in words.
        take_page: checks and takes a page.

    Returns:
        The complete job.

    Raises:
        GoneError: the CRM has forgotten the job or the place.
        CountDiffersError: a page or the whole has not the rows announced.
        JobFailedError: the CRM could not answer it.
    """
    for kept in job.pages:
        take_page(spool.folder / kept.name, kept.rows)
    if job.is_complete:
        return job
    state = _finished(client, job, what)
    pages = _Pages(client, spool, job.job_id, what)
    # While one page is taken, the next one is on its way.
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(pages.fetch, len(job.pages), job.locator)
        while not job.is_complete:
            page = coming.result()
            if page.following:
                coming = beside.submit(pages.fetch, page.number + 1, page.following)
            job = _with_page(client, pages, page, job, take_page)
            if job.is_complete:  # kept as complete only when it is
                _require_all(job, state.get("numberRecordsProcessed"), what)
            elif job.locator != page.following:  # it was told by another try only
                coming = beside.submit(pages.fetch, page.number + 1, job.locator)
            spool.keep(job)
    return job


def forget(client: Client, job: Job, what: str) -> None:
    """Deletes a job whose rows have landed; the CRM does so itself after a week."""
    try:
        client.delete(client.path(f"jobs/query/{job.job_id}"), f"the end of the job for {what}")
    except SalesforceError:
        return


def _finished(client: Client, job: Job, what: str) -> Mapping[str, Any]:
    """The state of the job, once it is complete."""
    began, wait = time.monotonic(), client.pace.first_poll
    while True:
        state: Mapping[str, Any] = client.get(
            client.path(f"jobs/query/{job.job_id}"), f"the job for {what}"
        )
        if state["state"] == "JobComplete":
            return state
        if state["state"] in ("Failed", "Aborted"):
            why = " ".join(str(state.get("errorMessage") or "no reason given").split())[:300]
            said = f"The query job {job.job_id} for {what} {state['state'].lower()}: {why}."
            if any(words in why for words in _TOO_MUCH):
                raise TooMuchError(said)
            raise JobFailedError(said)
        wait = paused(client.pace, began, wait, f"The query job {job.job_id} for {what}")


def _require_all(job: Job, announced: Any, what: str) -> None:
    """Refuses a job whose pages hold another number of rows than it found."""
    if announced is not None and int(announced) != job.rows:
        raise CountDiffersError(
            f"The job {job.job_id} for {what} found {int(announced):,} records but its pages hold "
            f"{job.rows:,}; nothing of it was landed. Run it again."
        )


@dataclass(frozen=True)
class _Fetched:
    """A page on disk, and what came with it.

    Attributes:
        number: of the page, from 0 on.
        asked: where it begins.
        path: of the file.
        announced: its rows; None when that was not said.
        locator: where the next one begins: the word null after the last, None when not said.
    """

    number: int
    asked: str
    path: Path
    announced: str | None
    locator: str | None

    @property
    def following(self) -> str:
        """Where the next page begins; empty when there is none, or none is known."""
        return "" if self.locator in (None, "null") else str(self.locator)


@dataclass(frozen=True)
class _Pages:
    """Fetches the pages of a job."""

    client: Client
    spool: Spool
    job_id: str
    what: str

    def fetch(self, number: int, locator: str) -> _Fetched:
        """A page, as it comes; it need not be whole."""
        path = self.spool.page(number)
        headers = self.client.download(
            self.client.path(f"jobs/query/{self.job_id}/results"),
            f"page {number + 1} of the job for {self.what}",
            {"maxRecords": str(PAGE_ROWS)} | ({"locator": locator} if locator else {}),
            path,
        )
        told, following = headers.get("Sforce-NumberOfRecords"), headers.get("Sforce-Locator")
        return _Fetched(number, locator, path, told, following or None)


def _with_page(client: Client, pages: _Pages, page: _Fetched, job: Job, take_page: TakePage) -> Job:
    """The job with one more page; one that is not whole is fetched again."""
    refetch = 0
    while True:
        try:
            if page.announced is None or page.locator is None:
                raise CountDiffersError(
                    f"Salesforce did not say how many rows page {page.number + 1} of the job "
                    f"{job.job_id} for {pages.what} has, or where the next one begins; nothing of "
                    "it was landed. Run it again."
                )
            rows = take_page(page.path, int(page.announced))
        except CountDiffersError:
            page.path.unlink(missing_ok=True)
            refetch += 1
            if refetch >= _REFETCHES:
                raise
            client.spent.retries["page"] += 1
            page = pages.fetch(page.number, page.asked)
            continue
        return with_page(job, Page(page.path.name, rows), page.following)
