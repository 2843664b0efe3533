"""Rosters: who is tracked in a district and academic year, their accounts, and their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
TICKETS_SHOWN = 8
NO_BUILDING = "Unknown"

_DISTRICTS = """
select district_key, min(district_name) as district_name
from marts.dim_districts
where not coalesce(is_deleted, false)
group by district_key
order by district_name, district_key
"""
_ROSTER_DISTRICTS = """
select roster.district_key, coalesce(min(names.district_name), 'Unknown') as district_name
from marts.fct_teacher_roster as roster
left join marts.dim_districts as names using (district_key)
group by roster.district_key
order by district_name, roster.district_key
"""
_YEARS = """
select distinct academic_year from marts.fct_teacher_roster
where academic_year is not null
order by academic_year desc
"""
_BUILDINGS = """
select distinct building from marts.fct_teacher_roster
where building is not null and ($district is null or district_key = $district)
order by building
"""
# A teacher ticket suggests a roster teacher: seen from the teacher it is a likely account.
_LIKELY = """
    select
        suggested.ticket_key,
        suggested.one.key as teacher_key,
        suggested.one.why as why,
        suggested.one.score as score
    from (
        select
            ticket_key,
            unnest(
                from_json(
                    candidates_json,
                    '[{"kind": "VARCHAR", "key": "VARCHAR", "why": "VARCHAR", "score": "DOUBLE"}]'
                )
            ) as one
        from queues.queue_unmatched
        where unmatched_type in ('teacher', 'teacher_and_event') and status = 'pending'
    ) as suggested
    where suggested.one.kind = 'teacher'
"""
_LIST = f"""
with protected as (
    select distinct record_key as roster_key
    from queues.queue_dq_violations
    where rule_code = 'protected_teacher_skipped' and status = 'open'
),
likely as ({_LIKELY}),
likely_counts as (
    select teacher_key, count(distinct ticket_key) as ticket_count
    from likely
    group by teacher_key
),
listed as (
    select
        roster.roster_key,
        roster.teacher_key,
        roster.district_key,
        coalesce(districts.district_name, 'Unknown') as district_name,
        roster.academic_year,
        roster.virtual_year,
        coalesce(roster.teacher_name, teachers.teacher_name) as teacher_name,
        roster.email,
        coalesce(roster.building, '{NO_BUILDING}') as building,
        roster.grade,
        greatest(coalesce(roster.target_sessions, 1), 1) as target_sessions,
        roster.is_active,
        roster.deactivation_source,
        roster.deactivation_reason,
        roster.deactivation_notes,
        roster.deactivated_by,
        roster.deactivated_at,
        roster.activity_decision_id,
        roster.merged_into_teacher_key,
        roster.source,
        roster.first_seen_at,
        teachers.pathful_user_id,
        teachers.pathful_user_id is not null as has_account,
        protected.roster_key is not null as is_protected,
        coalesce(likely_counts.ticket_count, 0) as likely_ticket_count,
        progress.completed_sessions,
        progress.planned_sessions,
        progress.progress_status
    from marts.fct_teacher_roster as roster
    left join marts.dim_teachers as teachers on roster.teacher_key = teachers.teacher_key
    left join marts.dim_districts as districts on roster.district_key = districts.district_key
    left join protected on roster.roster_key = protected.roster_key
    left join likely_counts on roster.teacher_key = likely_counts.teacher_key
    left join marts.fct_teacher_progress as progress
        on
            roster.teacher_key = progress.teacher_key
            and roster.district_key = progress.district_key
            and roster.virtual_year = progress.virtual_year
            and progress.period = 'year'
)
"""
_COUNTS = """
select
    count(*) filter (where is_active) as active_count,
    count(*) filter (where not is_active) as inactive_count,
    count(*) filter (where is_protected) as protected_count,
    count(*) filter (where is_active and not has_account) as no_account_count
from listed
where {scope}
"""
_SOURCES = """
select coalesce(deactivation_source, 'unknown') as deactivation_source, count(*) as teacher_count
from listed
where not is_active and {scope}
group by all
order by teacher_count desc, deactivation_source
"""
_TICKETS = f"""
with likely as ({_LIKELY})
select
    queue.ticket_key,
    queue.attempted_name,
    queue.attempted_email,
    queue.attempted_school,
    queue.attempted_district,
    queue.pathful_user_id,
    queue.affected_session_count,
    max(likely.why) as why,
    max(likely.score) as score
from likely
inner join queues.queue_unmatched as queue on likely.ticket_key = queue.ticket_key
where likely.teacher_key = $teacher
group by all
order by bool_or(starts_with(likely.why, 'near')) desc, score desc, queue.ticket_key
limit $limit
"""
_SEARCH_TICKETS = """
select
    ticket_key,
    attempted_name,
    attempted_email,
    attempted_school,
    attempted_district,
    pathful_user_id,
    affected_session_count
from queues.queue_unmatched
where unmatched_type in ('teacher', 'teacher_and_event') and status = 'pending' and {words}
order by affected_session_count desc, attempted_name, ticket_key
limit $limit
"""
_HISTORY = """
select decided_at, actor, action, audit_action, before_json, after_json, reason, source
from ops.audit_log
where
    roster_key = $roster
    or (subject_type = 'roster_teacher' and subject_key = $roster)
    or teacher_key = $teacher
