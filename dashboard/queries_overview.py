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
_OPEN_WORK = """
select 'flags' as queue, flag_type as kind, count(*) as open_count
from queues.queue_event_flags where not is_resolved group by all
union all
select 'drafts', confidence, count(*) from queues.queue_draft_review group by all
union all
select 'unmatched', unmatched_type, count(*)
from queues.queue_unmatched where status = 'pending' group by all
union all
select 'recruitment', urgency, count(*)
from queues.queue_presenter_recruitment group by all
union all
select 'issues', category, count(*)
from queues.queue_issue_reports where status = 'open' group by all
union all
select 'duplicates', status, count(*)
from queues.queue_teacher_duplicates where status = 'pending' group by all
union all
select 'findings', severity, count(*)
from queues.queue_dq_violations where status = 'open' group by all
order by queue, open_count desc, kind
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


def open_work(release: OpenRelease) -> dict[str, dict[str, int]]:
    """How much of each kind waits in each queue: queue -> kind -> count, the most first."""
    found: dict[str, dict[str, int]] = {}
    for row in release.rows(_OPEN_WORK):
        found.setdefault(row["queue"], {})[str(row["kind"])] = row["open_count"]
    return found
