"""What the release holds that other settings would judge otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.release import OpenRelease

Row = dict[str, Any]
# Of SET-505 where all days were alike (rule_set_checks).
LEAST_PEOPLE = 5.0
_LOADS = 50

_NEWEST = """
select * from ops.anomalies
where rule_code = $rule and status <> 'suppressed'
qualify row_number() over (
    partition by source, entity_type, coalesce(field, '') order by landed_at desc, run_id desc
) = 1
order by anomaly_key
"""
# A blank row says nothing that could be wrong.
_OF_LOADS = """
with loads as (
    select run_id, source, load_seq from ops.import_runs
    where
        load_seq is not null and not dry_run and not coalesce(is_left_out, false)
        and source in ('pathful', 'roster', 'csv')
)

select
    loads.run_id,
    loads.source,
    count(*) filter (where placed.bucket = 'invalid') as invalid_count,
    count(*) filter (where placed.reason is distinct from 'blank_row') as evaluated_count
from loads
inner join ops.import_rows as placed on loads.run_id = placed.run_id
group by loads.run_id, loads.source, loads.load_seq
order by loads.load_seq desc
limit $most
"""
_WAITING = """
with aged as (
    select greatest(one.first_seen_at, other.first_seen_at) as found_at
    from queues.queue_duplicate_pairs as pairs
    inner join queues.queue_duplicate_records as one on pairs.left_record_key = one.record_key
    inner join queues.queue_duplicate_records as other
        on pairs.right_record_key = other.record_key
    where
        pairs.decision = 'pending' and coalesce(pairs.match_type <> 'household', true)
        and coalesce(pairs.is_asked, true)
)

select count(*) as pair_count
from aged
cross join (
    select max(started_at) as measured_at from ops.import_runs where not dry_run
) as today
where epoch(aged.found_at) <= epoch(today.measured_at) - 60 * $minutes
"""
_COMPLETENESS = """
select * from ops.field_completeness
where organization_key is null
order by entity_type, field_position
"""
_MERGED = "select count(*) as n from queues.queue_duplicate_pairs where decision = 'auto_merged'"
_FINDINGS = "select count(*) as n from queues.queue_dq_violations"
_DECIDED = """
select decision_id from ops.audit_log
where action = 'set_config' and is_standing and subject_key in ($key, 'config')
"""


def newest_checks(release: OpenRelease, rule: str) -> list[Row]:
    """The newest check of a rule of each source, kind of record and field; no backfill."""
    return release.rows(_NEWEST, {"rule": rule})


def loads(release: OpenRelease) -> list[Row]:
    """The newest loads of files with their rows, as the gate counts them; those it let through."""
    return release.rows(_OF_LOADS, {"most": _LOADS})


def gate(found: Iterable[Row], limits: tuple[float, ...]) -> tuple[int, int]:
    """How many loads the gate would refuse and warn of, with the limits warn and page."""
    from expectations.promotion import REJECTS_FEW_ROWS

    warn, page = limits
    refused = warned = 0
    for row in found:
        evaluated, invalid = row["evaluated_count"], row["invalid_count"]
        share = invalid / evaluated if evaluated else 0.0
        is_few = row["source"] == "csv" and evaluated < REJECTS_FEW_ROWS
        if invalid > 1 and not is_few and share > page:
            refused += 1
        elif share > warn:
            warned += 1
    return refused, warned


def waiting(release: OpenRelease, minutes: float) -> int:
    """The pairs that people are asked about and that have waited for so long."""
    return int(release.rows(_WAITING, {"minutes": minutes})[0]["pair_count"])


def completeness(release: OpenRelease) -> list[Row]:
    """Every field of every kind of record, over all organizations."""
    return release.rows(_COMPLETENESS)


def scores(rows: Iterable[Row], counts: Callable[[Row], bool]) -> dict[str, float]:
    """Kind -> the mean of its fields that count, percent; a kind without any is not there."""
    rates: dict[str, list[float]] = {}
    for row in rows:
        if counts(row):
            rate = 100.0 * row["with_value_count"] / row["total_count"]
            rates.setdefault(row["entity_type"], []).append(rate)
    return {kind: sum(some) / len(some) for kind, some in rates.items()}


def overall(rows: Iterable[Row], by_kind: dict[str, float]) -> float | None:
    """The mean of the kinds, each weighted by its counted records; None for none."""
    weights = {row["entity_type"]: row["counted_count"] or 0 for row in rows}
    total = sum(weights[kind] for kind in by_kind)
    return sum(score * weights[kind] for kind, score in by_kind.items()) / total if total else None


def merged_by_rule(release: OpenRelease) -> int:
    """Pairs that became one person without anybody being asked."""
    return int(release.rows(_MERGED)[0]["n"])


def findings(release: OpenRelease) -> int:
    """Findings in every state."""
    return int(release.rows(_FINDINGS)[0]["n"])


def decided(release: OpenRelease, key: str) -> set[str]:
    """The decisions of a setting that the release was built with, as far as it can tell."""
    return {row["decision_id"] for row in release.rows(_DECIDED, {"key": key})}