order by decided_at desc nulls last, decision_id
limit 50
"""
_PROTECTED_RULE = """
select message, remediation_hint
from queues.queue_dq_violations
where rule_code = 'protected_teacher_skipped' and status = 'open'
order by violation_key
limit 1
"""


@dataclass(frozen=True)
class RosterFilter:
    """What the person asked for; None means no restriction.

    `status` is active, inactive or protected; `account` is none or linked.
    """

    district: str | None = None
    year: str | None = None
    status: str | None = None
    building: str | None = None
    account: str | None = None
    text: str = ""


def _where(chosen: RosterFilter) -> tuple[str, dict[str, Any]]:
    clauses = ["true"]
    params: dict[str, Any] = {}
    for name, column in (
        ("district", "district_key"),
        ("year", "academic_year"),
        ("building", "building"),
    ):
        value = getattr(chosen, name)
        if value is not None:
            clauses.append(f"{column} = ${name}")
            params[name] = value
    conditions = {
        "active": "is_active",
        "inactive": "not is_active",
        "protected": "is_protected",
        "none": "not has_account",
        "linked": "has_account",
    }
    clauses += [conditions[one] for one in (chosen.status, chosen.account) if one in conditions]
    found, words = lists.worded(
        chosen.text, "teacher_name", "email", "building", "grade", "pathful_user_id"
    )
    return " and ".join(clauses + found), params | words


def districts(release: OpenRelease) -> dict[str, str]:
    """Every district: key -> name, by name."""
    return {row["district_key"]: row["district_name"] for row in release.rows(_DISTRICTS)}


def roster_districts(release: OpenRelease) -> dict[str, str]:
    """Districts that have a roster: key -> name, by name."""
    return {row["district_key"]: row["district_name"] for row in release.rows(_ROSTER_DISTRICTS)}


def years(release: OpenRelease) -> list[str]:
    """Academic years that have a roster, newest first."""
    return [row["academic_year"] for row in release.rows(_YEARS)]


def academic_year(today: date) -> str:
    """The academic year of a day: Aug 1 to Jul 31 (pathful.md 5.3)."""
    start = today.year if today.month >= 8 else today.year - 1
    return f"{start}-{start + 1}"


def offered_years(today: date) -> list[str]:
    """The academic years a roster may be imported for: previous, current, next."""
    start = int(academic_year(today)[:4])
    return [f"{year}-{year + 1}" for year in (start - 1, start, start + 1)]


def buildings(release: OpenRelease, district: str | None) -> list[str]:
    """Buildings on the rosters of a district, or of all."""
    return [row["building"] for row in release.rows(_BUILDINGS, {"district": district})]


def counts(release: OpenRelease, district: str | None, year: str | None) -> dict[str, Any]:
    """Teachers of a scope: active, inactive (and by `sources`), protected, without account."""
    scope, params = _where(RosterFilter(district=district, year=year))
    found = release.rows(_LIST + _COUNTS.format(scope=scope), params)[0]
    sources = release.rows(_LIST + _SOURCES.format(scope=scope), params)
    return found | {
        "sources": [(row["deactivation_source"], row["teacher_count"]) for row in sources]
    }


def count(release: OpenRelease, chosen: RosterFilter) -> int:
    """How many teachers the filter finds."""
    where, params = _where(chosen)
    sql = f"{_LIST} select count(*) as n from listed where {where}"
    return int(release.rows(sql, params)[0]["n"])


def _listed(chosen: RosterFilter) -> tuple[str, dict[str, Any]]:
    where, params = _where(chosen)
    # The matching screen: those for whom a ticket is likely come first.
    first = "(likely_ticket_count > 0) desc, " if chosen.account == "none" else ""
    order = f"order by {first}lower(teacher_name), academic_year desc, roster_key"
    return f"{_LIST} select * from listed where {where} {order}", params


def page(
    release: OpenRelease, chosen: RosterFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of teachers (1 is the first); None gives all of them."""
    return release.rows(*lists.one_page(*_listed(chosen), number, size))


def export(release: OpenRelease, chosen: RosterFilter) -> pd.DataFrame:
    """Every teacher of the filter."""
    sql, params = _listed(chosen)
    return release.frame(sql, params)


def teacher(release: OpenRelease, roster_key: str) -> dict[str, Any] | None:
    """One roster row; None when the release does not have it."""
    return release.row(
        f"{_LIST} select * from listed where roster_key = $roster", {"roster": roster_key}
    )


def likely_tickets(release: OpenRelease, teacher_key: str) -> list[dict[str, Any]]:
    """Open teacher tickets that suggest this teacher, near names first."""
    return release.rows(_TICKETS, {"teacher": teacher_key, "limit": TICKETS_SHOWN})


def search_tickets(release: OpenRelease, text: str) -> list[dict[str, Any]]:
    """Open teacher tickets that have all words in name, e-mail, school, district or user id."""
    found, params = lists.worded(
        text,
        "attempted_name",
        "attempted_email",
        "attempted_school",
        "attempted_district",
        "pathful_user_id",
    )
    if not found:
        return []
    sql = _SEARCH_TICKETS.format(words=" and ".join(found))
    return release.rows(sql, params | {"limit": TICKETS_SHOWN})


def history(release: OpenRelease, roster_key: str, teacher_key: str) -> list[dict[str, Any]]:
    """What was decided about a teacher, newest first."""
    return release.rows(_HISTORY, {"roster": roster_key, "teacher": teacher_key})


def protected_rule(release: OpenRelease) -> dict[str, Any] | None:
    """What the data-quality flag of protected teachers says; None when there is none open."""
    return release.row(_PROTECTED_RULE)
