"""Brings the rows of one object into its stage, by the way that suits their number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.salesforce import bulk, ranges, rest
from loaders.salesforce.client import Client
from loaders.salesforce.errors import (
    BulkUnsupportedError,
    CountDiffersError,
    FieldUnknownError,
    GoneError,
    JobFailedError,
    SalesforceError,
    TooMuchError,
    TransientError,
)
from loaders.salesforce.spool import Job, Spool, key_of
from loaders.salesforce.stage import Stage
from loaders.salesforce.tasks import Reading, Task

if TYPE_CHECKING:
    import pyarrow as pa

# Up to so many rows a handful of REST pages costs less than a job.
REST_ROWS = 2_000
_FIELDS_DROPPED = 5
_TOO_MUCH = (
    "That is too much for Salesforce even in small ranges of ids; run it again when the "
    "organization is less busy."
)
# What a REST query is told that takes too long; a job has more time.
_TIMEOUT = "QUERY_TIMEOUT"


def ask_for_job(client: Client, task: Task, reading: Reading) -> None:
    """Makes the job of an object with many records, unless an earlier run's can be gone on with.

    Raises:
        SalesforceError: the object cannot be read.
    """
    spool = Spool(task.spool())
    key = _key(client, task, reading)
    kept = spool.kept(key)
    reading.expected = _count(client, task, reading) if kept is None else kept.rows
    if kept is None and reading.expected > REST_ROWS:
        try:
            reading.asked = _new_job(client, task, reading, key)
        except (FieldUnknownError, BulkUnsupportedError) as error:
            reading.asked = error  # the reader knows what helps


def _key(client: Client, task: Task, reading: Reading) -> str:
    place = f"{client.login()} {client.credentials.version}"
    return key_of(task.item.name, reading.described.requested, reading.window, place)


def _new_job(client: Client, task: Task, reading: Reading, key: str, ids: str = "") -> Job:
    """A job for all records, or for those whose ids fit; only the first can be gone on with."""
    query, spool = reading.query(task.item.name, ids), Spool(task.spool())
    spool.clear_job()
    job = Job(
        key=key + ids,
        job_id=bulk.create(client, query, task.item.name),
        query=query,
        upper=reading.window.upper.isoformat(),
        run_id=task.run_id,
        made_at=datetime.now(UTC).isoformat(),
    )
    spool.keep(job)
    return job


def _count(client: Client, task: Task, reading: Reading) -> int:
    """About how many rows will come; a count that takes too long means many."""
    name, window = task.item.name, reading.window
    try:
        if window.is_full_list:
            told = client.get(
                client.path("limits/recordCount"), "the record counts", {"sObjects": name}
            )["sObjects"]
            if told:
                return int(told[0]["count"])
        rows = rest.count(client, name, window.condition(), deleted=True)
    except TransientError:
        return REST_ROWS + 1
    return rows if window.limit is None else min(rows, window.limit)


class Reader:
    """Reads one object into its stage."""

    def __init__(self, client: Client, task: Task, reading: Reading, stage: Stage) -> None:
        self._client = client
        self._task = task
        self._reading = reading
        self._stage = stage
        self._spool = Spool(task.spool())
        self._name = task.item.name
        self._expected = 0
        self._rows = 0

    def read(self) -> None:
        """Fills the stage; a field that the query turns out not to know is left out.

        Raises:
            SalesforceError: the object cannot be read.
        """
        for _ in range(_FIELDS_DROPPED):
            try:
                self._fill()
            except FieldUnknownError as error:
                if error.field not in self._reading.described.requested:
                    raise
                self._reading.described = self._reading.described.without(error.field)
            else:
                return
        raise SalesforceError(
            f"Salesforce refused {_FIELDS_DROPPED} fields of {self._name} that it had just "
            "described; run it again when nobody changes the object."
        )

    def _fill(self) -> None:
        key = _key(self._client, self._task, self._reading)
        kept = None if self._reading.asked else self._spool.kept(key)
        if kept is not None:
            self._reading.expected = kept.rows
        elif self._reading.expected is None:
            self._reading.expected = _count(self._client, self._task, self._reading)
        self._expected = self._reading.expected
        if kept is None and self._expected <= REST_ROWS:
            try:
                self._by_rest()
            except TransientError as error:
                if error.kind != _TIMEOUT:
                    raise
            else:
                return
        try:
            self._by_bulk(kept, key)
        except TooMuchError as error:
            self._by_ranges(key, error)
        except BulkUnsupportedError:
            self._reading.warnings.append("The Bulk API cannot read it; REST was used.")
            self._spool.clear_job()
            self._by_rest()

    def _by_rest(self) -> None:
        self._reading.transport = "rest"
        query = rest.Query(
            self._name,
            self._reading.query(self._name),
            self._reading.described.requested,
            self._reading.described.datetimes(),
        )
        rest.read(self._client, query, self._take, self._clear)

    def _by_bulk(self, kept: Job | None, key: str) -> None:
        """Reads a job to its end: one of an earlier run where there is one, else a new one."""
        self._reading.transport = "bulk"
        if kept is not None:
            self._clear()
            try:
                self._read_job(kept)
            except (GoneError, CountDiffersError):
                pass  # the CRM has forgotten it, or a page suffered on disk: ask anew
            else:
                self._reading.go_on_with(kept)
                return
        self._clear()
        self._read_job(self._new_job(key))

    def _by_ranges(self, key: str, failed: TooMuchError) -> None:
        """Reads the records in ranges of ids, each halved until it is not too much.

        Raises:
            JobFailedError: the smallest range is too much, too.
        """
        window = self._reading.window
        everything = None
        if window.limit is None:  # the oldest changes do not lie in a range
            everything = ranges.whole(self._client, self._name, window)
        waiting = list((everything and everything.halves()) or ())
        if not waiting:
            raise JobFailedError(f"{failed.message} {_TOO_MUCH}")
        self._clear()
        count = 0
        while waiting:
            part = waiting.pop(0)
            try:
                self._read_job(self._new_job(key, part.condition()))
            except TooMuchError as error:
                halves = part.halves()
                if halves is None:
                    raise JobFailedError(f"{error.message} {_TOO_MUCH}") from None
                waiting[:0] = halves
                continue
            count += 1
            if waiting and self._reading.job is not None:
                bulk.forget(self._client, self._reading.job, self._name)
        self._reading.warnings.append(
            f"It was too much for Salesforce at once, so it was read in {count} ranges of ids."
        )

    def _read_job(self, job: Job) -> None:
        try:
            self._reading.job = bulk.read(
                self._client, self._spool, job, self._name, self._take_page
            )
        except (JobFailedError, CountDiffersError):
            self._spool.clear_job()  # it will not get better
            raise

    def _new_job(self, key: str, ids: str = "") -> Job:
        """The job that was made before, once, or a new one."""
        asked, self._reading.asked = self._reading.asked, None
        if isinstance(asked, SalesforceError):
            raise asked
        if asked is not None and asked.key == key + ids:
            return asked
        return _new_job(self._client, self._task, self._reading, key, ids)

    def _clear(self) -> None:
        self._stage.begin(self._task.warehouse, self._reading.described.missing)
        self._rows = 0

    def _take(self, table: pa.Table) -> None:
        self._stage.take(table)
        self._count_rows(table.num_rows)

    def _take_page(self, path: Path, announced: int | None) -> int:
        rows = self._stage.take_csv(path, announced, self._reading.described.requested)
        self._count_rows(rows)
        return rows

    def _count_rows(self, rows: int) -> None:
        self._rows += rows
        self._task.told(self._rows, max(self._rows, self._expected))
