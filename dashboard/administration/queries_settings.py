"""What a page about settings asks the release: what a rule finds, what another mode would do."""

from __future__ import annotations

from typing import Any

from dashboard.release import OpenRelease

_OPEN = """
select rule_code, count(*) as open_count
from queues.queue_dq_violations
where status = 'open' and rule_code in (select unnest($rules::varchar[]))
group by rule_code
"""
# A row is held back as long as one finding of it holds it back.
_EFFECT = """
with rows_of_rule as (
    select
        record_key,
        count(*) filter (where is_quarantining and rule_code <> $rule) as held_by_others,
        bool_or(is_quarantining) filter (where rule_code = $rule) as is_held_by_it,
        bool_or(rule_code = $rule) as has_it
    from queues.queue_dq_violations
    where status = 'open'
    group by record_key
)

select
    count(*) as row_count,
    count(*) filter (where is_held_by_it and held_by_others = 0) as held_alone
from rows_of_rule
where has_it
"""


def open_findings(release: OpenRelease, codes: tuple[str, ...]) -> dict[str, int]:
    """By rule: how many findings of it are open."""
    found = release.rows(_OPEN, {"rules": list(codes)})
    return {row["rule_code"]: row["open_count"] for row in found}


def effect(release: OpenRelease, rule: str) -> dict[str, Any]:
    """Rows with an open finding of a rule, and those that nothing else holds back."""
    return release.rows(_EFFECT, {"rule": rule})[0]
