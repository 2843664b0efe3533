"""Company strings that no organisation is known by: one row per string, however many say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
PEOPLE_SHOWN = 12

SORTS = {
    "Most volunteers first": "volunteer_count desc, session_count desc, lower(company)",
    "Most sessions first": "session_count desc, volunteer_count desc, lower(company)",
    "Name": "lower(company)",
}

# The tickets of one string share their own_key; in a ticket without one the text itself stands in.
_TICKETS = """
tickets as (
    select
        queue.ticket_key,
        coalesce(
            queue.own_key, lower(trim(queue.attempted_organization)), queue.ticket_key
        ) as company_ref,
        queue.attempted_organization as company,
        queue.attempted_name,
        queue.status as published_status,
        queue.candidates_json,
        queue.decision_id,
        queue.resolved_by,
        queue.resolved_at,
        queue.own_key,
        decided.decided_status,
        coalesce(decided.is_for_all, false) as is_for_all
    from queues.queue_unmatched as queue
    left join decided on queue.ticket_key = decided.ticket_key
    where queue.unmatched_type = 'organization'
),
-- A stored mapping, or one taken back, answers for every ticket of the string.
answers as (
    select company_ref, max(decided_status) as decided_status
    from tickets
    where is_for_all
    group by company_ref
),
current_tickets as (
    select
        tickets.*,
        coalesce(
            answers.decided_status, tickets.decided_status, tickets.published_status
        ) as status,
        coalesce(answers.decided_status, tickets.decided_status) is not null as is_stored
    from tickets
    left join answers on tickets.company_ref = answers.company_ref
),
ticket_sessions as (
    select
        current_tickets.company_ref,
        current_tickets.status,
        count(distinct sessions.event_key) as session_count
    from current_tickets
    inner join queues.queue_ticket_events as sessions
        on current_tickets.ticket_key = sessions.ticket_key
    group by current_tickets.company_ref, current_tickets.status
),
companies as (
    select
        current_tickets.company_ref,
        current_tickets.status,
        mode(current_tickets.company order by current_tickets.company) as company,
        count(*) as volunteer_count,
        coalesce(max(ticket_sessions.session_count), 0) as session_count,
        min(current_tickets.ticket_key) as ticket_key,
        min_by(current_tickets.candidates_json, current_tickets.ticket_key) as candidates_json,
        min(current_tickets.decision_id) as decision_id,
        min(current_tickets.resolved_by) as resolved_by,
        min(current_tickets.resolved_at) as resolved_at,
        min(current_tickets.own_key) as own_key,
        bool_or(current_tickets.is_stored) as is_stored
    from current_tickets
    left join ticket_sessions
        on
            current_tickets.company_ref = ticket_sessions.company_ref
            and current_tickets.status = ticket_sessions.status
    group by current_tickets.company_ref, current_tickets.status
)
"""
_COUNTS = """
select
    status,
    count(*) as company_count,
    sum(volunteer_count) as volunteer_count,
    count(*) filter (where candidates_json <> '[]') as suggested_count
from companies
group by status
"""
_PEOPLE = """
select attempted_name, ticket_key
from current_tickets
where company_ref = $company and status = $status
order by lower(attempted_name), ticket_key
"""


@dataclass(frozen=True)
class CompanyFilter:
    """What the person asked for.

    Attributes:
        status: of the tickets; None for every status.
        text: words of the company string.
        suggested: only strings for which an organisation is suggested.
        sort: a key of SORTS.
        decided: stored decisions the release does not show: ticket, its status after the next
            build, and whether the decision answers the whole string.
    """

    status: str | None = "pending"
    text: str = ""
    suggested: bool = False
    sort: str = "Most volunteers first"
    decided: tuple[tuple[str, str, bool], ...] = ()


def _with(decided: Sequence[tuple[str, str, bool]]) -> tuple[str, dict[str, Any]]:
    """The common tables, stored decisions counted in, and their parameters."""
    params: dict[str, Any] = {}
    for i, (key, status, is_for_all) in enumerate(decided):
        params |= {f"key_{i}": key, f"as_{i}": status, f"all_{i}": is_for_all}
    values = ", ".join(f"($key_{i}, $as_{i}, $all_{i})" for i in range(len(decided)))
    rows = f"values {values}" if decided else "select null, null, null where false"
    head = (
        "with decided(ticket_key, decided_status, is_for_all) as ("
        f"select * from ({rows}) as stored(a, b, c)),"
    )
    return head + _TICKETS, params


def _where(chosen: CompanyFilter) -> tuple[str, dict[str, Any]]:
    clauses = ["true"]
    params: dict[str, Any] = {}
    if chosen.status is not None:
        clauses.append("status = $status")
        params["status"] = chosen.status
    if chosen.suggested:
        clauses.append("candidates_json <> '[]'")
    found, words = lists.worded(chosen.text, "company")
    return " and ".join(clauses + found), params | words


def counts(
    release: OpenRelease, decided: Sequence[tuple[str, str, bool]]
) -> dict[str, dict[str, Any]]:
    """Per status: company strings, volunteers affected, strings with a suggestion."""
    prefix, params = _with(decided)
    return {row["status"]: row for row in release.rows(prefix + _COUNTS, params)}


def count(release: OpenRelease, chosen: CompanyFilter) -> int:
    """How many company strings the filter finds."""
    prefix, given = _with(chosen.decided)
    where, params = _where(chosen)
    sql = f"{prefix} select count(*) as n from companies where {where}"
    return int(release.rows(sql, given | params)[0]["n"])


def _listed(chosen: CompanyFilter) -> tuple[str, dict[str, Any]]:
    prefix, given = _with(chosen.decided)
    where, params = _where(chosen)
    order = f"order by {SORTS[chosen.sort]}, company_ref, status"
    return f"{prefix} select * from companies where {where} {order}", given | params


def page(
    release: OpenRelease, chosen: CompanyFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of company strings (1 is the first); None gives all of them."""
    return release.rows(*lists.one_page(*_listed(chosen), number, size))


def export(release: OpenRelease, chosen: CompanyFilter) -> pd.DataFrame:
    """Every company string of the filter."""
    sql, params = _listed(chosen)
    return release.frame(sql, params)


def company(release: OpenRelease, chosen: CompanyFilter, ref: str) -> dict[str, Any] | None:
    """One company string, in the status of the filter if it has tickets there."""
    prefix, params = _with(chosen.decided)
    sql = (
        f"{prefix} select * from companies where company_ref = $company"
        " order by status = $status desc, status limit 1"
    )
    return release.row(sql, params | {"company": ref, "status": chosen.status or "pending"})


def people(
    release: OpenRelease, chosen: CompanyFilter, ref: str, status: str
) -> list[dict[str, Any]]:
    """The volunteers of a company string and their tickets."""
    prefix, params = _with(chosen.decided)
    return release.rows(prefix + _PEOPLE, params | {"company": ref, "status": status})
