"""How reading Salesforce stands: its objects, loads, counts, fields and owners."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard.release import OpenRelease

DAYS = 7

_OBJECTS = """
select * from ops.crm_objects
order by
    case status when 'never' then 2 when 'stale' then 0 else 1 end, cadence, label, object_name
"""
_DAYS = """
select
    object_name,
    cast(timezone('America/Chicago', landed_at) as date) as landed_date,
    sum(rows_inserted) as new_count,
    sum(rows_updated) as changed_count,
    sum(rows_deleted) as deleted_count,
    sum(rows_quarantined) as quarantined_count
from ops.import_objects
where cast(timezone('America/Chicago', landed_at) as date) between $first_day and $last_day
group by all
order by object_name, landed_date
"""
_NEWEST = """
select object_name, run_id, warnings, rows_quarantined, duration_seconds, call_count
from ops.import_objects
qualify row_number() over (partition by object_name order by load_seq desc) = 1
"""
_CHECKS = """
select * from ops.reconciliation
where source = 'salesforce'
order by is_within_tolerance, check_name, object_name
"""
_OUTCOMES = """
select object_name, outcome, row_count
from ops.crm_outcomes
order by object_name, row_count desc, outcome
"""
_UNMAPPED = """
select object_name, field_name, label, field_type, is_custom, first_seen_run_id
from ops.unmapped_fields
where source = 'salesforce'
order by object_name, field_name
"""
_OWNERS = """
select entity, field, owner, is_override_allowed, decision_action, note
from ops.field_ownership
order by entity, owner, field
"""


def objects(release: OpenRelease) -> list[dict[str, Any]]:
    """Every object that is ever read, what needs somebody first."""
    return release.rows(_OBJECTS)


def last_days(release: OpenRelease, today: date) -> dict[str, dict[date, dict[str, Any]]]:
    """What the loads of the last seven days brought: object -> Chicago day -> counts."""
    first = today - timedelta(days=DAYS - 1)
    found: dict[str, dict[date, dict[str, Any]]] = {}
    for row in release.rows(_DAYS, {"first_day": first, "last_day": today}):
        found.setdefault(row["object_name"], {})[row["landed_date"]] = row
    return found


def newest_loads(release: OpenRelease) -> dict[str, dict[str, Any]]:
    """The last load of each object."""
    return {row["object_name"]: row for row in release.rows(_NEWEST)}


def checks(release: OpenRelease) -> list[dict[str, Any]]:
    """Whether counts agree, those that do not first."""
    return release.rows(_CHECKS)


def outcomes(release: OpenRelease) -> list[dict[str, Any]]:
    """How many records of an object came to which end."""
    return release.rows(_OUTCOMES)


def unmapped(release: OpenRelease) -> list[dict[str, Any]]:
    """Fields that nothing here reads."""
    return release.rows(_UNMAPPED)


def owners(release: OpenRelease) -> list[dict[str, Any]]:
    """Who says what a field is, and whether staff may say otherwise."""
    return release.rows(_OWNERS)
