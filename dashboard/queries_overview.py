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
_OPEN_WORK = """
select 'flags' as queue, flag_type as kind, count(*) as open_count
from queues.queue_event_flags
where not is_resolved and ($owner is null or assigned_to = $owner)
group by all
union all
select 'drafts', confidence, count(*) from queues.queue_draft_review group by all
union all
select 'recruitment', urgency, count(*)
from queues.queue_presenter_recruitment group by all
union all
select 'duplicates', status, count(*)
from queues.queue_teacher_duplicates where status = 'pending' group by all
union all
select 'duplicate_volunteers', decision, count(*)
from queues.queue_duplicate_pairs
where decision = 'pending' and match_type is distinct from 'household'
    and coalesce(is_asked, true)
group by all
order by queue, open_count desc, kind
"""
_STAFF_FLAGS = """
select count(*) as n from queues.queue_event_flags
where not is_resolved and assigned_to = 'staff'
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


def staff_flag_count(release: OpenRelease) -> int:
    """Open flags that staff settle."""
    return int(release.rows(_STAFF_FLAGS)[0]["n"])


def open_work(release: OpenRelease, owner: str | None = None) -> dict[str, dict[str, int]]:
    """How much of each kind waits in each queue: queue -> kind -> count, the most first.

    Tickets and issue reports have queries of their own. `owner` of the flags: staff or
    district_admin, None for both.
    """
    found: dict[str, dict[str, int]] = {}
    for row in release.rows(_OPEN_WORK, {"owner": owner}):
        found.setdefault(row["queue"], {})[str(row["kind"])] = row["open_count"]
    return found
