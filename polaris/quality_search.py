"""Which findings of the data-quality rules are wanted: the filters as SQL on a release."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from polaris.config import MESSAGES_FILE
from polaris.errors import BadInput
from polaris.quality_rows import COLUMNS, TABLE

# What a severity may be called (platform.md R-09).
SEVERITIES = {"error": "error", "warn": "warn", "warning": "warn", "info": "info"}
STATES = ("open", "fix_pending", "fixed", "suppressed", "wont_fix")
NEWEST = "first_seen_at desc nulls last, violation_key"
_FINDINGS = f"""
findings as (
    select
        {", ".join(f"queue.{name}" for name in COLUMNS)},
        queue.catalog_code,
        queue.sub_code,
        queue.is_quarantining,
        queue.first_seen_run_id,
        queue.occurrence_count,
        coalesce(decided.state, queue.status) as state,
        decided.state is not null as is_waiting,
        first_runs.started_at as first_seen_at,
        last_runs.started_at as last_seen_at
    from {TABLE} as queue
    left join ops.import_runs as first_runs on queue.first_seen_run_id = first_runs.run_id
    left join ops.import_runs as last_runs on queue.last_seen_run_id = last_runs.run_id
    left join decided on queue.violation_key = decided.violation_key
)
"""
# Every finding of the row that a finding is about; asked only for the findings that are shown.
_SIBLINGS = f"""
(
    select list(others.violation_key order by others.violation_key)
    from {TABLE} as others
    where others.record_key is not distinct from chosen.record_key
        and others.entity_type is not distinct from chosen.entity_type
        and others.external_system is not distinct from chosen.external_system
) as record_violations
"""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; None means no restriction.

    Attributes:
        rule: code of the rule.
        severity: error, warn or info.
        entity: what the row is about.
        source: the external system.
        run: a run that saw it first or last.
        state: one of `STATES`.
        first_day: on which it was first seen, in Chicago.
        last_day: likewise, inclusive.
        text: words of the record's key or id, of the rule or the message.
        decided: finding and state after the next build, for stored decisions.
    """

    rule: str | None = None
    severity: str | None = None
    entity: str | None = None
    source: str | None = None
    run: str | None = None
    state: str | None = "open"
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    decided: tuple[tuple[str, str], ...] = ()


def rule_named(code: str) -> str:
    """The code of a rule, however its letters are written.

    Raises:
        BadInput: there is no such rule; the message names those that are near.
    """
    with MESSAGES_FILE.open(encoding="utf-8", newline="") as file:
        known = {row["rule_code"].lower(): row["rule_code"] for row in csv.DictReader(file)}
    given = code.strip().lower()
    if given in known:
        return known[given]
    near = difflib.get_close_matches(given, known, n=3, cutoff=0.5)
    near += [one for one in known if len(given) > 2 and given in one and one not in near]
    meant = f"near are: {', '.join(known[one] for one in near[:5])}" if near else "none is near"
    raise BadInput(
        f"--rule {code} is no rule; {meant}. seeds/rule_data_quality.csv lists them all."
    )


def findings(decided: Sequence[tuple[str, str]]) -> tuple[str, dict[str, Any]]:
    """The common tables `decided` and `findings`, beginning with the word with; and parameters."""
    params: dict[str, Any] = {
        "decided_keys": [key for key, _ in decided],
        "decided_states": [state for _, state in decided],
    }
    sql = (
        "with decided as (select unnest($decided_keys::varchar[]) as violation_key,"
        " unnest($decided_states::varchar[]) as state),"
    )
    return sql + _FINDINGS, params


def where(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The condition on `findings`, beginning with the word where; and its parameters."""
    day = "cast(timezone('America/Chicago', first_seen_at) as date)"
    conditions: dict[str, tuple[str, Any]] = {
        "rule": ("rule_code = $rule", wanted.rule),
        "severity": ("severity = $severity", wanted.severity),
        "entity": ("entity_type = $entity", wanted.entity),
        "source": ("external_system = $source", wanted.source),
        "run": ("$run in (first_seen_run_id, last_seen_run_id)", wanted.run),
        "state": ("state = $state", wanted.state),
        "first_day": (f"{day} >= $first_day", wanted.first_day),
        "last_day": (f"{day} <= $last_day", wanted.last_day),
    }
    chosen = {name: value for name, (_, value) in conditions.items() if value is not None}
    clauses = [conditions[name][0] for name in chosen]
    for number, word in enumerate(wanted.text.lower().split()):
        clauses.append(
            "contains(lower(concat_ws(' ', external_id, record_key, violation_key, rule_code,"
            f" message)), $word_{number})"
        )
        chosen[f"word_{number}"] = word
    return ("where " + " and ".join(clauses) if clauses else ""), chosen


def count(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The query of how many findings are wanted, as n; and its parameters."""
    prefix, params = findings(wanted.decided)
    condition, more = where(wanted)
    return f"{prefix} select count(*) as n from findings {condition}", params | more


def rows(
    wanted: Wanted,
    *,
    order: str = NEWEST,
    limit: int,
    start: int = 0,
    also: str = "",
    columns: str = "chosen.*",
) -> tuple[str, dict[str, Any]]:
    """The query of what is wanted, and its parameters.

    Args:
        wanted: the filters.
        order: of `findings`; it ends on a key.
        limit: findings to give.
        start: findings to pass over before them.
        also: one more condition on `findings`; "" for none.
        columns: of `chosen`; `record_violations` comes after them.
    """
    prefix, params = findings(wanted.decided)
    condition, more = where(wanted)
    if also:
        condition = f"{condition} and ({also})" if condition else f"where {also}"
    sql = f"""
        {prefix}
        , chosen as (
            select * from findings {condition}
            order by {order} limit {int(limit)} offset {int(start)}
        )
        select {columns}, {_SIBLINGS} from chosen order by {order}
    """
    return sql, params | more
