"""The data API but for bulk jobs: lists, describe, queries, deletions, limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pyarrow as pa

from tests.support.salesforce_peer import errors, soql
from tests.support.salesforce_peer.compile import Column, Plan
from tests.support.salesforce_peer.errors import ApiError
from tests.support.salesforce_peer.ids import make_id
from tests.support.salesforce_peer.messages import JSON, Request, Response, answer
from tests.support.salesforce_peer.org import Org
from tests.support.salesforce_peer.schema import SObject
from tests.support.salesforce_peer.store import Store, utc

LOCATOR_LIFE = timedelta(days=2)
REPLICATION_DAYS = timedelta(days=15)


@dataclass
class Cursor:
    """A query whose pages are not all read: its rows as they were when it began."""

    id: str
    mode: str
    size: int
    rows: pa.Table
    columns: list[Column]
    item: SObject
    born: datetime


class Rest:
    """Answers data requests; the counters of limits are shared with bulk jobs."""

    def __init__(self, org: Org, store: Store) -> None:
        self.org = org
        self.store = store
        self.cursors: dict[str, Cursor] = {}
        self.calls = org.daily_api_used
        self.jobs = 0
        self.bulk_bytes = 0

    # -- objects

    def found(self, request: Request) -> SObject:
        """The object in the path; 404 when there is none."""
        item = self.store.objects.get((request.object or "").lower())
        if item is None or item.is_removed:
            raise errors.not_found()
        return item

    def sobjects(self, _request: Request) -> Response:
        """The list of objects."""
        listed = [item.listed() for item in self.store.objects.values() if not item.is_removed]
        return answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})

    def describe(self, request: Request) -> Response:
        """One object's definition, or 304 when it is as old as the caller's."""
        item = self.found(request)
        changed = item.changed_at.replace(tzinfo=UTC)
        headers = {"Last-Modified": format_datetime(changed, usegmt=True)}
        since = request.headers.get("if-modified-since")
        if since and changed <= parsedate_to_datetime(since):
            return Response(304, b"", JSON, headers)
        response = answer(item.described())
        response.headers = headers
        return response

    # -- queries

    def query(self, request: Request) -> Response:
        """The first page of a query."""
        if "q" not in request.query:
            raise ApiError(400, "MALFORMED_QUERY", "The q parameter is required")
        plan = self.store.plan(soql.parse(request.query["q"]))
        with_deleted = request.mode == "queryAll"
        if plan.query.is_count:
            count = self.store.one(plan.sql("count(*)", with_deleted=with_deleted), plan.values)
            if plan.query.limit is not None:
                count = min(count, plan.query.limit)
            return answer({"totalSize": count, "done": True, "records": []})
        rows = self.store.arrow(
            plan.sql(_selected(plan), with_deleted=with_deleted) + plan.ordering(), plan.values
        )
        number = len(self.cursors) + 1
        size = _batch_size(request, self.org.page_size)
        cursor = Cursor(
            make_id("01g", number),
            str(request.mode),
            size,
            rows,
            plan.columns,
            plan.item,
            self.store.now(),
        )
        self.cursors[cursor.id] = cursor
        return self.page(cursor, 0, request)

    def query_more(self, request: Request) -> Response:
        """A further page, by its locator."""
        name, _, start = str(request.record).partition("-")
        cursor = self.cursors.get(name)
        if cursor is None or not start.isdigit() or cursor.born + LOCATOR_LIFE <= self.store.now():
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        request.object = cursor.item.name
        return self.page(cursor, int(start), request)

    def page(self, cursor: Cursor, start: int, request: Request) -> Response:
        """The records from here on, and where the next are."""
        total = len(cursor.rows)
        stop = min(start + cursor.size, total)
        records = [
            self.record(cursor, row, request.version)
            for row in cursor.rows.slice(start, stop - start).to_pylist()
        ]
        content: dict[str, Any] = {"totalSize": total, "done": stop >= total}
        if stop < total:
            content["nextRecordsUrl"] = (
                f"/services/data/v{request.version}/{cursor.mode}/{cursor.id}-{stop}"
            )
        content["records"] = records
        response = Response(200, json.dumps(content).encode())
        response.rows = len(records)
        return response

    def record(self, cursor: Cursor, row: dict[str, Any], version: str) -> dict[str, Any]:
        """One record, its parents and addresses inside."""
        made: dict[str, Any] = {"attributes": {"type": cursor.item.name}}
        for number, column in enumerate(cursor.columns):
            value = row[f"c{number}"]
            if column.field.type == "address" and value is not None:
                empty = {"geocodeAccuracy": None, "latitude": None, "longitude": None}
                value = {**value, **empty} if any(value.values()) else None
            if len(column.path) == 1:
                made[column.field.name] = value
                continue
            name = column.path[0]
            if row[f"p{number}"] is None:
                made[name] = None
                continue
            parent = made.setdefault(
                name, {"attributes": _attributes(column.entity, row[f"p{number}"], version)}
            )
            parent[column.field.name] = value
        made["attributes"] = _attributes(cursor.item.name, row["id"], version)
        return made

    # -- what was deleted and updated

    def deleted(self, request: Request) -> Response:
        """Ids that went to the bin in a span of time, whether they are still there or not."""
        item = self.found(request)
        start, end, latest = self.span(request)
        listed = [
            {"deletedDate": _rest_moment(moment), "id": record}
            for record, moment in sorted(self.store.deletions[item.name.lower()].items())
            if start <= moment < end and moment <= latest
        ]
        return answer(
            {
                "deletedRecords": listed,
                "earliestDateAvailable": _rest_moment(self.store.now() - REPLICATION_DAYS),
                "latestDateCovered": _rest_moment(min(end, latest)),
            }
        )

    def updated(self, request: Request) -> Response:
        """Ids that were changed in a span of time and are alive."""
        item = self.found(request)
        start, end, latest = self.span(request)
        found = self.store.arrow(
            f'select "Id" from {item.table} where not "IsDeleted" and "SystemModstamp" >= ? '
            'and "SystemModstamp" < ? and "SystemModstamp" <= ? order by "Id"',
            [start, end, latest],
        )
        return answer(
            {
                "ids": found.column(0).to_pylist(),
                "latestDateCovered": _rest_moment(min(end, latest)),
            }
        )

    def span(self, request: Request) -> tuple[datetime, datetime, datetime]:
        """Start, end and the youngest moment that is known; whole minutes."""
        now = self.store.now()
        try:
            start, end = (
                utc(datetime.fromisoformat(request.query[name].replace(" ", "+"))).replace(second=0)
                for name in ("start", "end")
            )
        except (KeyError, ValueError) as problem:
            raise ApiError(
                400, "INVALID_REPLICATION_DATE", f"start and end are needed: {problem}"
            ) from None
        if end - start < timedelta(minutes=1):
            raise ApiError(
                400,
                "INVALID_REPLICATION_DATE",
                "endDate must be at least one minute after startDate",
            )
        if start < (now - REPLICATION_DAYS).replace(second=0):
            raise ApiError(
                400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date"
            )
        if start > now:
            raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate cannot be in the future")
        return start, end, now - self.org.deleted_latest_lag

    # -- limits

    def limits(self, _request: Request) -> Response:
        """What is left of the day."""
        storage = self.bulk_bytes // 1_000_000
        return answer(
            {
                "DailyApiRequests": _left(self.org.daily_api_limit, self.calls),
                "DailyBulkApiBatches": _left(15_000, 0),
                "DailyBulkV2QueryJobs": _left(self.org.bulk_job_limit, self.jobs),
                "DailyBulkV2QueryFileStorageMB": _left(self.org.bulk_storage_mb, storage),
            }
        )

    def record_count(self, request: Request) -> Response:
        """About how many records there are."""
        wanted = request.query.get("sObjects", "")
        names = [name.strip().lower() for name in wanted.split(",") if name.strip()]
        listed = []
        for name, item in self.store.objects.items():
            if item.is_removed or (names and name not in names):
                continue
            alive = "" if self.org.count_with_deleted else ' where not "IsDeleted"'
            count = self.store.one(f"select count(*) from {item.table}{alive}")
            listed.append(
                {"count": round(count * (1 + self.org.record_count_error)), "name": item.name}
            )
        return answer({"sObjects": listed})


def _batch_size(request: Request, most: int) -> int:
    """Sforce-Query-Options: batchSize=n, between 200 and 2000."""
    for option in request.headers.get("sforce-query-options", "").split(","):
        name, _, value = option.strip().partition("=")
        if name.lower() == "batchsize" and value.isdigit():
            return min(max(int(value), 200), 2000, max(most, 200))
    return most


def _selected(plan: Plan) -> str:
    """The columns of an answer in JSON: moments as texts, addresses as structs."""
    parts = ['r."Id" as id']
    for number, column in enumerate(plan.columns):
        parts.append(f"{_as_json(plan, column)} as c{number}")
        if len(column.path) > 1:
            alias = column.sql.rsplit(".", 1)[0]
            parts.append(f'{alias}."Id" as p{number}')
    return ", ".join(parts)


def _as_json(plan: Plan, column: Column) -> str:
    if column.field.type == "datetime":
        return f"strftime({column.sql}, '%Y-%m-%dT%H:%M:%S.000+0000')"
    if column.field.type == "date":
        return f"strftime({column.sql}, '%Y-%m-%d')"
    if column.field.type == "address":
        parts = plan.item.parts(column.field)
        return "{" + ", ".join(f"'{key}': r.\"{part.name}\"" for key, part in parts.items()) + "}"
    return column.sql


def _attributes(entity: str, record: str, version: str) -> dict[str, str]:
    return {"type": entity, "url": f"/services/data/v{version}/sobjects/{entity}/{record}"}


def _rest_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _left(most: int, used: int) -> dict[str, int]:
    return {"Max": most, "Remaining": max(most - used, 0)}
