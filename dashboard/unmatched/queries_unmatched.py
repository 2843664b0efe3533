"""The unmatched queue: counts, the filtered list, one ticket, and the search over everybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease
from polaris.status import WAITS_FOR_PATHFUL

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
SEARCH_LIMIT = 20

_COLUMNS = """
    ticket_key,
    unmatched_type,
    status,
    attempted_name,
    attempted_email,
    attempted_school,
    attempted_organization,
    attempted_district,
    reason,
    affected_session_count,
    affected_row_count,
    last_seen_at,
    candidates_json
"""
SORTS = {
    "Most sessions first": "affected_session_count desc nulls last, last_seen_at desc nulls last",
    "Newest first": "last_seen_at desc nulls last",
    "Oldest first": "first_seen_at asc nulls last",
    "Name": "lower(coalesce(attempted_name, attempted_school, attempted_organization)) asc",
}
_TICKET = "select * from queues.queue_unmatched where ticket_key = $ticket"
_DECISION = "select action, after_json, reason from ops.audit_log where decision_id = $decision"

# Per kind of person or thing: its key, its name, what tells two of the same name apart.
_PEOPLE = {
    "teacher": """
        select
            teachers.teacher_key as key,
            teachers.teacher_name as label,
            concat_ws(' · ', schools.school_name, districts.district_name, teachers.email)
                as detail,
            false as is_provisional,
            false as is_deleted
        from marts.dim_teachers as teachers
        left join marts.dim_schools as schools on teachers.school_key = schools.school_key
        left join marts.dim_districts as districts
            on teachers.district_key = districts.district_key
    """,
    "volunteer": """
        select
            volunteers.person_key as key,
            concat_ws(' ', volunteers.first_name, volunteers.last_name) as label,
            concat_ws(
                ' · ', coalesce(organizations.organization_name, volunteers.employer),
                volunteers.email
            ) as detail,
            coalesce(volunteers.is_provisional, false) as is_provisional,
            coalesce(volunteers.is_deleted, false) as is_deleted
        from marts.dim_volunteers as volunteers
        left join marts.dim_organizations as organizations using (organization_key)
    """,
    "school": """
        select
            schools.school_key as key,
            schools.school_name as label,
            concat_ws(' · ', districts.district_name, schools.level) as detail,
            coalesce(schools.is_provisional, false) as is_provisional,
            coalesce(schools.is_deleted, false) as is_deleted
        from marts.dim_schools as schools
        left join marts.dim_districts as districts using (district_key)
    """,
    "organization": """
        select
            organization_key as key,
            organization_name as label,
            organization_type as detail,
            false as is_provisional,
            coalesce(is_deleted, false) as is_deleted
        from marts.dim_organizations
    """,
}


@dataclass(frozen=True)
class TicketFilter:
    """What the person asked for; None means no restriction.

    `decided` are tickets with a stored decision the release does not show yet: they are listed
    under the status the decision will give them.
    """

    kind: str | None = None
    status: str | None = "pending"
    text: str = ""
    show_published: bool = False
    sort: str = "Most sessions first"
    decided: tuple[tuple[str, str], ...] = ()


def _where(chosen: TicketFilter) -> tuple[str, dict[str, Any]]:
    clauses: list[str] = []
    params: dict[str, Any] = {}
    if chosen.kind is not None:
        clauses.append("unmatched_type = $kind")
        params["kind"] = chosen.kind
    if chosen.status is not None:
        clauses.append("status = $status")
        params["status"] = chosen.status
    if not chosen.show_published:
        clauses.append(f"not {WAITS_FOR_PATHFUL}")
    found, words = lists.worded(
        chosen.text,
        "attempted_name",
        "attempted_email",
        "attempted_school",
        "attempted_organization",
        "attempted_district",
        "pathful_user_id",
    )
    clauses += found
    params |= words
    return ("where " + " and ".join(clauses)) if clauses else "", params


def _with_decided(chosen: TicketFilter) -> tuple[str, dict[str, Any]]:
    """The queue with stored decisions already counted in."""
    if not chosen.decided:
        return "with tickets as (select * from queues.queue_unmatched)", {}
    values = ", ".join(f"($key_{i}, $as_{i})" for i in range(len(chosen.decided)))
    params: dict[str, Any] = {}
    for i, (key, status) in enumerate(chosen.decided):
        params |= {f"key_{i}": key, f"as_{i}": status}
    sql = (
        f"with decided (ticket_key, decided_status) as (values {values}), tickets as ("
        "select queue.* replace (coalesce(decided.decided_status, queue.status) as status)"
        " from queues.queue_unmatched as queue left join decided using (ticket_key))"
    )
    return sql, params


def counts(release: OpenRelease, decided: tuple[tuple[str, str], ...] = ()) -> list[dict[str, Any]]:
    """Tickets per type and status as the list shows them, stored decisions counted in.

    A type of which the list shows nothing has a row with 0 open, so that its tile stays.
    """
    prefix, params = _with_decided(TicketFilter(decided=decided))
    sql = (
        f"{prefix} select unmatched_type, status, count(*) filter (where not {WAITS_FOR_PATHFUL})"
        " as ticket_count from tickets group by all order by unmatched_type, status"
    )
    return release.rows(sql, params)


def open_counts(release: OpenRelease, decided: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """How many tickets of each type the list shows unless asked for others, the most first."""
    chosen = TicketFilter(decided=decided)
    prefix, given = _with_decided(chosen)
    where, params = _where(chosen)
    sql = (
        f"{prefix} select unmatched_type, count(*) as n from tickets {where}"
        " group by all order by n desc, unmatched_type"
    )
    return {row["unmatched_type"]: row["n"] for row in release.rows(sql, given | params)}


def hidden_count(release: OpenRelease, decided: tuple[tuple[str, str], ...] = ()) -> int:
    """Open tickets that the list leaves out unless asked."""
    prefix, given = _with_decided(TicketFilter(decided=decided))
    return int(
        release.rows(
            f"{prefix} select count(*) as n from tickets where {WAITS_FOR_PATHFUL}", given
        )[0]["n"]
    )


def count(release: OpenRelease, chosen: TicketFilter) -> int:
    """How many tickets the filter finds."""
    prefix, given = _with_decided(chosen)
    where, params = _where(chosen)
    return int(
        release.rows(f"{prefix} select count(*) as n from tickets {where}", given | params)[0]["n"]
    )


def _listed(chosen: TicketFilter) -> tuple[str, dict[str, Any]]:
    prefix, given = _with_decided(chosen)
    where, params = _where(chosen)
    order = f"order by {SORTS[chosen.sort]}, ticket_key"
    return f"{prefix} select {_COLUMNS} from tickets {where} {order}", given | params


def page(
    release: OpenRelease, chosen: TicketFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of tickets (1 is the first); None gives all of them."""
    return release.rows(*lists.one_page(*_listed(chosen), number, size))


