"""The flags queue: counts, the filtered list, one flag, and the flags of one session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease
from dashboard.sessions import queries_event

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

# A flag of a session within the next two weeks can still be settled in time.
_URGENT = "session_date between $today and $today + 14"
SORTS = {
    "Most urgent first": (
        f"({_URGENT}) desc, case when {_URGENT} then session_date end asc nulls last,"
        " cast(created_at as date) desc nulls last, session_date desc nulls last"
    ),
    "Newest flag first": "created_at desc nulls last, session_date desc nulls last",
    "Oldest flag first": "created_at asc nulls last, session_date asc nulls last",
    "Newest session first": "session_date desc nulls last",
    "Oldest session first": "session_date asc nulls last",
}
_FLAGS = """
flags as (
    select
        queue.flag_key,
        queue.event_key,
        queue.flag_type,
        queue.assigned_to,
        queue.created_at,
        queue.resolved_by,
        queue.resolved_at,
        queue.resolution_notes,
        queue.decision_id,
        case
            when not queue.is_resolved then 'open'
            when queue.auto_resolved then 'auto'
            else 'resolved'
        end as published_state,
        coalesce(
            decided.state,
            case
                when answered.event_key is not null and not queue.is_resolved then 'resolved'
            end,
            published_state
        ) as state,
        decided.state is not null
            or (answered.event_key is not null and not queue.is_resolved) as is_waiting,
        events.title,
        events.session_date,
        events.start_at,
        events.is_time_known,
        events.status,
        events.pathful_session_id,
        greatest(
            0,
            cast($today as date)
            - cast(timezone('America/Chicago', queue.created_at) as date)
        ) as age_days
    from queues.queue_event_flags as queue
    inner join marts.dim_events as events using (event_key)
    left join decided using (flag_key)
    left join answered
        on queue.event_key = answered.event_key and queue.flag_type = answered.flag_type
)
"""


@dataclass(frozen=True)
class FlagFilter:
    """What the person asked for; None means no restriction.

    Attributes:
        kind: type of flag.
        state: open, resolved or auto.
        owner: staff or district_admin.
        district: a district's key.
        first_day: of the session.
        last_day: of the session.
        text: words of title, school, district or session id.
        sort: a name of `SORTS`.
        today: the release's logical date.
        decided: flag and state after the next build, for stored decisions on the flag itself.
        answered: session and type of flag that a stored decision on the session settles.
    """

    kind: str | None = None
    state: str | None = "open"
    owner: str | None = None
    district: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    sort: str = "Most urgent first"
    today: date = date.min
    decided: tuple[tuple[str, str], ...] = ()
    answered: tuple[tuple[str, str], ...] = ()


def _pairs(
    name: str, columns: tuple[str, str], rows: Sequence[tuple[str, str]]
) -> tuple[str, dict[str, Any]]:
    """A common table of text pairs as SQL with its parameters; it may be empty."""
    head = f"{name} ({', '.join(columns)}) as "
    if not rows:
        return f"{head}(select null::varchar, null::varchar where false)", {}
    marks = ", ".join(f"(${name}_{i}_a, ${name}_{i}_b)" for i in range(len(rows)))
    params: dict[str, Any] = {}
    for i, (first, second) in enumerate(rows):
        params |= {f"{name}_{i}_a": first, f"{name}_{i}_b": second}
    return f"{head}(values {marks})", params


def _with(chosen: FlagFilter) -> tuple[str, dict[str, Any]]:
    decided, given = _pairs("decided", ("flag_key", "state"), chosen.decided)
    answered, more = _pairs("answered", ("event_key", "flag_type"), chosen.answered)
    return f"with {decided}, {answered}, {_FLAGS}", given | more | {"today": chosen.today}


def _where(chosen: FlagFilter) -> tuple[str, dict[str, Any]]:
    simple = {
        "kind": ("flag_type = $kind", chosen.kind),
        "state": ("state = $state", chosen.state),
        "owner": ("assigned_to = $owner", chosen.owner),
        "first_day": ("session_date >= $first_day", chosen.first_day),
        "last_day": ("session_date <= $last_day", chosen.last_day),
        "district": (lists.IN_DISTRICT, chosen.district),
    }
    clauses, params = lists.given(simple)
    found, given = queries_event.found_by(chosen.text)
    clauses += found
    params |= given
    return ("where " + " and ".join(clauses)) if clauses else "", params


def counts(release: OpenRelease, chosen: FlagFilter) -> list[dict[str, Any]]:
    """Flags per type and owner, by state; stored decisions are counted in, filters are not."""
    prefix, params = _with(chosen)
    sql = f"""
        {prefix}
        select
            flag_type,
            assigned_to,
            count(*) filter (where state = 'open') as open_count,
            count(*) filter (where state = 'resolved') as resolved_count,
            count(*) filter (where state = 'auto') as auto_count
        from flags
        group by flag_type, assigned_to
        order by flag_type, assigned_to
    """
    return release.rows(sql, params)


def count(release: OpenRelease, chosen: FlagFilter) -> int:
    """How many flags the filter finds."""
    prefix, given = _with(chosen)
    where, params = _where(chosen)
    sql = f"{prefix} select count(*) as n from flags {where}"
    return int(release.rows(sql, given | params)[0]["n"])


def _named(prefix: str, where: str, order: str, limit: str = "") -> str:
    """Flags with the names of their sessions' places, which only the rows asked for need."""
    return (
        f"{prefix}, listed as (select * from flags {where} order by {order} {limit})"
        f" select listed.*, {queries_event.PLACE_NAMES} from listed order by {order}"
    )


def _listed(chosen: FlagFilter, limit: str = "") -> tuple[str, dict[str, Any]]:
    prefix, given = _with(chosen)
    where, params = _where(chosen)
    return _named(prefix, where, f"{SORTS[chosen.sort]}, flag_key", limit), given | params


def page(
    release: OpenRelease, chosen: FlagFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of flags (1 is the first); None gives all of them."""
    if number is None:
        return release.rows(*_listed(chosen))
    sql, params = _listed(chosen, "limit $size offset $start")
    return release.rows(sql, params | {"size": size, "start": (number - 1) * size})


def export(release: OpenRelease, chosen: FlagFilter) -> pd.DataFrame:
    """Every flag of the filter."""
    return release.frame(*_listed(chosen))


def flag(release: OpenRelease, chosen: FlagFilter, flag_key: str) -> dict[str, Any] | None:
    """One flag with its session, whatever the filter; None when the release does not have it."""
    prefix, params = _with(chosen)
    sql = _named(prefix, "where flag_key = $flag", "flag_key")
    return release.row(sql, params | {"flag": flag_key})


def of_event(release: OpenRelease, chosen: FlagFilter, event_key: str) -> list[dict[str, Any]]:
    """The flags of one session, open ones first."""
    prefix, params = _with(chosen)
    order = "state = 'open' desc, flag_type, flag_key"
    sql = _named(prefix, "where event_key = $event", order)
    return release.rows(sql, params | {"event": event_key})


def districts(release: OpenRelease) -> dict[str, str]:
    """Districts with a flag: key -> name."""
    sql = """
        select distinct names.district_key, names.district_name
        from queues.queue_event_flags as queue
        inner join marts.bridge_event_districts using (event_key)
        inner join marts.dim_districts as names using (district_key)
        order by names.district_name, names.district_key
    """
    return {row["district_key"]: row["district_name"] for row in release.rows(sql)}
