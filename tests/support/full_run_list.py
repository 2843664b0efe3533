"""A release whose runs need every column of their list, with the longest they are likely to say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from tests.support import fake_release, fake_release_duplicates
from tests.support.fake_release_work import FIRST_RUN, LAST_RUN

_REPORT = {
    "rows_processed": 28512,
    "rows_created": 12254,
    "rows_updated": 9911,
    "rows_reactivated": 1203,
    "rows_skipped": 6019,
    "rows_unmatched": 276,
    "rows_invalid": 52,
    "skipped_by_reason": {"unchanged": 6000, "other_partner": 19},
}
_FLAG = {"run_id": LAST_RUN, "status": "flagged", "severity": "warn", "rule_code": "SET-501"}


def say(release: Path, run_id: str, **columns: Any) -> None:
    """Lets the release say something else of a run."""
    st.cache_resource.clear()  # a page may have it open
    st.cache_data.clear()
    with duckdb.connect(str(release)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, value in columns.items():
            connection.execute(
                f"update ops.import_runs set {name} = ? where run_id = ?", [value, run_id]
            )


def merged(count: int) -> str:
    """The metrics of a run whose rules merged so many pairs."""
    pairs = {"rows_auto_merged": count, "rows_manual_review": 0, "rows_total_suggestions": count}
    return json.dumps({"dedupe": {"volunteer": pairs}})


def fill(release: Path) -> None:
    """Puts it into the two runs of the invented release."""
    say(
        release,
        LAST_RUN,
        counts_json=json.dumps(_REPORT),
        metrics_json=merged(123),
        status="partially_failed",
        file_name="Session Report of the district of Grandview 2025-26.xlsx",
        duration_seconds=752.0,
        started_at=datetime(2026, 11, 22, 18, 36, tzinfo=UTC),
        max_source_updated_at=datetime(2026, 11, 1, 18, 0, tzinfo=UTC),
    )
    say(release, FIRST_RUN, source="salesforce", report_type="salesforce", metrics_json=merged(1))
    fake_release_duplicates.add(release)
    with duckdb.connect(str(release)) as connection:
        fake_release.insert(connection, "ops.anomalies", [_FLAG | {"anomaly_key": "a"}])
