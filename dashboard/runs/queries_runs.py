"""Import runs as the release knows them: reports, the rows behind the numbers, the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

_RUNS = "select * from ops.import_runs order by started_at desc nulls last, run_id desc"
_RUN = "select * from ops.import_runs where run_id = $run"
_ROWS = """
select
    rows.row_number,
    rows.bucket,
    rows.reason,
    rows.event_key,
    rows.person_key,
    events.title,
    events.session_date,
    coalesce(
        teachers.teacher_name,
        nullif(concat_ws(' ', volunteers.first_name, volunteers.last_name), '')
    ) as person_name
from ops.import_rows as rows
left join marts.dim_events as events using (event_key)
left join marts.dim_teachers as teachers on rows.person_key = teachers.teacher_key
left join marts.dim_volunteers as volunteers on rows.person_key = volunteers.person_key
where rows.run_id = $run{filters}
order by rows.row_number, rows.bucket
"""
_ROW_COUNT = "select count(*) as n from ops.import_rows where run_id = $run{filters}"
_ROW_BUCKETS = """
select bucket, reason, count(*) as row_count
from ops.import_rows
where run_id = $run
group by bucket, reason
order by row_count desc, bucket, reason
"""
_CHECKS = "select * from ops.reconciliation where run_id = $run order by check_name, object_name"
_UNUSUAL = """
select run_id, count(*) as flag_count
from ops.anomalies
where status = 'flagged'
group by run_id
"""
_GATE_FAILURES = """
select checkpoint, suite, expectation, column_name, severity, observed, unexpected_count,
    failing_rows_json
from ops.gate_results
where run_id = $run and not is_success
order by checkpoint, suite, expectation, column_name
"""


def runs(release: OpenRelease) -> list[dict[str, Any]]:
    """Every run in the release, newest first."""
    return release.rows(_RUNS)


def run(release: OpenRelease, run_id: str) -> dict[str, Any] | None:
    """One run; None when the release does not have it."""
    return release.row(_RUN, {"run": run_id})


def buckets(release: OpenRelease, run_id: str) -> list[dict[str, Any]]:
    """How many rows of a run ended in each bucket and for which reason."""
    return release.rows(_ROW_BUCKETS, {"run": run_id})


def _filters(bucket: str | None, reason: str | None) -> tuple[str, dict[str, Any]]:
    filters, params = "", {}
    if bucket is not None:
        filters += "\n    and bucket = $bucket"
        params["bucket"] = bucket
    if reason is not None:
        filters += "\n    and reason = $reason"
        params["reason"] = reason
    return filters, params


def row_count(release: OpenRelease, run_id: str, bucket: str | None, reason: str | None) -> int:
    """How many rows the filter finds."""
    filters, params = _filters(bucket, reason)
    return int(release.rows(_ROW_COUNT.format(filters=filters), {"run": run_id} | params)[0]["n"])


def rows(
    release: OpenRelease,
    run_id: str,
    bucket: str | None,
    reason: str | None,
    *,
    number: int | None,
    size: int = PAGE_SIZE,
) -> pd.DataFrame:
    """One page of a run's rows (1 is the first); None gives all of them, for an export."""
    filters, params = _filters(bucket, reason)
    sql = _ROWS.format(filters=filters)
    return release.frame(*lists.one_page(sql, {"run": run_id} | params, number, size))


def checks(release: OpenRelease, run_id: str) -> list[dict[str, Any]]:
    """What was compared with the source when a run had landed."""
    return release.rows(_CHECKS, {"run": run_id})


def unusual(release: OpenRelease) -> dict[str, int]:
    """How many checks of whole loads flagged each run; those that none did are not in it."""
    return {row["run_id"]: int(row["flag_count"]) for row in release.rows(_UNUSUAL)}


def gate_failures(release: OpenRelease, run_id: str) -> list[dict[str, Any]]:
    """Expectations of a run that were not met."""
    return release.rows(_GATE_FAILURES, {"run": run_id})