def export(release: OpenRelease, chosen: TicketFilter) -> pd.DataFrame:
    """Every ticket of the filter."""
    sql, params = _listed(chosen)
    return release.frame(sql, params)


def ticket(release: OpenRelease, ticket_key: str) -> dict[str, Any] | None:
    """One ticket; None when the release does not have it."""
    return release.row(_TICKET, {"ticket": ticket_key})


def decision(release: OpenRelease, decision_id: str | None) -> dict[str, Any] | None:
    """The decision that settled a ticket; None when none did."""
    return release.row(_DECISION, {"decision": decision_id}) if decision_id else None


def search(
    release: OpenRelease, kind: str, text: str, limit: int = SEARCH_LIMIT
) -> list[dict[str, Any]]:
    """Everybody of a kind (teacher, volunteer, school, organization) whose entry has all words.

    Names that begin with the first word come first; diacritics and case do not matter.
    """
    found, params = lists.worded(text, "label", "detail")
    if not found:
        return []
    clauses = " and ".join(found)
    sql = f"""
        select key, label, detail, is_provisional from ({_PEOPLE[kind]}) as everybody
        where {clauses} and not is_deleted
        order by
            starts_with(strip_accents(lower(label)), strip_accents(lower($word_0))) desc,
            label, key
        limit $limit
    """
    return release.rows(sql, params | {"limit": limit})


def names(release: OpenRelease, kind: str, keys: Collection[str]) -> dict[str, str]:
    """Names of people, schools or companies by their keys."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    sql = f"""
        select key, label from ({_PEOPLE[kind]}) as everybody
        where key in (select unnest($keys))
    """
    rows = release.rows(sql, {"keys": wanted})
    return {row["key"]: row["label"] for row in rows}
