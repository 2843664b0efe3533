"""Everything about one volunteer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
ORGANIZATIONS_FOUND = 20

_PERSON = """
select
    volunteers.*,
    coalesce(organizations.organization_name, volunteers.employer) as organization_name
from marts.dim_volunteers as volunteers
left join marts.dim_organizations as organizations using (organization_key)
where volunteers.person_key = $person
"""
_OWNERS = """
select field, owner, is_override_allowed, note from ops.field_ownership where entity = 'volunteer'
"""
_CONTACT_POINTS = """
select kind, value, value_type, is_primary, is_valid, source_field
from marts.dim_contact_points
where person_key = $person
order by kind = 'address', kind = 'phone', is_primary desc nulls last, value
"""
_HISTORY = """
select
    participation.participation_key,
    participation.event_key,
    events.session_date,
    events.title,
    events.event_type,
    events.format,
    events.status as event_status,
    events.source,
    participation.participant_type,
    participation.status,
    participation.raw_status,
    coalesce(participation.is_credited, false) as is_credited,
    participation.hours,
    participation.strict_hours,
    participation.hours_source,
    coalesce(participation.is_tagged, false) as is_tagged
from marts.fct_volunteer_participation as participation
left join marts.dim_events as events using (event_key)
where participation.person_key = $person
order by events.session_date desc nulls last, events.title, participation.participation_key
"""
_YEARS = """
select
    school_year, event_count, in_person_event_count, virtual_event_count, volunteer_hours,
    in_person_hours, virtual_hours, strict_volunteer_hours, is_first_time, organization_name
from marts.agg_volunteer_engagement
where person_key = $person and host = 'all'
order by school_year = 'all' desc, school_year desc
"""
_ORGANIZATIONS = """
select
    members.organization_key,
    organizations.organization_name,
    organizations.organization_type,
    members.role,
    members.status,
    coalesce(members.is_primary, false) as is_primary,
    members.start_date,
    members.end_date,
    members.source
from marts.bridge_volunteer_organizations as members
left join marts.dim_organizations as organizations using (organization_key)
where members.person_key = $person
order by
    members.is_primary desc nulls last, members.status <> 'Current', members.start_date desc,
    organizations.organization_name, members.affiliation_key
"""
_MESSAGES = """
select
    messages.communication_key,
    messages.occurred_at,
    coalesce(messages.is_time_of_entry, false) as is_time_of_entry,
    messages.activity_type,
    messages.direction,
    messages.subject,
    messages.match_method,
    messages.source_object,
    messages.event_key,
    events.title as event_title
from marts.fct_communications as messages
left join marts.dim_events as events using (event_key)
where messages.person_key = $person
order by messages.occurred_at desc nulls last, messages.communication_key
"""
_MESSAGE = """
select subject, occurred_at, activity_type, direction, status, from_address, body, match_method
from marts.fct_communications
where person_key = $person and communication_key = $message
"""
_READ = """
select object_name, status, last_success_at
from ops.crm_objects
where object_name in ('Task', 'EmailMessage')
"""
_IDS = """
select
    external_system, external_id, match_rule, first_seen_at, last_seen_at,
    coalesce(is_active, true) as is_active, deactivated_at, upstream_deleted_reason
from ops.external_id_map
where entity_type = 'volunteer' and entity_id = $person
order by is_active desc, external_system, external_id
"""
_MATCHES = """
select min(ticket_key) as ticket_key, min(presenter_name) as presenter_name, match_rule
from queues.queue_presenter_matches
where person_key = $person
group by own_key, match_rule
order by presenter_name, ticket_key
"""
_RELATED = """
select
    others.person_key, others.first_name, others.last_name, others.employer,
    others.last_volunteer_date,
    coalesce(others.household_key = own.household_key, false) as is_household
from marts.dim_volunteers as own
inner join marts.dim_volunteers as others
    on own.person_key <> others.person_key
    and not coalesce(others.is_deleted, false)
    and (
        others.household_key = own.household_key
        or (
            lower(others.first_name) = lower(own.first_name)
            and lower(others.last_name) = lower(own.last_name)
        )
    )
