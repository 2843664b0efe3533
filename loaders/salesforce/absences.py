"""Notices the records that are gone: emptied from the bin, or missing from a full list.

Deleted records that still lie in the bin come as rows of their own (IsDeleted). The others leave
no row: the CRM names them for fifteen days, and after that only a full list shows that they are
missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.salesforce import bulk, rest, windows
from loaders.salesforce.client import Client
from loaders.salesforce.errors import (
    BulkUnsupportedError,
    CountDiffersError,
    RunEndsError,
    SalesforceError,
    TransientError,
)
from loaders.salesforce.records import Absence
from loaders.salesforce.spool import Job, Spool
from loaders.salesforce.tasks import Reading, Task

if TYPE_CHECKING:
    import pyarrow as pa

    from loaders.salesforce.stage import Stage

# So few may be missing however small the object is; more than a share of it (`Ask.most_missing`)
# at once is more likely a fault of the list than the end of so many records.
FEW = 10
# How late the CRM may tell of a deletion; what it tells twice does no harm.
TOLD_LATE = timedelta(days=3)
_TRIES = 2
_RUN_FULL = "run `polaris-load salesforce --full` to find them"
_NEVER = "1970-01-01T00:00:00+00:00"  # a list of ids is never gone on with


def noticed(
    client: Client, task: Task, reading: Reading, stage: Stage
) -> tuple[list[Absence], int | None]:
    """The records that turn out to be gone, and how many the CRM says it has.

    Args:
        client: logged in.
        task: the object.
        reading: of it; gets a warning where something could not be found out.
        stage: after `compare`.

    Returns:
        The absences, and the count; None after a full list, which is a count of its own, and
        where counting takes too long, or a further part of the same reading follows and will tell.
    """
    if task.ask.goes_on:
        return [], None
    window = reading.window
    # What the CRM itself tells is certain, so it comes before what a list seems to lack.
    gone = _told(client, task, reading, stage)
    if window.is_full_list:
        return gone + _missing(task, reading, stage, gone), None
    if window.lists_all(task.ask):
        _list_ids(client, task, stage)
        gone += _missing(task, reading, stage, gone)
    return gone, _source_count(client, task, window)


def _missing(task: Task, reading: Reading, stage: Stage, told: Sequence[Absence]) -> list[Absence]:
    """The records a full list lacks beside those told; a warning instead when it lacks too many."""
    is_full = reading.window.is_full_list
    found, expected = stage.absent(task.warehouse, "came" if is_full else "ids")
    already = {absence.record_id for absence in told}
    ids = [record_id for record_id in found if record_id not in already]
    expected -= len(already)
    most, few = task.ask.most_missing, FEW if len(ids) < expected else 0
    if len(ids) <= max(expected * most, few):
        source = "full_sync_absence" if is_full else "reconcile"
        return [Absence(record_id, source, None) for record_id in ids]
    reading.warnings.append(
        f"{len(ids):,} of the {expected:,} records that we know are not in the full list, more "
        f"than {most:.0%}, so none of them was marked as deleted; check what our user may see. "
        f"If they are really gone: SF_MAX_MISSING=100 polaris-load salesforce --objects "
        f"{task.item.name} --full"
    )
    return []


def _told(client: Client, task: Task, reading: Reading, stage: Stage) -> list[Absence]:
    """The records the CRM itself says were deleted since the last run."""
    name, now = task.item.name, client.now()
    if reading.before.watermark is None:
        return []
    earliest = now - windows.DELETED_FOR + timedelta(minutes=10)
    start = min(reading.before.watermark, now) - TOLD_LATE
    if reading.before.watermark - windows.LAG < earliest and not reading.window.is_full_list:
        reading.warnings.append(
            f"The last run was more than 15 days ago: deletions before {earliest:%Y-%m-%d} are "
            f"not told any more; {_RUN_FULL}."
        )
    start = max(start, earliest)
    try:
        answer = client.get(
            client.path(f"sobjects/{name}/deleted/"),
            f"the deletions of {name}",
            {"start": f"{start:%Y-%m-%dT%H:%M:%S+00:00}", "end": f"{now:%Y-%m-%dT%H:%M:%S+00:00}"},
        )
    except (RunEndsError, TransientError):
        raise
    except SalesforceError as error:
        if reading.window.is_full_list:
            return []  # the list shows it too
        reading.warnings.append(f"Deletions could not be asked for ({error.message}); {_RUN_FULL}.")
        return []
    told = {
        str(item["id"]): datetime.fromisoformat(str(item["deletedDate"]))
        for item in answer["deletedRecords"]
    }
    found = stage.gone(task.warehouse, told) if told else []
    return [Absence(record_id, "get_deleted", moment) for record_id, moment in found]


def _list_ids(client: Client, task: Task, stage: Stage) -> None:
    """Takes every id of the object, deleted ones too, into the stage."""
    for _ in range(_TRIES):
        stage.clear_ids()
        _list_once(client, task, stage)
        if not stage.repeated_ids():
            return
        client.spent.retries["repeated"] += 1
    raise CountDiffersError(
        f"The list of ids of {task.item.name} names records twice, so it must lack others; nothing "
        "was landed. Run it again."
    )


def _list_once(client: Client, task: Task, stage: Stage) -> None:
    name, query = task.item.name, f"SELECT Id FROM {task.item.name}"
    spool = Spool(task.spool(".ids"))

    def take(table: pa.Table) -> None:
        stage.take_ids(table)

    def take_page(path: Path, announced: int | None) -> int:
        return stage.take_id_page(path, announced)

    try:
        job = Job("ids", bulk.create(client, query, name), query, "", task.run_id, _NEVER)
        bulk.forget(client, bulk.read(client, spool, job, name, take_page), name)
    except BulkUnsupportedError:
        rest.read(client, rest.Query(name, query, ["Id"]), take, stage.clear_ids)
    finally:
        spool.remove()


def _source_count(client: Client, task: Task, window: windows.Window) -> int | None:
    """How many live records the CRM has that the window could have brought; None if it is slow."""
    try:
        condition = f" WHERE SystemModstamp < {windows.soql(window.upper)}"
        return rest.count(client, task.item.name, condition, deleted=False)
    except TransientError:
        return None
