"""How reading Salesforce stands: its objects, loads, counts, fields and owners."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard import queries_overview
from dashboard.release import OpenRelease

DAYS = 7
_HOUR = timedelta(hours=1)

_OBJECTS = "select * from ops.crm_objects order by cadence, label, object_name"
_ORDER = {"page": 0, "stale": 1, "fresh": 2, "never": 3}
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
    """Every object that is ever read and how old it is now, what needs somebody first.

    The `status` is page, stale, fresh or never, as of a source of the page Source health.
    """
    rows, found = [], []
    for row in release.rows(_OBJECTS):
        lag, read_at = row["watermark_age_hours"], row["last_success_at"]
        # Of an object that was only tried out there is no moment up to which it was read.
        if lag is None and read_at is not None and row.get("measured_at") is not None:
            lag = max(round((row["measured_at"] - read_at) / _HOUR, 1), 0.0)
        rows.append(row | {"lag_hours": lag, "age_hours": None, "is_clock_ahead": False})
    for row in queries_overview.aged(release, rows):
        lag, most = row["lag_hours"], row.get("page_hours")
        is_overdue = lag is not None and most is not None and lag > most
        status = "page" if is_overdue and row["status"] == "stale" else row["status"]
        found.append(row | {"status": status, "watermark_age_hours": lag})
    return sorted(found, key=lambda row: _ORDER[row["status"]])


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