where own.person_key = $person
order by is_household desc, others.last_name, others.first_name, others.person_key
"""
_FIND_ORGANIZATION = """
select organization_key, organization_name
from marts.dim_organizations
where {clauses}
order by
    starts_with(strip_accents(lower(organization_name)), strip_accents(lower($word_0))) desc,
    organization_name, organization_key
limit $size
"""


_HEARD = """
    select field, source from marts.fct_volunteer_field_sources where person_key = $person
"""


def person(release: OpenRelease, key: str) -> dict[str, Any] | None:
    """The volunteer; None when the release does not have that key."""
    return release.row(_PERSON, {"person": key})


def owners(release: OpenRelease) -> dict[str, dict[str, Any]]:
    """Who owns each field of a volunteer: field -> its row of ops.field_ownership."""
    return {row["field"]: row for row in release.rows(_OWNERS)}


def presenter_matches(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """Presenters of Pathful whom the data alone made this volunteer, each once."""
    return release.rows(_MATCHES, {"person": key})


def contact_points(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """Addresses and numbers, e-mail first; none for who may not see them."""
    return release.rows(_CONTACT_POINTS, {"person": key})


def history(release: OpenRelease, key: str) -> pd.DataFrame:
    """Every participation, the newest first."""
    return release.frame(_HISTORY, {"person": key})


def years(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """What counts per school year, all years first."""
    return release.rows(_YEARS, {"person": key})


def organizations(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """Every membership, the primary one first."""
    return release.rows(_ORGANIZATIONS, {"person": key})


def message_count(release: OpenRelease, key: str) -> int:
    """How many messages there are with or about the person."""
    sql = "select count(*) as n from marts.fct_communications where person_key = $person"
    return int(release.rows(sql, {"person": key})[0]["n"])


def messages(release: OpenRelease, key: str, number: int) -> pd.DataFrame:
    """One page of messages, the newest first, without what they say."""
    return release.frame(*lists.one_page(_MESSAGES, {"person": key}, number, PAGE_SIZE))


def message_sources(release: OpenRelease, key: str) -> set[str]:
    """Objects of the CRM that the person's messages come from."""
    sql = "select distinct source_object from marts.fct_communications where person_key = $person"
    return {row["source_object"] for row in release.rows(sql, {"person": key})}


def message(release: OpenRelease, key: str, message_key: str) -> dict[str, Any] | None:
    """One message with what it says; the text is null for who may not read it."""
    return release.row(_MESSAGE, {"person": key, "message": message_key})


def messages_read(release: OpenRelease) -> dict[str, dict[str, Any]]:
    """How tasks and e-mails of the CRM were last read: object -> status and time."""
    return {row["object_name"]: row for row in release.rows(_READ)}


def identifiers(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """Records of other systems that stand for the person, those in use first."""
    return release.rows(_IDS, {"person": key})


def heard(release: OpenRelease, key: str) -> dict[str, str]:
    """Column of dim_volunteers -> the source whose word it is (platform.md 4.11)."""
    rows = release.rows(_HEARD, {"person": key})
    return {row["field"]: row["source"] for row in rows}


def related(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """People of the same household, and others who bear the same name."""
    return release.rows(_RELATED, {"person": key})


def find_organizations(release: OpenRelease, text: str) -> dict[str, str]:
    """Organizations whose name has all words: key -> name; at most 20."""
    found, params = lists.worded(text, "organization_name")
    if not found:
        return {}
    sql = _FIND_ORGANIZATION.format(clauses=" and ".join(found))
    rows = release.rows(sql, params | {"size": ORGANIZATIONS_FOUND})
    return {row["organization_key"]: row["organization_name"] for row in rows}


def organization_name(release: OpenRelease, key: str) -> str | None:
    """The name of an organization; None for an unknown key."""
    sql = "select organization_name from marts.dim_organizations where organization_key = $key"
    row = release.row(sql, {"key": key})
    return row["organization_name"] if row else None
