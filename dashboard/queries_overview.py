"""What the overview and every page's freshness stamp read from a release."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dashboard.release import OpenRelease
from polaris import freshness

_LAST_IMPORT = """
select run_id, source, report_type, file_name, finished_at
from ops.import_runs
where status = 'succeeded' and not coalesce(dry_run, false) and source <> 'build'
order by finished_at desc nulls last, run_id desc
limit 1
"""
_LOGICAL_DATE = "select max(logical_date) as logical_date from ops.releases where is_current"
_SOURCES = "select * from ops.source_freshness order by source"
_COUNTS = """
select
    (select count(*) from marts.dim_events) as event_count,
    (select count(*) from marts.dim_events where status = 'Completed') as completed_count,
    (
        select count(*) from marts.dim_events
        where session_date >= $today and status in ('Requested', 'Confirmed', 'Published')
    ) as upcoming_count,
    (
        select count(distinct teacher_key) from marts.fct_teacher_roster
        where is_active and ($year is null or virtual_year = $year)
    ) as roster_teacher_count,
    (select count(*) from marts.dim_events where source = 'salesforce') as crm_event_count,
    (select count(*) from marts.dim_volunteers where not coalesce(is_deleted, false))
        as volunteer_count,
    (
        select count(distinct person_key) from marts.fct_volunteer_participation
        where
            participant_type is distinct from 'Volunteer'
            or attendance_status in ('Attended', 'SignedUp')
    ) as presenter_count,
    (select count(*) from marts.dim_schools where not coalesce(is_deleted, false))
        as school_count,
    (select min(session_date) from marts.dim_events) as first_date,
    (select max(session_date) from marts.dim_events) as last_date
"""
_RECRUITMENT = """
select urgency, count(*) as open_count
from queues.queue_presenter_recruitment
group by urgency
"""


def last_import(release: OpenRelease) -> dict[str, Any] | None:
    """The newest import that succeeded; None before the first."""
    return release.row(_LAST_IMPORT)


def logical_date(release: OpenRelease) -> date | None:
    """The day the release takes for today."""
    row = release.row(_LOGICAL_DATE)
    return row["logical_date"] if row else None


def sources(release: OpenRelease) -> list[dict[str, Any]]:
    """Each source with its last success and a verdict on its age, which is that of now."""
    return aged(release, release.rows(_SOURCES))


def aged(release: OpenRelease, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was measured when the release was built, as old as it is now."""
    return freshness.aged(rows, datetime.now(UTC), release.published_at, logical_date(release))


def counts(release: OpenRelease, today: date, year: str | None) -> dict[str, Any]:
    """How much of everything the release holds; roster teachers of the virtual year, None of any.

    `presenter_count` are the people who present or volunteer in the sessions of the release.
    """
    return release.rows(_COUNTS, {"today": today, "year": year})[0]


def recruitment(release: OpenRelease) -> dict[str, int]:
    """Coming sessions without a presenter: urgency -> count."""
    return {row["urgency"]: row["open_count"] for row in release.rows(_RECRUITMENT)}
