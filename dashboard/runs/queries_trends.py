"""What was imported, held back and repeated by day, and what one import changed since another."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.release import OpenRelease

Row = dict[str, Any]

_DAY = "cast(timezone('America/Chicago', {instant}) as date)"
_RUN_DAY = _DAY.format(instant="runs.started_at")
_BOUNDS = f"""
select max({_RUN_DAY}) as last_day
from ops.import_runs as runs
where not coalesce(runs.dry_run, false)
"""
_SOURCES = """
select distinct source from ops.import_runs where source is not null order by 1
"""
# A blank row is none that could be rejected; what a run had to judge, its metrics say by kind of
# record. Those of an earlier version do not, and all its rows count.
# Repeated rows are those of a file that stand in it twice, and records that are somebody known.
_DAYS = f"""
with repeated as (
    select run_id, count(*) as row_count
    from ops.import_skips
    where skip_reason = 'duplicate_row' or skip_type like 'duplicate%'
    group by run_id
)
select
    {_RUN_DAY} as day,
    runs.source,
    count(*) as run_count,
    count(*) filter (where runs.status in ('failed', 'partially_failed')) as failed_count,
    coalesce(sum(runs.rows_processed), 0) as row_count,
    coalesce(sum(coalesce(
        list_sum(cast(json_extract(runs.metrics_json, '$.dq.*.rows_evaluated') as bigint[])),
        runs.rows_processed
    )), 0) as evaluated_count,
    coalesce(sum(runs.rows_created), 0) as created_count,
    coalesce(sum(runs.rows_updated), 0) as updated_count,
    coalesce(sum(runs.rows_skipped), 0) as skipped_count,
    coalesce(sum(runs.rows_unmatched), 0) as unmatched_count,
    coalesce(sum(runs.rows_invalid), 0) as invalid_count,
    coalesce(sum(repeated.row_count), 0) as duplicate_count
from ops.import_runs as runs
left join repeated using (run_id)
where not coalesce(runs.dry_run, false)
    and {_RUN_DAY} between $first_day and $last_day
    and ($source is null or runs.source = $source)
group by all
order by day, runs.source
"""
# How long ago the last success was when each day ended in Chicago; today has not ended yet. What
# brings nothing has no age.
_AGES = """
with days as (
    select unnest(generate_series($first_day, $last_day, interval 1 day)) as midnight
),
clock as (
    select greatest(now(), max(published_at)) as instant from ops.releases where is_current
),
ends as (
    select
        cast(midnight as date) as day,
        least(timezone('America/Chicago', midnight + interval 1 day), instant) as ended_at
    from days, clock
    where timezone('America/Chicago', cast(midnight as timestamp)) < instant
),
successes as (
    select source, finished_at
    from ops.import_runs
    where status = 'succeeded' and not coalesce(dry_run, false) and finished_at is not null
        and source not in ('build', 'rollback', 'retention')
        and ($source is null or source = $source)
)
select
    ends.day,
    successes.source,
    round(date_diff('minute', max(successes.finished_at), ends.ended_at) / 60.0, 1) as age_hours
from ends
inner join successes on successes.finished_at < ends.ended_at
group by ends.day, ends.ended_at, successes.source
order by ends.day, successes.source
"""
_SESSIONS = """
select session_date as day, status, count(*) as session_count
from marts.dim_events
where session_date between $first_day and $last_day
group by all
order by day, status
"""
_REPORTS = """
select runs.run_id, runs.file_name, runs.started_at, runs.load_seq
from ops.import_runs as runs
where runs.report_type = 'session_report' and runs.status = 'succeeded'
    and not coalesce(runs.dry_run, false) and runs.load_seq is not null
    and exists (select 1 from ops.import_rows as rows where rows.run_id = runs.run_id)
order by runs.load_seq desc
limit 200
"""
# The first thing known before and the last thing known after, of every session that changed.
_CHANGES = """
select
    any_value(event_key) as event_key,
    bool_or(is_new) as is_new,
    first(title_before order by load_seq) as title_before,
    last(title order by load_seq) as title,
    first(status_before order by load_seq) as status_before,
    last(status order by load_seq) as status,
    first(session_date_before order by load_seq) as session_date_before,
    last(session_date order by load_seq) as session_date,
    first(start_at_before order by load_seq) as start_at_before,
    last(start_at order by load_seq) as start_at,
    first(registered_before order by load_seq) as registered_before,
    last(registered order by load_seq) as registered,
    first(attended_before order by load_seq) as attended_before,
    last(attended order by load_seq) as attended,
    cast(sum(new_teacher_count) as bigint) as new_teacher_count,
    cast(sum(changed_teacher_count) as bigint) as changed_teacher_count
from ops.session_changes
where load_seq > $earlier and load_seq <= $later
group by session_key
order by last(session_date order by load_seq) desc nulls last, session_key
"""
# Named by the earlier report and not by the later one, although that has sessions before and after.
_GONE = """
with named as (
    select distinct rows.run_id, rows.event_key, events.title, events.status, events.session_date
    from ops.import_rows as rows
    inner join marts.dim_events as events using (event_key)
    where rows.run_id in ($earlier_run, $later_run)
),
span as (
    select min(session_date) as first_day, max(session_date) as last_day
    from named where run_id = $later_run
)
select event_key, title, status, session_date
from named
where run_id = $earlier_run
    and session_date between (select first_day from span) and (select last_day from span)
    and event_key not in (select event_key from named where run_id = $later_run)
order by session_date desc, title, event_key
"""


def last_day(release: OpenRelease) -> date | None:
    """The day of the last run in Chicago; None before the first."""
    row = release.row(_BOUNDS)
    return row["last_day"] if row else None


def newest_day(release: OpenRelease, today: date) -> date:
    """The last day that pages show of runs: today, or that of a run after the release's today.

    A sample takes another day for today than the one on which it ran.
    """
    return max(last_day(release) or today, today)


def sources(release: OpenRelease) -> list[str]:
    """Sources that ever had a run."""
    return [row["source"] for row in release.rows(_SOURCES)]


def days(release: OpenRelease, first: date, last: date, source: str | None) -> list[Row]:
    """Counts of runs and rows by day and source; days without a run have no row."""
    return release.rows(_DAYS, {"first_day": first, "last_day": last, "source": source})


def ages(release: OpenRelease, first: date, last: date, source: str | None) -> list[Row]:
    """Hours since the last success of each source at the end of each day, of today until now."""
    return release.rows(_AGES, {"first_day": first, "last_day": last, "source": source})


def sessions(release: OpenRelease, first: date, last: date) -> list[Row]:
    """Sessions by their day and status."""
    return release.rows(_SESSIONS, {"first_day": first, "last_day": last})


def reports(release: OpenRelease) -> list[Row]:
    """Session Reports that were imported, the newest first."""
    return release.rows(_REPORTS)


def changes(release: OpenRelease, earlier: int, later: int) -> list[Row]:
    """What the loads after `earlier` up to `later` changed, a row per session."""
    return release.rows(_CHANGES, {"earlier": earlier, "later": later})


def gone(release: OpenRelease, earlier_run: str, later_run: str) -> list[Row]:
    """Sessions of the earlier report that the later one should name and does not."""
    return release.rows(_GONE, {"earlier_run": earlier_run, "later_run": later_run})
