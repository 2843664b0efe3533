"""Takes one object of the CRM: asks, compares, lands. What fails here fails this object only."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loaders.field_counts import FieldCount, counts_json
from loaders.salesforce import bulk, records, windows
from loaders.salesforce.absences import noticed
from loaders.salesforce.client import Client
from loaders.salesforce.describing import Described, changed_types, describe
from loaders.salesforce.errors import CountDiffersError
from loaders.salesforce.objects import column
from loaders.salesforce.reader import Reader, ask_for_job
from loaders.salesforce.spool import Spool
from loaders.salesforce.stage import Counts, Stage
from loaders.salesforce.tasks import Reading, Start, Task

_TRIES = 2


@dataclass(frozen=True)
class Taken:
    """What became of one object; the numbers are those of its load row.

    Attributes:
        load: the load row.
        invalid: rows without a readable id.
        seconds: all of it took.
        warnings: sentences for the report.
    """

    load: records.LoadRow
    invalid: int
    seconds: float
    warnings: tuple[str, ...]


def ask(client: Client, task: Task, before: records.Known) -> Reading:
    """Asks about one object; where it has many records, the CRM begins to prepare them.

    Raises:
        RunEndsError: no other object can be read either.
        SalesforceError: this object cannot be read.
    """
    spent = client.spent
    start = Start(datetime.now(UTC), spent.calls, spent.bytes, spent.retries.total())
    described = describe(client, task.item)
    reading = _planned(client, task, before, described, start)
    ask_for_job(client, task, reading)
    return reading


def take(
    client: Client, task: Task, reading: Reading, then: Callable[[], None] = lambda: None
) -> Taken:
    """Reads one object and hands over what is new to be landed.

    Args:
        client: logged in.
        task: the object.
        reading: what `ask` gave.
        then: called when the CRM need not be asked about this object any more.

    Raises:
        RunEndsError: no other object can be read either.
        SalesforceError: this object cannot be read; nothing of it landed and its watermark stays.
        WarehouseLockedError: another program has the warehouse open.
    """
    began, described = time.monotonic(), reading.described
    spool = Spool(task.spool())
    stamp = {"run_id": task.run_id, "load_seq": task.load_seq, "landed_at": reading.start.at}
    stage = Stage(spool.folder, task.item, stamp, task.lander, has_landed=reading.before.has_rows)
    try:
        counts = _read(client, task, reading, stage)
        _say_what_is_odd(reading, counts)
        gone, source_count = noticed(client, task, reading, stage)
        if reading.job is not None:  # all its pages are here
            bulk.forget(client, reading.job, task.item.name)
        load = _load_row(client, task, reading, counts) | {
            "rows_deleted": counts.deleted + len(gone),
            "source_count": counts.live if reading.window.is_full_list else source_count,
        }
        then()
        is_news = described.sha256 != reading.before.describe_sha256
        fields = described.fields if is_news else ()
        brought = records.Brought(task.item.table, stage.part(), fields, tuple(gone))
        row = records.LoadRow(**load, field_counts=_field_counts(reading, brought, stage.values))
    finally:
        stage.close()
    task.lander.add(row, brought, spool.remove)
    return Taken(row, counts.invalid, time.monotonic() - began, tuple(reading.warnings))


def _planned(
    client: Client, task: Task, before: records.Known, described: Described, start: Start
) -> Reading:
    """What to ask for, and why more than the changes where it is more."""
    now, warnings = client.now(), []
    gained = [name for name in described.requested if name not in (before.filled or ())]
    has_gained = before.filled is not None and bool(gained)
    # A formula changes without a trace, so an object that has some is read whole once a week.
    has_formulas = task.ask.cadence == "weekly" and bool(described.calculated())
    window = windows.plan(task.ask, before.watermark, now, complete=has_formulas or has_gained)
    if before.watermark is not None and windows.is_ahead(before.watermark, now):
        warnings.append(
            f"The run before went by a clock that was ahead (its mark is "
            f"{before.watermark:%Y-%m-%d %H:%M} UTC), so everything was asked for again."
        )
    if has_gained and window.is_full_list and not task.ask.full:
        warnings.append(
            f"Can be read now: {', '.join(gained)}; everything was read, so that records of "
            "earlier runs get the values too."
        )
    return Reading(before, described, window, start, warnings=warnings)


def _read(client: Client, task: Task, reading: Reading, stage: Stage) -> Counts:
    """Reads the rows and compares them; a list that names a record twice is read once more.

    Raises:
        CountDiffersError: again it does: as the count is right, other records are missing.
    """
    for _ in range(_TRIES):
        Reader(client, task, reading, stage).read()
        counts = stage.compare(task.warehouse)
        if not counts.duplicate:
            return counts
        Spool(task.spool()).clear_job()
        client.spent.retries["repeated"] += 1
    raise CountDiffersError(
        f"{counts.duplicate:,} of the {counts.extracted:,} records of {task.item.name} came twice, "
        "so others must be missing; nothing of it was landed. Run it again."
    )


def _load_row(client: Client, task: Task, reading: Reading, counts: Counts) -> dict[str, Any]:
    window, spent, described = reading.window, client.spent, reading.described
    start = reading.start
    newest = _instant(counts.newest)
    changes = changed_types(reading.before.field_types or {}, described.fields)
    return {
        "load_seq": task.load_seq,
        "run_id": task.run_id,
        "object_name": task.item.name,
        "mode": window.mode,
        "transport": reading.transport,
        "label": task.ask.label,
        "window_from": window.lower,
        "window_to": window.upper,
        "watermark": windows.reached(window, counts.extracted, newest),
        "rows_extracted": counts.extracted,
        "rows_duplicate": counts.duplicate,
        "rows_inserted": counts.inserted,
        "rows_updated": counts.updated,
        "rows_unchanged": counts.unchanged,
        "rows_landed": counts.landed,
        "rows_reactivated": counts.reactivated,
        "call_count": spent.calls - start.calls,
        "byte_count": spent.bytes - start.bytes,
        "retry_count": spent.retries.total() - start.retries,
        "is_full_list": window.lists_all(task.ask),
        "describe_sha256": described.sha256,
        "missing_fields": json.dumps(described.missing),
        "unmapped_fields": json.dumps(described.unmapped),
        "changed_types": json.dumps(changes),
        "warnings": json.dumps(reading.warnings),
        "max_modified_at": newest,
        "started_at": start.at,
        "landed_at": datetime.now(UTC),
    }


def _field_counts(
    reading: Reading, brought: records.Brought, values: Mapping[str, int]
) -> str | None:
    """How many of the rows that land say something in each field; None where none lands."""
    if brought.part is None:
        return None
    _, rows = brought.part
    described = reading.described
    counts = [
        FieldCount(name, column(name), rows, values[column(name)]) for name in described.requested
    ]
    return counts_json(
        [*counts, *(FieldCount(None, column(name), rows, 0) for name in described.missing)]
    )


def _say_what_is_odd(reading: Reading, counts: Counts) -> None:
    described = reading.described
    if described.missing:
        reading.warnings.append(
            f"Not there, or not shown to our user: {', '.join(described.missing)}; records that "
            "were read before keep the values they had."
        )
    for change in changed_types(reading.before.field_types or {}, described.fields):
        reading.warnings.append(f"The type of a field has changed: {change}.")
    if windows.makes_no_progress(reading.window, counts.extracted, _instant(counts.newest)):
        reading.warnings.append(
            f"The {counts.extracted:,} oldest changes lie within minutes of each other, so the "
            "next run with this --limit reads the same ones again; give a larger one."
        )
    if counts.invalid:
        reading.warnings.append(f"{counts.invalid:,} rows had no readable id and were left out.")


def _instant(text: str | None) -> datetime | None:
    """A SystemModstamp as either API spells it; to the second, as windows are."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(microsecond=0)
