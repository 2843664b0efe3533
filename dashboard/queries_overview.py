"""What the overview and every page's freshness stamp read from a release."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.release import OpenRelease

_LAST_IMPORT = """
select run_id, source, report_type, file_name, finished_at
from ops.import_runs
where status = 'succeeded' and not coalesce(dry_run, false) and source <> 'build'
order by finished_at desc nulls last, run_id desc
limit 1
"""
_LOGICAL_DATE = "select max(logical_date) as logical_date from ops.releases where is_current"
_SOURCES = """
select source, last_success_at, age_hours, status, row_count
from ops.source_freshness
order by source
"""
_COUNTS = """
select
    (select count(*) from marts.dim_events) as event_count,
    (select count(*) from marts.dim_events where status = 'Completed') as completed_count,
    (
        select count(*) from marts.dim_events
        where session_date >= $today and status in ('Requested', 'Confirmed', 'Published')
    ) as upcoming_count,
    (select count(distinct teacher_key) from marts.fct_teacher_roster where is_active)
        as roster_teacher_count,
    (select count(*) from marts.dim_volunteers) as volunteer_count,
    (select count(*) from marts.dim_schools) as school_count,
    (select min(session_date) from marts.dim_events) as first_date,
    (select max(session_date) from marts.dim_events) as last_date
"""
_OPEN_TICKETS = """
select unmatched_type, count(*) as ticket_count, sum(affected_session_count) as session_count
from queues.queue_unmatched
where status = 'pending'
group by unmatched_type
order by ticket_count desc, unmatched_type
"""
_OPEN_FLAGS = """
select flag_type, count(*) as flag_count
from queues.queue_event_flags
where not is_resolved
group by flag_type
order by flag_count desc, flag_type
"""
_OPEN_VIOLATIONS = """
select severity, count(*) as violation_count
from queues.queue_dq_violations
where status = 'open'
group by severity
order by severity
"""


def last_import(release: OpenRelease) -> dict[str, Any] | None:
    """The newest import that succeeded; None before the first."""
    return release.row(_LAST_IMPORT)


def logical_date(release: OpenRelease) -> date | None:
    """The day the release takes for today."""
    row = release.row(_LOGICAL_DATE)
    return row["logical_date"] if row else None


def sources(release: OpenRelease) -> list[dict[str, Any]]:
    """Each source with its last success and a verdict on its age."""
    return release.rows(_SOURCES)


def counts(release: OpenRelease, today: date) -> dict[str, Any]:
    """How much of everything the release holds."""
    return release.rows(_COUNTS, {"today": today})[0]


def open_tickets(release: OpenRelease) -> list[dict[str, Any]]:
    """Open unmatched tickets per type."""
    return release.rows(_OPEN_TICKETS)


def open_flags(release: OpenRelease) -> list[dict[str, Any]]:
    """Open event flags per type."""
    return release.rows(_OPEN_FLAGS)


def open_violations(release: OpenRelease) -> list[dict[str, Any]]:
    """Open data-quality findings per severity."""
    return release.rows(_OPEN_VIOLATIONS)
