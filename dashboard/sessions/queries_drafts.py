"""Draft review: counts per band, the filtered list, and what a decision would do to teachers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease
from dashboard.sessions import queries_event

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

_AMONG = "list_contains($keys::varchar[], event_key)"
_BAND = "case confidence when 'high' then 1 when 'medium' then 2 else 3 end"
SORTS = {
    "Newest first": "session_date desc nulls last",
    "Oldest first": "session_date asc nulls last",
    "Most certain first": f"{_BAND}, attended_student_count desc nulls last, session_date desc",
    "Title": "lower(title)",
}


@dataclass(frozen=True)
class DraftFilter:
    """What the person asked for; None means no restriction.

    `decided` are drafts with a stored decision the release does not show yet: they are left out,
    or with `shows_decided` they are all that is shown.
    """

    confidence: str | None = None
    district: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    sort: str = "Newest first"
    decided: tuple[str, ...] = ()
    shows_decided: bool = False


def _where(chosen: DraftFilter) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"keys": sorted(chosen.decided)}
    clauses = [_AMONG if chosen.shows_decided else f"not {_AMONG}"]
    simple = {
        "confidence": ("confidence = $confidence", chosen.confidence),
        "first_day": ("session_date >= $first_day", chosen.first_day),
        "last_day": ("session_date <= $last_day", chosen.last_day),
        "district": (lists.IN_DISTRICT, chosen.district),
    }
    simple_clauses, simple_params = lists.given(simple)
    clauses += simple_clauses
    params |= simple_params
    found, given = queries_event.found_by(chosen.text)
    clauses += found
    params |= given
    return "where " + " and ".join(clauses), params


def counts(release: OpenRelease, decided: Collection[str]) -> dict[str, int]:
    """Open drafts per confidence; those with a stored decision are left out."""
    sql = f"""
        select confidence, count(*) filter (where not {_AMONG}) as draft_count
        from queues.queue_draft_review
        group by confidence
    """
    rows = release.rows(sql, {"keys": sorted(decided)})
    return {row["confidence"]: row["draft_count"] for row in rows}


def districts(release: OpenRelease) -> dict[str, str]:
    """Districts with a draft: key -> name."""
    sql = """
        select distinct names.district_key, names.district_name
        from queues.queue_draft_review
        inner join marts.bridge_event_districts using (event_key)
        inner join marts.dim_districts as names using (district_key)
        order by names.district_name, names.district_key
    """
    return {row["district_key"]: row["district_name"] for row in release.rows(sql)}


def count(release: OpenRelease, chosen: DraftFilter) -> int:
    """How many drafts the filter finds."""
    where, params = _where(chosen)
    return int(
        release.rows(f"select count(*) as n from queues.queue_draft_review {where}", params)[0]["n"]
    )


def _listed(chosen: DraftFilter, limit: str = "") -> tuple[str, dict[str, Any]]:
    where, params = _where(chosen)
    order = f"{SORTS[chosen.sort]}, event_key"
    sql = f"""
        with listed as (
            select * from queues.queue_draft_review {where} order by {order} {limit}
        )
        select listed.*, {queries_event.PLACE_NAMES} from listed order by {order}
    """
    return sql, params


def page(
    release: OpenRelease, chosen: DraftFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of drafts (1 is the first); None gives all of them."""
    if number is None:
        return release.rows(*_listed(chosen))
    sql, params = _listed(chosen, "limit $size offset $start")
    return release.rows(sql, params | {"size": size, "start": (number - 1) * size})


def export(release: OpenRelease, chosen: DraftFilter) -> pd.DataFrame:
    """Every draft of the filter."""
    return release.frame(*_listed(chosen))


def effect(release: OpenRelease, event_keys: Collection[str]) -> dict[str, int]:
    """What promoting these drafts does to their teachers (pathful.md 4.9).

    Teachers with a correction by a person keep it and are counted apart.
    """
    sql = f"""
        select
            count(*) filter (
                where not corrected and drafts.attended_student_count > 0
            ) as attended,
            count(*) filter (
                where not corrected and coalesce(drafts.attended_student_count, 0) = 0
            ) as no_show,
            count(*) filter (where corrected) as corrected
        from (
            select event_key, coalesce(has_override, false) as corrected
            from marts.fct_teacher_participation
            where {_AMONG}
        ) as teachers
        inner join queues.queue_draft_review as drafts using (event_key)
    """
    counted = release.rows(sql, {"keys": sorted(event_keys)})[0]
    return {name: int(value or 0) for name, value in counted.items()}
