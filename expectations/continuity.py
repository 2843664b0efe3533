"""Compares with the published release: facts vanish only where a decision explains it."""

from __future__ import annotations

from collections.abc import Callable

from expectations.catalogue import FACTS
from expectations.engine import Row, Rows, Rule, Suite, between
from expectations.warehouse import Warehouse

# Facts are never deleted by an import; some are re-keyed when a session gets its id.
VANISHED_MAX_PCT = 5.0

# Each of these takes facts away, one or more; the others leave their number as it is.
EXPLAINING_ACTIONS = (
    "untag_teacher",
    "untag_presenter",
    "match_teacher",
    "match_volunteer",
    "merge",
    "revoke",
)
LOAD_ACTIONS = ("exclude_load", "include_load")

# Decisions the published release did not know of. One that revokes an exclusion, or is revoked,
# counts like the exclusion itself.
NEW_DECISIONS = """
    select
        count(*) filter (where list_contains($explaining, decisions.action)) as explaining_count,
        count(*) filter (
            where
                list_contains($load_actions, decisions.action)
                or list_contains($load_actions, revoked.action)
        ) as load_decision_count
    from raw_decisions.decisions as decisions
    left join raw_decisions.decisions as revoked on decisions.revokes = revoked.decision_id
    anti join previous.ops.audit_log as known on decisions.decision_id = known.decision_id
"""


def nothing_vanished(warehouse: Warehouse) -> Suite:
    """Facts that the published release has and this one lacks, net and by key, within tolerance."""
    return Suite(
        "nothing_vanished",
        warehouse.frame(
            _comparison(warehouse),
            {"explaining": list(EXPLAINING_ACTIONS), "load_actions": list(LOAD_ACTIONS)}
            if _facts(warehouse)
            else None,
        ),
        [
            Rule(
                "fact_count_does_not_drop",
                between("unexplained_drop_pct", high=VANISHED_MAX_PCT),
                "{subject} would drop from {previous_count} to {row_count} rows "
                "({unexplained_drop_pct} % that no decision explains, at most 5 % are allowed); "
                "if that is meant, exclude the load that brought them.",
                count_column="drop_count",
                offenders=_vanished(warehouse),
            ),
            Rule(
                "explained_drop_is_known",
                between("explained_drop_pct", high=VANISHED_MAX_PCT, blocks=False),
                "{subject} drops from {previous_count} to {row_count} rows because of decisions "
                "taken since the last release.",
                count_column="drop_count",
                offenders=_vanished(warehouse),
            ),
            Rule(
                "fact_keys_stay",
                between("replaced_pct", high=VANISHED_MAX_PCT, blocks=False),
                "{vanished_count} rows of {subject} in the published release have no row with "
                "that key any more, although the number of rows holds; check what replaced them.",
                count_column="vanished_count",
                offenders=_vanished(warehouse),
            ),
        ],
    )


def _facts(warehouse: Warehouse) -> list[str]:
    """The fact tables both the warehouse and the published release hold."""
    return [
        table
        for table, key in FACTS.items()
        if warehouse.has(table, *key)
        and warehouse.previous_tables.get(table, frozenset()).issuperset(key)
    ]


def _comparison(warehouse: Warehouse) -> str:
    facts = _facts(warehouse)
    if not facts:
        return "select null as subject where false"
    parts = [
        f"""
        select
            '{table}' as subject,
            (select count(*) from previous.{table}) as previous_count,
            (select count(*) from {table}) as row_count,
            (
                select count(*) from previous.{table} as old
                anti join {table} as new using ({", ".join(FACTS[table])})
            ) as vanished_count
        """
        for table in facts
    ]
    return f"""
        with
        decisions as ({NEW_DECISIONS}),
        compared as ({" union all ".join(parts)}),
        measured as (
            select
                compared.*,
                greatest(previous_count - row_count, 0) as drop_count,
                case
                    when decisions.load_decision_count > 0 then 0
                    else greatest(drop_count - decisions.explaining_count, 0)
                end as unexplained_count
            from compared cross join decisions
        )
        select
            *,
            100.0 * unexplained_count / nullif(previous_count, 0) as unexplained_drop_pct,
            case when unexplained_count < drop_count
                then 100.0 * drop_count / nullif(previous_count, 0) end as explained_drop_pct,
            case when drop_count = 0
                then 100.0 * vanished_count / nullif(previous_count, 0) end as replaced_pct
        from measured
    """


def _vanished(warehouse: Warehouse) -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        table = row["subject"]
        names = ", ".join(FACTS[table])
        return warehouse.rows(
            f"""
            select {", ".join("old." + name for name in FACTS[table])}
            from previous.{table} as old anti join {table} as new using ({names})
            order by all
            """
        )

    return fetch
