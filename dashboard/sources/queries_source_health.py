"""How each source stands: age, runs of thirty days, what is unusual, what gives most work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard.release import OpenRelease

DAYS = 30
Row = dict[str, Any]

_RUN_DAYS = """
select
    source,
    cast(timezone('America/Chicago', started_at) as date) as run_date,
    sum(rows_processed) as row_count,
    count(*) filter (where status in ('failed', 'partially_failed')) as failed_count
from ops.import_runs
where
    not dry_run
    and cast(timezone('America/Chicago', started_at) as date) between $first_day and $last_day
group by all
order by source, run_date
"""
_LAST_CALLS = """
select run_id, counts_json from ops.import_runs
where source = 'salesforce' and not dry_run and counts_json is not null
order by started_at desc, run_id desc
limit 1
"""
_OFFENDERS = """
select * from ops.rule_offenders
where open_count > 0
qualify row_number() over (partition by source order by offender_rank) <= 3
order by source, offender_rank
"""
_UNMAPPED = """
select source, count(*) as field_count from ops.unmapped_fields group by source order by source
"""
_FLAGGED = """
select * from ops.anomalies
where
    status in ('flagged', 'suppressed')
    and cast(timezone('America/Chicago', landed_at) as date) >= $first_day
order by is_acknowledged nulls first, alert_severity = 'page' desc nulls last, landed_at desc,
    anomaly_key
"""
_UNJUDGED = """
select source, count(distinct rule_code) as check_count
from ops.anomalies as checks
where not exists (
    select 1 from ops.anomalies as judged
    where
        judged.source = checks.source
        and judged.rule_code = checks.rule_code
        and judged.status in ('flagged', 'normal', 'suppressed')
)
group by source
order by source
"""
_WAITING = """
with measured as (
    select coalesce(max(measured_at), $published_at) as at from ops.source_freshness
),

aged as (
    select (epoch(measured.at) - epoch(pairs.found_at)) / 3600 as hours
    from queues.queue_duplicate_pairs as pairs
    cross join measured
    where
        pairs.decision = 'pending' and pairs.match_type is distinct from 'household'
        and coalesce(pairs.is_asked, true)
)

select
    count(*) filter (where hours < 24) as day_count,
    count(*) filter (where hours between 24 and 48) as two_days_count,
    count(*) filter (where hours > 48) as longer_count
from aged
"""


def run_days(release: OpenRelease, today: date) -> dict[str, dict[date, Row]]:
    """Rows and failed runs of the last thirty days: source -> Chicago day -> figures."""
    found: dict[str, dict[date, Row]] = {}
    days = {"first_day": today - timedelta(days=DAYS - 1), "last_day": today}
    for row in release.rows(_RUN_DAYS, days):
        found.setdefault(row["source"], {})[row["run_date"]] = row
    return found


def last_calls(release: OpenRelease) -> Row | None:
    """The report of the newest run over Salesforce, which counts its calls."""
    return release.row(_LAST_CALLS)


def offenders(release: OpenRelease) -> dict[str, list[Row]]:
    """The three rules of each source that have most open findings."""
    found: dict[str, list[Row]] = {}
    for row in release.rows(_OFFENDERS):
        found.setdefault(row["source"], []).append(row)
    return found


def unmapped(release: OpenRelease) -> dict[str, int]:
    """How many fields of each source nothing here reads."""
    return {row["source"]: int(row["field_count"]) for row in release.rows(_UNMAPPED)}


def unusual(release: OpenRelease, today: date) -> list[Row]:
    """What was flagged or suppressed in the last thirty days, what nobody acknowledged first."""
    return release.rows(_FLAGGED, {"first_day": today - timedelta(days=DAYS - 1)})


def waiting(release: OpenRelease) -> Row:
    """How many pairs of records wait, by how long the younger record has been here."""
    rows = release.rows(_WAITING, {"published_at": release.published_at})
    return rows[0]


def unjudged(release: OpenRelease) -> dict[str, int]:
    """How many checks of each source could judge nothing yet."""
    return {row["source"]: int(row["check_count"]) for row in release.rows(_UNJUDGED)}
