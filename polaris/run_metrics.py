"""What a reading of the CRM counted, filed under what it was about (platform.md 2.9).

The same numbers stand in the import report, where they add up; here they bear the platform's names.
Of files, and of what came of any run since, the model int_quality__run_metrics says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Counts = dict[str, Any]


def of_report(report: Mapping[str, Any]) -> dict[str, dict[str, Counts]]:
    """{staging, dq, clean, core}, each {object: counts}; empty for a run that read no objects."""
    if "objects" not in report:
        return {}
    is_dry = bool(report.get("dry_run"))
    parts = {str(item["object"]): _of_object(item, is_dry) for item in report["objects"]}
    return {
        kind: {entity: counts[kind] for entity, counts in parts.items()}
        for kind in ("staging", "dq", "clean", "core")
    }


def joined(landed: Mapping[str, Any], built: Mapping[str, Any]) -> dict[str, Any]:
    """What was counted as it landed, with what the built tables say; they have the last word.

    Both are {part: {entity: {name: count}}}; a part may also be a list, which is taken whole.
    """
    both: dict[str, Any] = dict(landed)
    for name, value in built.items():
        known = both.get(name)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            both[name] = joined(known, value)
        else:
            both[name] = value
    return both


def _of_object(item: Mapping[str, Any], is_dry: bool) -> dict[str, Counts]:
    created, updated, invalid = item["inserted"], item["updated"], item["invalid"]
    # The report of an earlier version did not tell them apart.
    reactivated = item.get("reactivated", 0)
    rows = item["extracted"] + invalid
    repeated = item["duplicates"]
    return {
        "staging": {
            "rows_processed": rows,
            "rows_staged": created + updated,
            "rows_skipped_blank": 0,
            "dry_run": is_dry,
        },
        # What a rule finds in a record is a finding about the record, not about a load.
        "dq": {
            "rows_evaluated": rows,
            "rows_validated": rows - invalid,
            "rows_quarantined": invalid,
            "rule_counts": {"missing_id": invalid} if invalid else {},
            "dry_run": is_dry,
        },
        "clean": {
            "rows_considered": rows - invalid,
            "rows_promoted": rows - invalid - repeated,
            "rows_skipped": repeated,
        },
        "core": {
            "rows_processed": rows,
            "rows_created": created,
            "rows_updated": updated - reactivated,
            "rows_reactivated": reactivated,
            "rows_changed": created + updated,
            "rows_skipped_no_change": item["unchanged"],
            "rows_skipped_duplicates": repeated,
            "rows_skipped_duplicate_name": 0,
            "rows_missing_external_id": invalid,
            # Some of them are among the updated; of others the CRM only said that they are gone.
            "rows_soft_deleted": item["deleted"],
            "skips": {
                "total_skipped": repeated + invalid,
                "by_type": _told(missing_required_field=invalid, other=repeated),
                "by_reason": _told(duplicate_row=repeated, missing_id=invalid),
            },
        },
    }


def _told(**counts: int) -> Counts:
    return {name: count for name, count in counts.items() if count}
