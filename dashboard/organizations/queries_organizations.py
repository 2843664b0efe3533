"""Organizations: what each did in a year, and one of them in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
UNKNOWN = "Unknown"
# Words on the screen -> what the release sorts by.
SORTS = {
    "Hours, most first": "hours_rank nulls last, lower(organization_name)",
    "Volunteers, most first": "volunteer_count desc, lower(organization_name)",
    "Sessions, most first": "event_count desc, lower(organization_name)",
    "Latest session first": "latest_event_date desc nulls last, lower(organization_name)",
    "Name": "lower(organization_name)",
}

_YEARS = """
select distinct school_year from marts.agg_organization_engagement
where school_year <> 'all' order by school_year desc
"""
_TYPES = """
select distinct organization_type as value from marts.agg_organization_engagement
where organization_type is not null order by value
"""
_COLUMNS = """
    organization_key, organization_name, organization_type, event_count, in_person_event_count,
    virtual_event_count, volunteer_count, in_person_volunteer_count, virtual_presenter_count,
    engagement_count, volunteer_hours, attributed_hours, strict_volunteer_hours,
    virtual_volunteer_hours, latest_event_date, last_activity_date, hours_rank
"""
_ROWS = f"""
select {_COLUMNS}
from marts.agg_organization_engagement
where
    school_year = $year and membership_mode = $mode and organization_key <> '{UNKNOWN}'{{filters}}
"""
_SUMMARY = f"""
select
    count(*) filter (where organization_key <> '{UNKNOWN}') as organization_count,
    sum(attributed_hours) as attributed_hours,
    max(volunteer_count) filter (where organization_key = '{UNKNOWN}') as unknown_volunteer_count,
    max(attributed_hours) filter (where organization_key = '{UNKNOWN}') as unknown_hours
from marts.agg_organization_engagement
where school_year = $year and membership_mode = $mode
"""
_ORGANIZATION = """
select
    organization_key, organization_name, organization_type, salesforce_id, city, state_code,
    last_activity_date, coalesce(is_provisional, false) as is_provisional,
    coalesce(is_deleted, false) as is_deleted, website, description,
    salesforce_id is null and slug is not null as is_filed
from marts.dim_organizations
where organization_key = $organization
"""
_KEY_OF_TODAY = """
select key from ops.place_aliases
where entity_type = 'organization' and former_key = $organization
"""

_MATCHES = """
select
    matches.source, runs.started_at, runs.file_name, matches.attempted_count,
    matches.matched_count, matches.unmatched_contact_count, matches.unmatched_organization_count,
    matches.match_rate_pct
from ops.affiliation_matches as matches
left join ops.import_runs as runs on matches.run_id = runs.run_id
order by runs.started_at desc nulls last, matches.run_id, matches.source
limit $most
"""
_MATCHES_SHOWN = 20

_BY_YEAR = f"""
select school_year, {_COLUMNS}
from marts.agg_organization_engagement
where organization_key = $organization and membership_mode = $mode
order by school_year = 'all' desc, school_year desc
"""
_MEMBERS = """
select
    members.person_key,
    volunteers.first_name,
    volunteers.last_name,
    volunteers.email,
    members.role,
    members.status,
    coalesce(members.is_primary, false) as is_primary,
    members.start_date,
    members.end_date,
    engagement.event_count,
    engagement.volunteer_hours,
    engagement.last_event_date
from marts.bridge_volunteer_organizations as members
inner join marts.dim_volunteers as volunteers using (person_key)
left join marts.agg_volunteer_engagement as engagement
    on
        members.person_key = engagement.person_key
        and engagement.school_year = $year
        and engagement.host = 'all'
where
    members.organization_key = $organization
    and coalesce(members.is_newest_of_pair, true)
    and not coalesce(volunteers.is_deleted, false)
order by
    engagement.volunteer_hours desc nulls last, lower(volunteers.last_name),
    lower(volunteers.first_name), members.person_key
