"""Issue reports of teachers and districts: the filtered list, one report, its counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

_LIST = """
with listed as (
    select
        issues.*,
        coalesce(roster.teacher_name, teachers.teacher_name) as teacher_name,
        coalesce(roster.building, schools.school_name) as building,
        roster.virtual_year,
        coalesce(districts.district_name, 'Unknown') as district_name
    from queues.queue_issue_reports as issues
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
_DISTRICTS = """
select distinct issues.district_key as value, coalesce(names.district_name, 'Unknown') as label
from queues.queue_issue_reports as issues
left join marts.dim_districts as names using (district_key)
where issues.district_key is not null
order by label, value
"""


@dataclass(frozen=True)
class IssueFilter:
    """What the person asked for; None means no restriction.

    `decided` are reports with a stored decision the release does not show yet, and the status it
    gives them.
    """

    status: str | None = "open"
    district: str | None = None
    category: str | None = None
    text: str = ""
    decided: tuple[tuple[str, str], ...] = ()


def _with(decided: tuple[tuple[str, str], ...]) -> tuple[str, dict[str, Any]]:
    if not decided:
        return _LIST.format(decided="select null, null where false"), {}
    values = ", ".join(f"($key_{i}, $as_{i})" for i in range(len(decided)))
    params: dict[str, Any] = {}
    for i, (key, status) in enumerate(decided):
        params |= {f"key_{i}": key, f"as_{i}": status}
    return _LIST.format(decided=f"values {values}"), params


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
    for position, word in enumerate(chosen.text.split()):
        clauses.append(
            "contains(strip_accents(lower(concat_ws(' ', teacher_name, building, notes,"
            f" reported_by))), strip_accents(lower($word_{position})))"
        )
        params[f"word_{position}"] = word
    return " and ".join(clauses), params


def counts(release: OpenRelease, decided: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Reports per status and category."""
    prefix, params = _with(decided)
    sql = f"{prefix} select status, category, count(*) as n from current_issues group by all"
    return release.rows(sql, params)


def districts(release: OpenRelease) -> dict[str, str]:
    """Districts that have a report: key -> name, by name."""
    return {row["value"]: row["label"] for row in release.rows(_DISTRICTS)}


def count(release: OpenRelease, chosen: IssueFilter) -> int:
    """How many reports the filter finds."""
    prefix, given = _with(chosen.decided)
    where, params = _where(chosen)
    sql = f"{prefix} select count(*) as n from current_issues where {where}"
    return int(release.rows(sql, given | params)[0]["n"])


def _listed(chosen: IssueFilter) -> tuple[str, dict[str, Any]]:
    prefix, given = _with(chosen.decided)
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
    sql, params = _listed(chosen)
    if number is not None:
        sql += " limit $size offset $start"
        params |= {"size": size, "start": (number - 1) * size}
    return release.rows(sql, params)


def export(release: OpenRelease, chosen: IssueFilter) -> pd.DataFrame:
    """Every report of the filter."""
    sql, params = _listed(chosen)
    return release.frame(sql, params)


def issue(release: OpenRelease, issue_key: str) -> dict[str, Any] | None:
    """One report as the release has it; None when it does not."""
    prefix, params = _with(())
    return release.row(
        f"{prefix} select * from current_issues where issue_key = $issue",
        params | {"issue": issue_key},
    )
