"""What a run counted, filed under what it was about (platform.md 2.9).

A file is about its kind of report, a reading of the CRM about each of its objects. The same numbers
stand in the import report, where they add up; here they bear the platform's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Counts = dict[str, Any]


def of_report(report: Mapping[str, Any]) -> dict[str, dict[str, Counts]]:
    """{staging, dq, core}, each {entity: counts}; empty for a run that read nothing."""
    if "objects" in report:
        parts = {str(item["object"]): _of_object(item) for item in report["objects"]}
    elif report.get("report_type"):
        parts = {str(report["report_type"]): _of_file(report)}
    else:
        return {}
    return {
        kind: {entity: counts[kind] for entity, counts in parts.items()}
        for kind in ("staging", "dq", "core")
    }


def _of_file(report: Mapping[str, Any]) -> dict[str, Counts]:
    skipped = report["skipped_by_reason"]
    rows, invalid, blank = (
        report["rows_processed"],
        report["rows_invalid"],
        skipped.get("blank_row", 0),
    )
    return {
        "staging": {
            "rows_processed": rows,
            "rows_staged": rows - blank,
            "rows_skipped_blank": blank,
        },
        "dq": {
            "rows_evaluated": rows - blank,
            "rows_validated": rows - blank - invalid,
            "rows_quarantined": invalid,
            "rule_counts": report["invalid_by_reason"],
        },
        "core": {
            "rows_processed": rows,
            "rows_created": report["rows_created"],
            "rows_updated": report["rows_updated"],
            "rows_changed": report["rows_created"] + report["rows_updated"],
            "rows_skipped_no_change": skipped.get("unchanged", 0),
            "rows_skipped_duplicates": skipped.get("duplicate_row", 0),
            "rows_unmatched": report["rows_unmatched"],
        },
    }


def _of_object(item: Mapping[str, Any]) -> dict[str, Counts]:
    created, updated, invalid = item["inserted"], item["updated"], item["invalid"]
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
            "rows_updated": updated,
            "rows_changed": created + updated,
            "rows_skipped_no_change": item["unchanged"],
            "rows_skipped_duplicates": item["duplicates"],
            "rows_soft_deleted": item["deleted"],
        },
    }
