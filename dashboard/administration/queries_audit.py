"""The audit log: who did what to which session, person, ticket, and what it was before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

PAGE_SIZE = 50

_LOG = """
with log as (
    select
        log.decision_id,
        log.decided_at,
        log.actor,
        log.role,
        log.action,
        log.audit_action,
        log.subject_type,
        log.subject_key,
        log.before_json,
        log.after_json,
        log.reason,
        log.source,
        log.event_key,
        log.teacher_key,
        log.person_key,
        log.roster_key,
        log.ticket_key,
        log.run_id,
        log.revokes,
        log.is_standing,
        events.title as event_title,
        events.status as event_status,
        events.cancellation_reason as event_reason,
        events.session_date,
        coalesce(
            teachers.teacher_name,
            nullif(concat_ws(' ', volunteers.first_name, volunteers.last_name), ''),
            roster.teacher_name
        ) as person_name,
        coalesce(
            case tickets.unmatched_type
                when 'organization' then tickets.attempted_organization
                when 'school_unresolved' then tickets.attempted_school
            end,
            tickets.attempted_name
        ) as ticket_name,
        coalesce(teachers.district_key, roster.district_key, tickets.district_key)
            as subject_district_key
    from ops.audit_log as log
    left join marts.dim_events as events using (event_key)
    left join marts.dim_teachers as teachers using (teacher_key)
    left join marts.dim_volunteers as volunteers using (person_key)
    left join marts.fct_teacher_roster as roster using (roster_key)
    left join queues.queue_unmatched as tickets using (ticket_key)
)
"""


@dataclass(frozen=True)
class AuditFilter:
    """What the person asked for; None means no restriction.

    Attributes:
        event: a session's key.
        person: the key of a teacher or presenter.
        ticket: a ticket's key.
        user: who decided.
        district: of the session, or of the person where there is no session.
        source: manual or import.
        action: an audit action.
        first_day: in Chicago.
        last_day: in Chicago.
        is_standing: whether it still stands; None for both.
        text: words of title, name, reason or user.
    """

    event: str | None = None
    person: str | None = None
    ticket: str | None = None
    user: str | None = None
    district: str | None = None
    source: str | None = None
    action: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    is_standing: bool | None = None
    text: str = ""


_CLAUSES = {
    "event": "event_key = $event",
    "person": "(teacher_key = $person or person_key = $person)",
    "ticket": "ticket_key = $ticket",
    "user": "actor = $user",
    "source": "source = $source",
    "action": "coalesce(audit_action, action) = $action",
    "first_day": "cast(timezone('America/Chicago', decided_at) as date) >= $first_day",
    "last_day": "cast(timezone('America/Chicago', decided_at) as date) <= $last_day",
    "is_standing": "is_standing = $is_standing",
    "district": """(
        event_key in (
            select event_key from marts.bridge_event_districts where district_key = $district
        )
        or (event_key is null and subject_district_key = $district)
    )""",
}


def _where(chosen: AuditFilter) -> tuple[str, dict[str, Any]]:
    clauses: list[str] = []
    params: dict[str, Any] = {}
    for name, clause in _CLAUSES.items():
        value = getattr(chosen, name)
        if value is not None:
            clauses.append(clause)
            params[name] = value
    found, words = lists.worded(
        chosen.text, "event_title", "person_name", "ticket_name", "reason", "actor"
    )
    clauses += found
    params |= words
    return ("where " + " and ".join(clauses)) if clauses else "", params


def count(release: OpenRelease, chosen: AuditFilter) -> int:
    """How many entries the filter finds."""
    where, params = _where(chosen)
    return int(release.rows(f"{_LOG} select count(*) as n from log {where}", params)[0]["n"])


def page(
    release: OpenRelease, chosen: AuditFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of entries, newest first (1 is the first page); None gives all of them."""
    where, params = _where(chosen)
    sql = f"{_LOG} select * from log {where} order by decided_at desc, decision_id"
    return release.rows(*lists.one_page(sql, params, number, size))


def entry(release: OpenRelease, decision_id: str) -> dict[str, Any] | None:
    """One entry; None when the release does not have it."""
    sql = f"{_LOG} select * from log where decision_id = $entry"
    return release.row(sql, {"entry": decision_id})


def origins(release: OpenRelease, decision_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What each of these decisions, if it takes others back, took back in the end.

    Returns:
        decision_id -> {action, subject_type, subject_key} of the decision at its end; nothing for
        those that take back none.
    """
    if not decision_ids:
        return {}
    sql = """
        with recursive chains as (
            select decision_id as entry, revokes as target
            from ops.audit_log
            where revokes is not null and decision_id in (select unnest($ids))
            union all
            select chains.entry, log.revokes
            from chains
            inner join ops.audit_log as log on chains.target = log.decision_id
            where log.revokes is not null
        )
        select chains.entry, log.action, log.subject_type, log.subject_key
        from chains
        inner join ops.audit_log as log on chains.target = log.decision_id
        where log.revokes is null
    """
    rows = release.rows(sql, {"ids": sorted(decision_ids)})
    return {row.pop("entry"): row for row in rows}


def is_empty(release: OpenRelease) -> bool:
    """Whether nothing has been written yet."""
    return not release.rows("select 1 as n from ops.audit_log limit 1")


def values(release: OpenRelease, name: str) -> list[str]:
    """What a filter offers: the users (`actor`) or the `audit_action`s that occur."""
    column = {"actor": "actor", "audit_action": "coalesce(audit_action, action)"}[name]
    sql = f"""
        select distinct {column} as value from ops.audit_log where {column} is not null order by 1
    """
    return [row["value"] for row in release.rows(sql)]


def districts(release: OpenRelease) -> dict[str, str]:
    """Every district: key -> name."""
    sql = "select district_key, district_name from marts.dim_districts order by 2, 1"
    return {row["district_key"]: row["district_name"] for row in release.rows(sql)}


def person_name(release: OpenRelease, key: str) -> str | None:
    """The name of a teacher or presenter; None when the release does not know the key."""
    row = release.row(
        """
        select teacher_name as name from marts.dim_teachers where teacher_key = $key
        union all
        select concat_ws(' ', first_name, last_name) from marts.dim_volunteers
        where person_key = $key
        limit 1
        """,
        {"key": key},
    )
    return str(row["name"]) if row else None


def people(release: OpenRelease, keys: set[str]) -> dict[str, str]:
    """Names of people, schools and companies by the keys a decision's payload holds."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    sql = """
        select key, name from (
            select teacher_key as key, teacher_name as name from marts.dim_teachers
            union all
            select person_key, concat_ws(' ', first_name, last_name) from marts.dim_volunteers
            union all
            select school_key, school_name from marts.dim_schools
            union all
            select organization_key, organization_name from marts.dim_organizations
            union all
            select district_key, district_name from marts.dim_districts
        ) as everybody
        where key in (select unnest($keys))
    """
    return {row["key"]: row["name"] for row in release.rows(sql, {"keys": wanted})}
