"""Sessions of Salesforce that are to come: which are on the website, and their districts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

# As many as one step may change, so that a whole page can be marked.
PAGE_SIZE = 100
# A session of the CRM reaches the website while it is planned.
PLANNED = ("Requested", "Confirmed", "Published")

# `{decided}` are the decisions that wait: they are laid over the release.
_LISTED = """
with decided as (select * from (values {decided}) as stored(event_key, is_visible)),

coming as (
    select
        events.event_key, events.salesforce_id, events.title, events.event_type, events.format,
        events.status, events.session_date, events.start_at, events.is_time_known,
        events.location, events.registration_url, events.requested_volunteer_count,
        events.available_slot_count, events.filled_volunteer_count, events.is_unaffiliated,
        schools.school_name,
        coalesce(events.inperson_page_visible, false) as is_visible,
        coalesce(decided.is_visible, events.inperson_page_visible, false) as becomes_visible,
        (
            select string_agg(names.district_name, ', ' order by names.district_name)
            from marts.bridge_event_districts as bridge
            inner join marts.dim_districts as names using (district_key)
            where bridge.event_key = events.event_key
        ) as districts
    from marts.dim_events as events
    left join marts.dim_schools as schools on events.school_key = schools.school_key
    left join decided on events.event_key = decided.event_key
    where events.source = 'salesforce' and events.session_date >= $today
        and events.status in ('Requested', 'Confirmed', 'Published')
)

select {columns} from coming
"""
_ORDER = "order by session_date, start_at nulls last, title, event_key"
_LINKS = """
select bridge.district_key, names.district_name, bridge.attribution_source
from marts.bridge_event_districts as bridge
left join marts.dim_districts as names using (district_key)
where bridge.event_key = $event
order by names.district_name, bridge.district_key
"""


@dataclass(frozen=True)
class PublishFilter:
    """What the person asked for; None and "" do not restrict.

    Attributes:
        today: the first day shown.
        decided: event and whether a stored decision shows it.
        shown: yes, no, or None for both.
        district: key, or `none` for sessions without a district.
        text: words in title, place, school or Salesforce id.
    """

    today: date
    decided: tuple[tuple[str, bool], ...] = ()
    shown: str | None = None
    district: str | None = None
    text: str = ""


def _listed(chosen: PublishFilter) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"today": chosen.today}
    values = []
    for position, (event, is_visible) in enumerate(chosen.decided):
        values.append(f"($event_{position}, {'true' if is_visible else 'false'})")
        params[f"event_{position}"] = event
    decided = ", ".join(values) or "(null::varchar, null::boolean)"
    clauses = {"yes": ["becomes_visible"], "no": ["not becomes_visible"]}.get(
        chosen.shown or "", []
    )
    if chosen.district == "none":
        clauses.append(
            "event_key not in (select event_key from marts.bridge_event_districts"
            " where event_key is not null)"
        )
    elif chosen.district:
        clauses.append(lists.IN_DISTRICT)
        params["district"] = chosen.district
    found, words = lists.worded(chosen.text, "title", "school_name", "location", "salesforce_id")
    clauses += found
    params |= words
    where = f" where {' and '.join(clauses)}" if clauses else ""
    return _LISTED.format(decided=decided, columns="{columns}") + where, params


def count(release: OpenRelease, chosen: PublishFilter) -> dict[str, Any]:
    """How many sessions the filter finds, and how many will be on the website."""
    sql, params = _listed(chosen)
    columns = "count(*) as n, count(*) filter (where becomes_visible) as shown"
    return release.rows(sql.format(columns=columns), params)[0]


def page(
    release: OpenRelease, chosen: PublishFilter, number: int | None, size: int = PAGE_SIZE
) -> list[dict[str, Any]]:
    """One page of sessions, the next one first; None gives all of them."""
    sql, params = _listed(chosen)
    return release.rows(
        *lists.one_page(f"{sql.format(columns='*')} {_ORDER}", params, number, size)
    )


def links(release: OpenRelease, event_key: str) -> list[dict[str, Any]]:
    """The districts of a session and why it has them."""
    return release.rows(_LINKS, {"event": event_key})
