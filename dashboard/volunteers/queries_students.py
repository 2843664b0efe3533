"""Students: how many have a school, and their records for those who may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

_STATUS = "select * from ops.student_pipeline_status"
_SCHOOLS = """
select schools.school_key, schools.school_name, districts.district_name
from marts.dim_schools as schools
left join marts.dim_districts as districts using (district_key)
"""
_SCHOOL_NAMES = f"{_SCHOOLS.rstrip()}\nwhere schools.school_key in (select unnest($keys))\n"
_DISTRICTS = """
select district_key, district_name from marts.dim_districts
where
    district_key in (select district_key from marts.dim_schools)
    and not coalesce(is_deleted, false)
order by district_name, district_key
"""
_LISTED = """
from marts.dim_students as students
where not coalesce(students.is_deleted, false){filters}
"""
# Names are put to the rows of one page only: there are ten thousands of students.
_PAGE = """
select
    chosen.student_key, chosen.salesforce_id, chosen.first_name, chosen.last_name,
    chosen.current_grade, chosen.school_assignment_status, chosen.primary_affiliation_id,
    schools.school_name, districts.district_name
from ({chosen}) as chosen
left join marts.dim_schools as schools on chosen.school_key = schools.school_key
left join marts.dim_districts as districts on chosen.district_key = districts.district_key
order by {order}
"""
# By name where the reader sees names, else by the id, which says nothing.
_ORDER = "lower({t}last_name), lower({t}first_name), {t}salesforce_id, {t}student_key"


@dataclass(frozen=True)
class StudentFilter:
    """What the person asked for; None and "" do not restrict."""

    status: str | None = None
    district: str | None = None
    text: str = ""


def status(release: OpenRelease) -> dict[str, Any] | None:
    """How far the students have come; None before the first build with the CRM."""
    return release.row(_STATUS)


def schools(release: OpenRelease, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Names of schools and of their districts by the schools' keys."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    return {row["school_key"]: row for row in release.rows(_SCHOOL_NAMES, {"keys": wanted})}


def districts(release: OpenRelease) -> dict[str, str]:
    """Districts with a school: key -> name."""
    return {row["district_key"]: row["district_name"] for row in release.rows(_DISTRICTS)}


def _listed(chosen: StudentFilter) -> tuple[str, dict[str, Any]]:
    clauses, params = lists.given(
        {
            "status": ("students.school_assignment_status = $status", chosen.status),
            "district": ("students.district_key = $district", chosen.district),
        }
    )
    found, words = lists.worded(
        chosen.text,
        "students.first_name",
        "students.last_name",
        "students.salesforce_id",
        "students.primary_affiliation_id",
    )
    filters = "".join(f"\n    and {clause}" for clause in clauses + found)
    return _LISTED.format(filters=filters), params | words


def count(release: OpenRelease, chosen: StudentFilter) -> int:
    """How many students the filter finds."""
    listed, params = _listed(chosen)
    return int(release.rows(f"select count(*) as n {listed}", params)[0]["n"])


def page(
    release: OpenRelease, chosen: StudentFilter, number: int | None, size: int = PAGE_SIZE
) -> pd.DataFrame:
    """One page of students (1 is the first); None gives all of them, for an export."""
    listed, params = _listed(chosen)
    inner = f"select students.* {listed} order by {_ORDER.format(t='students.')}"
    cut, params = lists.one_page(inner, params, number, size)
    return release.frame(_PAGE.format(chosen=cut, order=_ORDER.format(t="chosen.")), params)
