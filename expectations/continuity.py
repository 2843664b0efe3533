"""Compares with the published release: facts vanish only where a decision explains it."""

from __future__ import annotations

from collections.abc import Callable

from expectations.catalogue import FACTS
from expectations.engine import Row, Rows, Rule, Suite, between
from expectations.warehouse import Warehouse

# Facts are never deleted by an import; some are re-keyed when a session gets its id.
VANISHED_MAX_PCT = 5.0

LOAD_ACTIONS = ("exclude_load", "include_load")

# Decisions the published release did not know of. One that revokes an exclusion, or is revoked,
# counts like the exclusion itself.
NEW_LOAD_DECISIONS = """
    select
        count(*) filter (
            where
                list_contains($load_actions, decisions.action)
                or list_contains($load_actions, revoked.action)
        ) as load_decision_count
    from raw_decisions.decisions as decisions
    left join raw_decisions.decisions as revoked on decisions.revokes = revoked.decision_id
    anti join previous.ops.audit_log as known on decisions.decision_id = known.decision_id
"""

# What the audit log calls the decisions that may take facts away, by the word of what was done: a
# revoked untag adds, a revoked tag removes. An edit, a link, a note, a flag or a target takes none.
REMOVING_ACTIONS = (
    "TEACHER_REMOVED",
    "PRESENTER_REMOVED",
    "OVERRIDE_ADDED",
    "OVERRIDE_REMOVED",
    "OVERRIDE_REVERSED",
    "STATUS_CHANGED",
    "TICKET_TEACHER_MATCHED",
    "TICKET_PRESENTER_MATCHED",
    "TICKET_SCHOOL_MATCHED",
    "TICKET_ORGANIZATION_MATCHED",
    "TICKET_DISTRICT_MATCHED",
    "TICKET_IGNORED",
    "TICKET_REOPENED",
    "TICKET_DATED",
    "TICKET_TEACHER_ADDED",
    "TEACHERS_MERGED",
    "TEACHERS_SEPARATED",
    "TEACHER_DEACTIVATED",
    "TEACHER_REACTIVATED",
    "SEMESTER_RESTORED",
)

# Whom and what those decisions are about: an untag, a match, a merge, a reversal takes away facts
# of the person it names. A ticket's own person and event may go when it is answered or reopened.
NEW_DECISIONS = f"""
    select distinct
        decided.audit_action,
        decided.event_key,
        decided.teacher_key,
        decided.person_key,
        tickets.own_key,
        tickets.event_key as ticket_event_key
    from ops.audit_log as decided
    anti join previous.ops.audit_log as known on decided.decision_id = known.decision_id
    left join previous.queues.queue_unmatched as tickets on decided.ticket_key = tickets.ticket_key
    where decided.source = 'manual' and decided.audit_action in {REMOVING_ACTIONS}
"""
NO_DECISIONS = """
    select null as audit_action, null as event_key, null as teacher_key, null as person_key,
        null as own_key, null as ticket_event_key
    where false
"""
_DECISION_TABLES = (
    (
        "ops.audit_log",
        ("source", "audit_action", "event_key", "teacher_key", "person_key", "ticket_key"),
    ),
)
_PREVIOUS_TABLES = (("queues.queue_unmatched", ("ticket_key", "own_key", "event_key")),)

_ABOUT_IT = "coalesce(decided.event_key, old.event_key) = old.event_key"
_WITH_ITS_EVENT = "old.event_key = decided.ticket_event_key"
# Which decisions explain that a fact is gone. A status alone takes away who only was credited.
EXPLANATIONS: dict[str, str] = {
    "marts.dim_events": _WITH_ITS_EVENT,
    "marts.fct_teacher_participation": f"""
        {_WITH_ITS_EVENT}
        or (old.teacher_key = decided.teacher_key and {_ABOUT_IT})
        or (
            decided.teacher_key is null and decided.person_key is null
            and old.event_key = decided.event_key
        )
    """,
    "marts.fct_volunteer_participation": f"""
        {_WITH_ITS_EVENT}
        or (old.person_key = decided.person_key and {_ABOUT_IT})
        or old.person_key = decided.own_key
    """,
    "marts.fct_teacher_roster": "old.teacher_key = decided.teacher_key",
    "marts.fct_progress_archive": "decided.audit_action = 'SEMESTER_RESTORED'",
}


def nothing_vanished(warehouse: Warehouse) -> Suite:
    """Facts that the published release has and this one lacks, net and by key, within tolerance."""
    return Suite(
        "nothing_vanished",
        warehouse.frame(
            _comparison(warehouse),
            {"load_actions": list(LOAD_ACTIONS)} if _facts(warehouse) else None,
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


def _decisions(warehouse: Warehouse) -> str:
    """The new decisions, none where a table that tells of them is absent."""
    is_told = all(warehouse.has(table, *columns) for table, columns in _DECISION_TABLES) and all(
        warehouse.previous_tables.get(table, frozenset()).issuperset(columns)
        for table, columns in _PREVIOUS_TABLES
    )
    return NEW_DECISIONS if is_told else NO_DECISIONS


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
            vanished.vanished_count,
            vanished.explained_count
        from (
            select
                count(*) as vanished_count,
                count(*) filter (
                    where exists (
                        select 1 from decisions as decided
                        where {EXPLANATIONS.get(table, "false")}
                    )
                ) as explained_count
            from (
                select old.* from previous.{table} as old
                anti join {table} as new using ({", ".join(FACTS[table])})
            ) as old
        ) as vanished
        """
        for table in facts
    ]
    return f"""
        with
        load_decisions as ({NEW_LOAD_DECISIONS}),
        decisions as ({_decisions(warehouse)}),
        compared as ({" union all ".join(parts)}),
        measured as (
            select
                compared.*,
                greatest(previous_count - row_count, 0) as drop_count,
                case
                    when load_decisions.load_decision_count > 0 then 0
                    else greatest(drop_count - explained_count, 0)
                end as unexplained_count
            from compared cross join load_decisions
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
