"""The data-quality inbox: counts, the filtered list, one finding, and what was decided about it.

What a row of a source says may be more than a role may read: whoever shows a row of these masks it
with `polaris.contract_fields`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dashboard.release import OpenRelease
from polaris import quality_search
from polaris.quality_search import Wanted

PAGE_SIZES = (25, 50, 100)
SORTS = {
    "Newest first": quality_search.NEWEST,
    "Oldest first": "first_seen_at asc nulls last, violation_key",
    "Worst first": (
        "case severity when 'error' then 1 when 'warn' then 2 else 3 end, " + quality_search.NEWEST
    ),
    "By record": "record_key nulls last, rule_code, violation_key",
}
_RUNS_OFFERED = 100
_SEVERITY_COUNTS = "severity, state, count(*) as finding_count"
_SAYING = """
contains(lower(payload_json), lower($said))
or record_key in (
    select record_key from queues.queue_dq_violations
    where violation_key in (select unnest($corrected::varchar[]))
)
"""
_HISTORY = """
select decision_id, decided_at, actor, action, audit_action, reason, is_standing, revokes
from ops.audit_log
where subject_type = 'violation' and subject_key = $finding
    or revokes in (
        select decision_id from ops.audit_log
        where subject_type = 'violation' and subject_key = $finding
    )
order by decided_at desc, decision_id
"""
# Of several corrections for one finding those before the last did not do.
_CORRECTIONS = """
select
    queue.rule_code,
    queue.entity_type,
    queue.field,
    queue.status = 'fixed' and row_number() over (
        partition by audit.subject_key order by audit.decided_at desc, audit.decision_id desc
    ) = 1 as is_settled
from ops.audit_log as audit
inner join queues.queue_dq_violations as queue on audit.subject_key = queue.violation_key
where audit.subject_type = 'violation' and audit.action = 'dq_fix'
    and audit.is_standing and audit.revokes is null and audit.decided_at >= $first
order by audit.decided_at, audit.decision_id
"""
_RUNS = """
select runs.run_id, runs.source, runs.file_name, runs.started_at
from ops.import_runs as runs
where runs.run_id in (
    select first_seen_run_id from queues.queue_dq_violations
    union select last_seen_run_id from queues.queue_dq_violations
)
order by runs.started_at desc nulls last, runs.run_id
limit $most
"""


def is_empty(release: OpenRelease) -> bool:
    """Whether no rule ever found anything."""
    return not release.rows("select 1 from queues.queue_dq_violations limit 1")


def severities(release: OpenRelease, decided: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Findings per severity and state; stored decisions are counted in."""
    prefix, params = quality_search.findings(decided)
    return release.rows(f"{prefix} select {_SEVERITY_COUNTS} from findings group by all", params)


def rules(release: OpenRelease, wanted: Wanted) -> list[dict[str, Any]]:
    """Findings per rule and state under the other filters; the rule with the most open first."""
    wide = replace(wanted, rule=None, state=None)
    prefix, params = quality_search.findings(wide.decided)
    condition, more = quality_search.where(wide)
    counted = ", ".join(
        f"count(*) filter (where state = '{state}') as {state}_count"
        for state in quality_search.STATES
    )
    sql = f"""
        {prefix}
        select rule_code, any_value(severity order by severity) as severity,
            any_value(message order by violation_key) as message, {counted}
        from findings {condition}
        group by rule_code
        order by open_count desc, rule_code
    """
    return release.rows(sql, params | more)


def count(release: OpenRelease, wanted: Wanted) -> int:
    """How many findings the filter finds."""
    sql, params = quality_search.count(wanted)
    return int(release.rows(sql, params)[0]["n"])


def page(
    release: OpenRelease, wanted: Wanted, number: int, size: int, sort: str
) -> list[dict[str, Any]]:
    """One page of findings (1 is the first)."""
    start = (number - 1) * size
    return release.rows(*quality_search.rows(wanted, order=SORTS[sort], limit=size, start=start))


def export(release: OpenRelease, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """The findings of the filter, the newest first, as many as a file takes."""
    return release.rows(*quality_search.rows(wanted, limit=limit))


def finding(
    release: OpenRelease, decided: tuple[tuple[str, str], ...], key: str
) -> dict[str, Any] | None:
    """One finding, whatever the filter; None when the release does not have it."""
    anything = Wanted(state=None, decided=decided)
    sql, params = quality_search.rows(anything, limit=1, also="violation_key = $finding")
    return release.row(sql, params | {"finding": key})


def rule(release: OpenRelease, key: str) -> dict[str, Any]:
    """What is known of the rule behind a finding: category, rule_owner and is_auto_fixable.

    A release of an earlier version says none of them.
    """
    sql = "select * from queues.queue_dq_violations where violation_key = $finding"
    row = release.row(sql, {"finding": key}) or {}
    return {name: row.get(name) for name in ("category", "rule_owner", "is_auto_fixable")}


def named(release: OpenRelease, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Rule and message of some findings."""
    sql = """
        select violation_key, rule_code, message, status
        from queues.queue_dq_violations
        where violation_key in (select unnest($keys))
        order by rule_code, violation_key
    """
    return release.rows(sql, {"keys": list(keys)})


def saying(
    release: OpenRelease, wanted: Wanted, text: str, corrected: Sequence[str], most: int
) -> list[dict[str, Any]]:
    """Findings of the filter whose row says a text somewhere, or was corrected.

    Args:
        release: that is asked.
        wanted: the filter.
        text: to look for, whatever its case.
        corrected: findings of rows whose corrections may say it.
        most: findings to give.
    """
    sql, params = quality_search.rows(
        wanted, order="record_key, violation_key", limit=most, also=_SAYING
    )
    return release.rows(sql, params | {"said": text, "corrected": list(corrected)})


def values(release: OpenRelease, column: str) -> list[str]:
    """The values of a column of the queue, to choose a filter from."""
    sql = f"""
        select distinct {column} as value from queues.queue_dq_violations
        where {column} is not null order by 1
    """
    return [row["value"] for row in release.rows(sql)]


def runs(release: OpenRelease) -> list[dict[str, Any]]:
    """Runs that saw a finding first or last, the newest first."""
    return release.rows(_RUNS, {"most": _RUNS_OFFERED})


def corrections(release: OpenRelease, first: datetime) -> list[dict[str, Any]]:
    """Rule, kind and field of every correction since, and whether the finding is settled by it."""
    return release.rows(_CORRECTIONS, {"first": first})


def history(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """What was decided about a finding and shows in the release, newest first."""
    return release.rows(_HISTORY, {"finding": key})
