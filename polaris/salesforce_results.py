"""What came of the objects of the CRM, as the import report and the ledger keep it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loaders.salesforce.objects import SObject
from polaris import report

if TYPE_CHECKING:
    from loaders.salesforce.client import Client
    from loaders.salesforce.errors import SalesforceError
    from loaders.salesforce.taking import Taken


# What is counted of an object; of the updated, those are reactivated that were gone before.
FIGURES = (
    "extracted",
    "inserted",
    "updated",
    "reactivated",
    "unchanged",
    "duplicates",
    "invalid",
    "deleted",
)


def of_taken(taken: Taken) -> dict[str, Any]:
    """The figures of an object that was read."""
    load = taken.load
    return {
        "object": load.object_name,
        "mode": load.mode,
        "transport": load.transport,
        "extracted": load.rows_extracted,
        "inserted": load.rows_inserted,
        "updated": load.rows_updated,
        "reactivated": load.rows_reactivated,
        "unchanged": load.rows_unchanged,
        "duplicates": load.rows_duplicate,
        "invalid": taken.invalid,
        "deleted": load.rows_deleted,
        "seconds": round(taken.seconds, 3),
        "calls": load.call_count,
        "retries": load.retry_count,
        "watermark": report.instant(load.watermark),
        "warnings": list(taken.warnings),
        "error": None,
        "cause": None,
    }


def of_failed(item: SObject, error: SalesforceError, calls: int, client: Client) -> dict[str, Any]:
    """The figures of an object that was not, and why."""
    return {
        "object": item.name,
        "mode": None,
        "transport": None,
        **dict.fromkeys(FIGURES, 0),
        "seconds": None,
        "calls": client.spent.calls - calls,
        "retries": None,
        "watermark": None,
        "warnings": [],
        "error": error.message,
        "cause": error.cause,
    }


def counts(results: Sequence[dict[str, Any]], client: Client) -> dict[str, Any]:
    """The counts of the import report: each record in one bucket (interface.md §2)."""

    def total(key: str) -> int:
        return sum(int(result[key]) for result in results)

    skipped = {"unchanged": total("unchanged"), "duplicate_row": total("duplicates")}
    invalid = {"missing_id": total("invalid")}
    return {
        "objects": list(results),
        "rows_processed": total("extracted") + total("invalid"),
        "rows_created": total("inserted"),
        "rows_updated": total("updated"),
        "rows_reactivated": total("reactivated"),
        "rows_skipped": sum(skipped.values()),
        "rows_invalid": sum(invalid.values()),
        "skipped_by_reason": {reason: count for reason, count in skipped.items() if count},
        "invalid_by_reason": {reason: count for reason, count in invalid.items() if count},
        "calls": client.spent.calls,
        "calls_used": client.spent.used,
        "calls_allowed": client.spent.allowed,
        "retries": dict(client.spent.retries),
    }


def warnings(client: Client) -> list[str]:
    """What a person should know about the clocks."""
    seconds = round(client.skew.total_seconds())
    if abs(seconds) <= 60:
        return []
    way = "ahead of" if seconds > 0 else "behind"
    is_believed = seconds <= client.pace.most_ahead
    what = "windows go by theirs" if is_believed else "that far it is not believed; check both"
    units = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))
    size, unit = next(pair for pair in units if abs(seconds) >= 2 * pair[0])
    off = f"{abs(seconds) / size:,.0f} {unit}"
    return [f"The clock of Salesforce is {off} {way} this machine's; {what}."]
