"""What a reading of the CRM counted, filed under what it was about (platform.md 2.9).

The same numbers stand in the import report, where they add up; here they bear the platform's names.
Of files, and of what came of any run since, the model int_quality__run_metrics says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Counts = dict[str, Any]


def of_report(report: Mapping[str, Any]) -> dict[str, dict[str, Counts]]:
    """{staging, dq, core}, each {object: counts}; empty for a run that read no objects."""
    if "objects" not in report:
        return {}
    parts = {str(item["object"]): _of_object(item) for item in report["objects"]}
    return {
        kind: {entity: counts[kind] for entity, counts in parts.items()}
        for kind in ("staging", "dq", "core")
    }


def _of_object(item: Mapping[str, Any]) -> dict[str, Counts]:
    created, updated, invalid = item["inserted"], item["updated"], item["invalid"]
    # The report of an earlier version did not tell them apart.
    reactivated = item.get("reactivated", 0)
    rows = item["extracted"] + invalid
    return {
        "staging": {
            "rows_processed": rows,
            "rows_staged": created + updated,
            "rows_skipped_blank": 0,
        },
        # What a rule finds in a record is a finding about the record, not about a load.
        "dq": {
            "rows_evaluated": rows,
            "rows_validated": rows - invalid,
            "rows_quarantined": invalid,
            "rule_counts": {"missing_id": invalid} if invalid else {},
        },
        "core": {
            "rows_processed": rows,
            "rows_created": created,
            "rows_updated": updated - reactivated,
            "rows_reactivated": reactivated,
            "rows_changed": created + updated,
            "rows_skipped_no_change": item["unchanged"],
            "rows_skipped_duplicates": item["duplicates"],
            "rows_missing_external_id": invalid,
            "rows_soft_deleted": item["deleted"],
        },
    }
