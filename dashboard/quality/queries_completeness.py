"""How complete the records are, and which of them to look at."""

from __future__ import annotations

from typing import Any

from dashboard.release import OpenRelease

Row = dict[str, Any]

_FIELDS = """
select * from ops.field_completeness
where organization_key is not distinct from $organization
order by entity_type, field_position
"""
_ORGANIZATIONS = """
select distinct organizations.organization_key, organizations.organization_name
from ops.field_completeness as fields
inner join marts.dim_organizations as organizations using (organization_key)
order by organizations.organization_name, organizations.organization_key
"""
_SAMPLES = """
select * from ops.completeness_samples
where entity_type = $kind
    and ($organization is null or organization_key = $organization)
order by stratum, stratum_place, record_key
"""
# Of a kind that is a mart: what its records are called, as the role may read it. A contact and a
# user have their id only.
_NAMES = {
    "volunteer": "select person_key as key, concat_ws(' ', first_name, last_name) as name"
    " from marts.dim_volunteers",
    "student": "select student_key as key, concat_ws(' ', first_name, last_name) as name"
    " from marts.dim_students",
    "teacher": "select teacher_key as key, teacher_name as name from marts.dim_teachers",
    "organization": "select organization_key as key, organization_name as name"
    " from marts.dim_organizations",
    "event": "select event_key as key, title as name from marts.dim_events",
    "affiliation": """
        select
            memberships.affiliation_key as key,
            concat_ws(' ', people.first_name, people.last_name)
            || ' \N{MIDDLE DOT} ' || coalesce(organizations.organization_name, '') as name
        from marts.bridge_volunteer_organizations as memberships
        left join marts.dim_volunteers as people using (person_key)
        left join marts.dim_organizations as organizations
            on memberships.organization_key = organizations.organization_key
    """,
}


def fields(release: OpenRelease, organization: str | None) -> list[Row]:
    """Every field of every kind, of all records or of one organization's."""
    return release.rows(_FIELDS, {"organization": organization})


def organizations(release: OpenRelease) -> dict[str, str]:
    """Organizations that have volunteers, affiliations or sessions: key -> name."""
    rows = release.rows(_ORGANIZATIONS)
    return {row["organization_key"]: row["organization_name"] for row in rows}


def samples(release: OpenRelease, kind: str, organization: str | None) -> list[Row]:
    """The records of a kind that were chosen to be looked at; no value of any field."""
    return release.rows(_SAMPLES, {"kind": kind, "organization": organization})


def names(release: OpenRelease, kind: str, keys: list[str]) -> dict[str, str]:
    """What those records are called, as the role may read it; absent where nothing is known."""
    if kind not in _NAMES or not keys:
        return {}
    sql = f"select key, name from ({_NAMES[kind]}) where list_contains($keys, key) and name <> ''"
    return {row["key"]: row["name"] for row in release.rows(sql, {"keys": tuple(keys)})}
