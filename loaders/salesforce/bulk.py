"""Reads many rows: a Bulk 2.0 query job, its pages spooled, so that a later run can go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from loaders.salesforce.client import Client, paused
from loaders.salesforce.errors import CountDiffersError, JobFailedError, SalesforceError
from loaders.salesforce.spool import Job, Page, Spool, with_page

PAGE_ROWS = 25_000
_REFETCHES = 3
# Salesforce's word for a query that is too much for it at once.
_RETRIED = "Retried more than"
_TOO_MUCH = (
    "That is too much for Salesforce at once; --limit reads the object in portions, run by run."
)

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
    for page in job.pages:
        take_page(spool.folder / page.name, page.rows)
    if job.is_complete:
        return job
    state = _finished(client, job, what)
    while not job.is_complete:
        job = _next_page(client, spool, job, what, take_page)
        if job.is_complete:  # kept as complete only when it is
            _require_all(job, state.get("numberRecordsProcessed"), what)
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
            raise JobFailedError(f"{said} {_TOO_MUCH}" if _RETRIED in why else said)
        wait = paused(client.pace, began, wait, f"The query job {job.job_id} for {what}")


def _require_all(job: Job, announced: Any, what: str) -> None:
    """Refuses a job whose pages hold another number of rows than it found."""
    if announced is not None and int(announced) != job.rows:
        raise CountDiffersError(
            f"The job {job.job_id} for {what} found {int(announced):,} records but its pages hold "
            f"{job.rows:,}; nothing of it was landed. Run it again."
        )


def _next_page(client: Client, spool: Spool, job: Job, what: str, take_page: TakePage) -> Job:
    """The job with one more page; a page that is not whole is fetched again."""
    path = spool.page(len(job.pages))
    params = {"maxRecords": str(PAGE_ROWS)} | ({"locator": job.locator} if job.locator else {})
    refetch = 0
    while True:
        headers = client.download(
            client.path(f"jobs/query/{job.job_id}/results"),
            f"page {len(job.pages) + 1} of the job for {what}",
            params,
            path,
        )
        announced, locator = headers.get("Sforce-NumberOfRecords"), headers.get("Sforce-Locator")
        try:
            if announced is None or not locator:  # after the last page it is the word null
                raise CountDiffersError(
                    f"Salesforce did not say how many rows page {len(job.pages) + 1} of the job "
                    f"{job.job_id} for {what} has, or where the next one begins; nothing of it "
                    "was landed. Run it again."
                )
            rows = take_page(path, int(announced))
        except CountDiffersError:
            path.unlink(missing_ok=True)
            refetch += 1
            if refetch >= _REFETCHES:
                raise
            client.spent.retries["page"] += 1
            continue
        return with_page(job, Page(path.name, rows), "" if locator == "null" else locator)
