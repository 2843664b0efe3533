"""Volunteers: the filtered list, the thank-you list, who came lately and who is coming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
RECENT_DAYS = 365
# Words on the screen -> what the release sorts by.
SORTS = {
    "Name": "lower(last_name) nulls last, lower(first_name) nulls last",
    "Last time, newest first": "last_volunteer_date desc nulls last, lower(last_name)",
    "Times volunteered, most first": "times_volunteered desc nulls last, lower(last_name)",
}
IN_LISTS = "not coalesce(volunteers.is_deleted, false)"

_PEOPLE = f"""
select
    volunteers.person_key,
    volunteers.first_name,
    volunteers.last_name,
    coalesce(organizations.organization_name, volunteers.employer) as organization_name,
    volunteers.job_title,
    volunteers.email,
    volunteers.volunteer_status,
    volunteers.local_status,
    volunteers.last_volunteer_date,
    volunteers.times_volunteered,
    volunteers.is_contactable,
    volunteers.do_not_contact,
    volunteers.is_deceased,
    volunteers.salesforce_id,
    volunteers.pathful_user_id
from marts.dim_volunteers as volunteers
left join marts.dim_organizations as organizations using (organization_key)
where {IN_LISTS}{{filters}}
"""
# `{text}` is what the words are looked for in; an organization counts whenever it was one's own.
_WORD = """(
    contains(strip_accents(lower(concat_ws(' ', {text}))), strip_accents(lower(${name})))
    or volunteers.person_key in (
        select members.person_key
        from marts.bridge_volunteer_organizations as members
        inner join marts.dim_organizations as names using (organization_key)
        where contains(strip_accents(lower(names.organization_name)), strip_accents(lower(${name})))
    )
)"""
_TEXT = (
    "volunteers.first_name, volunteers.last_name, volunteers.employer, volunteers.job_title,"
    " volunteers.industry, volunteers.skills"
)
_SIMPLE = {
    "local": "coalesce(volunteers.local_status, 'unknown') = $local",
    "status": "coalesce(volunteers.volunteer_status, 'active') = $status",
}
_CHOICES = {
    "contactable": "volunteers.is_contactable",
    "not_contactable": "not coalesce(volunteers.is_contactable, false)",
    "salesforce": "volunteers.salesforce_id is not null",
    "pathful": "volunteers.salesforce_id is null",
    "ever": "volunteers.last_volunteer_date is not null",
    "never": "volunteers.last_volunteer_date is null",
    "lately": "volunteers.last_volunteer_date >= $since",
    "duplicates": "volunteers.possible_duplicate",
    "excluded": "volunteers.is_excluded_from_reports",
}
_YEARS = """
select distinct school_year from marts.agg_volunteer_engagement
where school_year <> 'all' order by school_year desc
"""
_YEAR_LIST = """
select
    engagement.person_key,
    volunteers.first_name,
    volunteers.last_name,
    engagement.organization_name,
    volunteers.email,
    engagement.event_count,
    engagement.volunteer_hours,
    engagement.in_person_hours,
    engagement.virtual_hours,
    engagement.strict_volunteer_hours,
    engagement.last_event_date,
    engagement.is_first_time,
    engagement.is_mailable,
    engagement.hours_rank,
    engagement.event_types
from marts.agg_volunteer_engagement as engagement
inner join marts.dim_volunteers as volunteers using (person_key)
where
    engagement.school_year = $year
    and engagement.host = $host
    and engagement.is_on_thank_you_list{filters}
order by engagement.hours_rank nulls last, lower(volunteers.last_name), engagement.person_key
"""
_BY_EVENT = """
select
    coming.person_key,
    volunteers.first_name,
    volunteers.last_name,
    coalesce(organizations.organization_name, volunteers.employer) as organization_name,
    coming.session_date,
    coming.event_key,
    events.title,
    coming.event_type,
    coming.volunteer_hours,
    coming.status
from marts.fct_volunteer_events as coming
inner join marts.dim_volunteers as volunteers using (person_key)
left join marts.dim_events as events using (event_key)
left join marts.dim_organizations as organizations using (organization_key)
where coming.list_type = $list_type{filters}
order by coming.session_date {direction}, events.title, lower(volunteers.last_name),
    coming.event_key, coming.person_key
