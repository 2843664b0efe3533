"""Issue reports of teachers and districts: the filtered list, one report, its counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

# Reports that wait for the next build stand beside the published ones; who may not read the roster
# row of one does not see it.
_LIST = """
with waiting(issue_key, reported_at, reported_by, roster_key, category, notes) as ({waiting}),
issues as (
    select *, false as is_new from queues.queue_issue_reports
    union all by name
    select
        waiting.*, roster.teacher_key, roster.district_key, 'open' as status, true as is_new
    from waiting
    inner join marts.fct_teacher_roster as roster on waiting.roster_key = roster.roster_key
),
listed as (
    select
        issues.*,
        coalesce(roster.teacher_name, teachers.teacher_name) as teacher_name,
        coalesce(roster.building, schools.school_name) as building,
        roster.virtual_year,
        coalesce(districts.district_name, 'Unknown') as district_name
    from issues
    left join marts.fct_teacher_roster as roster on issues.roster_key = roster.roster_key
    left join marts.dim_teachers as teachers on issues.teacher_key = teachers.teacher_key
    left join marts.dim_schools as schools on teachers.school_key = schools.school_key
    left join marts.dim_districts as districts on issues.district_key = districts.district_key
),
decided(issue_key, decided_status) as ({decided}),
current_issues as (
    select listed.* replace (coalesce(decided.decided_status, listed.status) as status)
    from listed
    left join decided on listed.issue_key = decided.issue_key
)
"""
_NOBODY = (
    "select null::varchar, null::timestamptz, null::varchar, null::varchar, null::varchar,"
    " null::varchar where false"
)


@dataclass(frozen=True)
class NewReport:
    """A stored report that the release does not show yet.

    Attributes:
        issue_key: that the next build gives it.
        reported_at: UTC.
        reported_by: the actor.
        roster_key: of the teacher it is about.
        category: what is wrong.
        notes: in the reporter's words; None without.
    """

    issue_key: str
    reported_at: datetime
    reported_by: str
    roster_key: str
    category: str
    notes: str | None


@dataclass(frozen=True)
class Stored:
    """What is stored about reports and waits for the next build.

    Attributes:
        decided: reports with a decision, and the status it gives them.
        new: reports that are not in the release.
    """

    decided: tuple[tuple[str, str], ...] = ()
    new: tuple[NewReport, ...] = ()


@dataclass(frozen=True)
class IssueFilter:
    """What the person asked for, with what is stored counted in; None means no restriction."""

    status: str | None = "open"
    district: str | None = None
    category: str | None = None
    text: str = ""
    stored: Stored = Stored()


def _with(stored: Stored) -> tuple[str, dict[str, Any]]:
    decided, waiting = "select null, null where false", _NOBODY
    params: dict[str, Any] = {}
    if stored.decided:
        values = ", ".join(f"($key_{i}, $as_{i})" for i in range(len(stored.decided)))
        decided = f"values {values}"
    for i, (key, status) in enumerate(stored.decided):
        params |= {f"key_{i}": key, f"as_{i}": status}
    if stored.new:
        values = ", ".join(
            f"($new_{i}, $at_{i}::timestamptz, $by_{i}, $roster_{i}, $category_{i},"
            f" $notes_{i}::varchar)"
            for i in range(len(stored.new))
        )
        waiting = f"values {values}"
    for i, one in enumerate(stored.new):
        params |= {f"new_{i}": one.issue_key, f"at_{i}": one.reported_at}
        params |= {f"by_{i}": one.reported_by, f"roster_{i}": one.roster_key}
        params |= {f"category_{i}": one.category, f"notes_{i}": one.notes}
    return _LIST.format(decided=decided, waiting=waiting), params


def _where(chosen: IssueFilter) -> tuple[str, dict[str, Any]]:
    clauses = ["true"]
    params: dict[str, Any] = {}
    for name, column in (
        ("status", "status"),
        ("district", "district_key"),
        ("category", "category"),
    ):
        value = getattr(chosen, name)
        if value is not None:
            clauses.append(f"{column} = ${name}")
            params[name] = value
    found, words = lists.worded(chosen.text, "teacher_name", "building", "notes", "reported_by")
    return " and ".join(clauses + found), params | words


def counts(release: OpenRelease, stored: Stored) -> list[dict[str, Any]]:
    """Reports per status and category."""
    prefix, params = _with(stored)
    sql = f"{prefix} select status, category, count(*) as n from current_issues group by all"
    return release.rows(sql, params)


def districts(release: OpenRelease, stored: Stored) -> dict[str, str]:
    """Districts that have a report: key -> name, by name."""
    prefix, params = _with(stored)
    sql = (
        f"{prefix} select distinct district_key as value, district_name as label"
        " from current_issues where district_key is not null order by label, value"
    )
    return {row["value"]: row["label"] for row in release.rows(sql, params)}


def count(release: OpenRelease, chosen: IssueFilter) -> int:
    """How many reports the filter finds."""
    prefix, given = _with(chosen.stored)
    where, params = _where(chosen)
    sql = f"{prefix} select count(*) as n from current_issues where {where}"
    return int(release.rows(sql, given | params)[0]["n"])


def _listed(chosen: IssueFilter) -> tuple[str, dict[str, Any]]:
    prefix, given = _with(chosen.stored)
    where, params = _where(chosen)
    sql = (
        f"{prefix} select * from current_issues where {where}"
        " order by reported_at desc nulls last, issue_key"
    )
    return sql, given | params


def page(
    release: OpenRelease, chosen: IssueFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of reports, newest first (1 is the first page); None gives all of them."""
    return release.rows(*lists.one_page(*_listed(chosen), number, size))


def export(release: OpenRelease, chosen: IssueFilter) -> pd.DataFrame:
    """Every report of the filter."""
    sql, params = _listed(chosen)
    return release.frame(sql, params)


def issue(
    release: OpenRelease, issue_key: str, new: tuple[NewReport, ...] = ()
) -> dict[str, Any] | None:
    """One report as the release has it, or among the new ones; None when neither."""
    prefix, params = _with(Stored(new=new))
    return release.row(
        f"{prefix} select * from current_issues where issue_key = $issue",
        params | {"issue": issue_key},
    )