"""
# Whatever the membership was worth on the day: the numbers of the year say that.
_EVENTS = """
select
    events.event_key,
    events.session_date,
    events.title,
    events.event_type,
    events.format,
    events.status,
    count(distinct participation.person_key) as volunteer_count,
    string_agg(
        distinct concat_ws(' ', volunteers.first_name, volunteers.last_name), ', '
    ) as volunteer_names
from marts.fct_volunteer_participation as participation
inner join marts.dim_events as events using (event_key)
inner join marts.dim_volunteers as volunteers using (person_key)
where
    participation.is_credited
    and events.status <> 'Cancelled'
    and events.session_date between $first_day and $last_day
    and participation.person_key in (
        select person_key from marts.bridge_volunteer_organizations
        where organization_key = $organization
    )
group by all
order by events.session_date desc, events.title, events.event_key
"""


@dataclass(frozen=True)
class OrganizationFilter:
    """What of the organizations is shown.

    Attributes:
        year: a school year, or `all`.
        mode: verified or full.
        text: words of the name.
        kind: type of organization; None for every type.
        sort: of `SORTS`.
    """

    year: str = "all"
    mode: str = "verified"
    text: str = ""
    kind: str | None = None
    sort: str = "Hours, most first"


def years(release: OpenRelease) -> list[str]:
    """School years in which an organization did something, the newest first."""
    return [row["school_year"] for row in release.rows(_YEARS)]


def types(release: OpenRelease) -> list[str]:
    """Types of organizations that did something."""
    return [row["value"] for row in release.rows(_TYPES)]


def summary(release: OpenRelease, year: str, mode: str) -> dict[str, Any]:
    """How many organizations, the hours given to one each, and what stands beside no organization.

    Args:
        release: the published release.
        year: a school year, or `all`.
        mode: verified or full.
    """
    return release.rows(_SUMMARY, {"year": year, "mode": mode})[0]


def _listed(chosen: OrganizationFilter) -> tuple[str, dict[str, Any]]:
    clauses, params = lists.given({"type": ("organization_type = $type", chosen.kind)})
    found, words = lists.worded(chosen.text, "organization_name")
    filters = "".join(f"\n    and {clause}" for clause in clauses + found)
    params |= words | {"year": chosen.year, "mode": chosen.mode}
    return _ROWS.format(filters=filters), params


def count(release: OpenRelease, chosen: OrganizationFilter) -> int:
    """How many organizations the filter finds."""
    sql, params = _listed(chosen)
    return int(release.rows(f"select count(*) as n from ({sql}) as found", params)[0]["n"])


def page(release: OpenRelease, chosen: OrganizationFilter, number: int | None) -> pd.DataFrame:
    """One page of organizations (1 is the first); None gives all of them, for an export."""
    sql, params = _listed(chosen)
    ordered = f"{sql} order by {SORTS[chosen.sort]}, organization_key"
    return release.frame(*lists.one_page(ordered, params, number, PAGE_SIZE))


def organization(release: OpenRelease, key: str) -> dict[str, Any] | None:
    """One organization; None when the release does not have that key."""
    return release.row(_ORGANIZATION, {"organization": key})


def key_of_today(release: OpenRelease, former_key: str) -> str:
    """Where a bookmark of an earlier name or a merged organization leads; itself when nowhere."""
    row = release.row(_KEY_OF_TODAY, {"organization": former_key})
    return str(row["key"]) if row else former_key


def matches(release: OpenRelease) -> list[dict[str, Any]]:
    """How many ties of people to organizations led to both, by run, the newest first."""
    return release.rows(_MATCHES, {"most": _MATCHES_SHOWN})


def by_year(release: OpenRelease, key: str, mode: str) -> list[dict[str, Any]]:
    """What it did per school year, all years first."""
    return release.rows(_BY_YEAR, {"organization": key, "mode": mode})


def members(release: OpenRelease, key: str, year: str) -> pd.DataFrame:
    """Its people with what they did in the year, most hours first."""
    return release.frame(_MEMBERS, {"organization": key, "year": year})


def events(release: OpenRelease, key: str, first_day: Any, last_day: Any) -> pd.DataFrame:
    """Sessions of its people in a span of days, the newest first."""
    return release.frame(
        _EVENTS, {"organization": key, "first_day": first_day, "last_day": last_day}
    )