"""


@dataclass(frozen=True)
class VolunteerFilter:
    """What the person asked for; None and "" do not restrict.

    Attributes:
        today: the release's logical date.
        text: words that all have to be found.
        local: local status.
        status: active, on_hold or inactive.
        choices: further restrictions by their names: contactable, not_contactable, salesforce,
            pathful, ever, never, lately, duplicates, excluded.
        sort: of `SORTS`.
        is_email_searched: whether the words may be part of an address.
    """

    today: date
    text: str = ""
    local: str | None = None
    status: str | None = None
    choices: tuple[str, ...] = ()
    sort: str = "Name"
    is_email_searched: bool = False


def _words(text: str, *, is_email_searched: bool = False) -> tuple[list[str], dict[str, Any]]:
    searched = _TEXT + (", volunteers.email" if is_email_searched else "")
    clauses, params = [], {}
    for position, word in enumerate(text.split()):
        name = f"word_{position}"
        clauses.append(_WORD.format(text=searched, name=name))
        params[name] = word
    return clauses, params


def _and(clauses: Sequence[str]) -> str:
    return "".join(f"\n    and {clause}" for clause in clauses)


def _listed(chosen: VolunteerFilter) -> tuple[str, dict[str, Any]]:
    clauses, params = lists.given(
        {name: (sql, getattr(chosen, name)) for name, sql in _SIMPLE.items()}
    )
    clauses += [_CHOICES[name] for name in chosen.choices]
    if "lately" in chosen.choices:
        year_ago = chosen.today.toordinal() - RECENT_DAYS
        params["since"] = date.fromordinal(year_ago)
    found, more = _words(chosen.text, is_email_searched=chosen.is_email_searched)
    return _PEOPLE.format(filters=_and(clauses + found)), params | more


def is_empty(release: OpenRelease) -> bool:
    """Whether the release knows no volunteer at all."""
    return release.row("select 1 as is_there from marts.dim_volunteers limit 1") is None


def count(release: OpenRelease, chosen: VolunteerFilter) -> int:
    """How many volunteers the filter finds."""
    sql, params = _listed(chosen)
    return int(release.rows(f"select count(*) as n from ({sql}) as found", params)[0]["n"])


def page(
    release: OpenRelease, chosen: VolunteerFilter, number: int | None, size: int = PAGE_SIZE
) -> pd.DataFrame:
    """One page of volunteers (1 is the first); None gives all of them, for an export."""
    sql, params = _listed(chosen)
    ordered = f"{sql} order by {SORTS[chosen.sort]}, person_key"
    return release.frame(*lists.one_page(ordered, params, number, size))


def years(release: OpenRelease) -> list[str]:
    """School years with a volunteer, the newest first."""
    return [row["school_year"] for row in release.rows(_YEARS)]


@dataclass(frozen=True)
class YearFilter:
    """What of a year's list is shown: year, host, words, first-timers only, mailable only."""

    year: str
    host: str = "all"
    text: str = ""
    only_first: bool = False
    only_mailable: bool = False


def year_rows(release: OpenRelease, chosen: YearFilter) -> pd.DataFrame:
    """Everybody on the thank-you list of a year, most hours first."""
    clauses, params = _words(chosen.text)
    if chosen.only_first:
        clauses.append("engagement.is_first_time")
    if chosen.only_mailable:
        clauses.append("engagement.is_mailable")
    sql = _YEAR_LIST.format(filters=_and(clauses))
    return release.frame(sql, params | {"year": chosen.year, "host": chosen.host})


def event_kinds(release: OpenRelease) -> list[str]:
    """Codes of the kinds of sessions in the lists by session."""
    sql = """
        select distinct event_type from marts.fct_volunteer_events
        where event_type is not null order by event_type
    """
    return [row["event_type"] for row in release.rows(sql)]


def by_event(
    release: OpenRelease,
    list_type: str,
    text: str,
    event_type: str | None,
    since: date | None,
) -> pd.DataFrame:
    """Volunteers by session.

    Args:
        release: the published release.
        list_type: recent or future.
        text: words of the person, the organization or the session.
        event_type: code of the kind of session; None for every kind.
        since: first day; None for no limit.
    """
    clauses, params = lists.given(
        {
            "event_type": ("coming.event_type = $event_type", event_type),
            "since": ("coming.session_date >= $since", since),
        }
    )
    found, words = lists.worded(text, _TEXT, "events.title", "organizations.organization_name")
    clauses += found
    params |= words
    direction = "desc" if list_type == "recent" else "asc"
    sql = _BY_EVENT.format(filters=_and(clauses), direction=direction)
    return release.frame(sql, params | {"list_type": list_type})
