"""An invented release of the size of four years of sessions, for measuring pages."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.support import fake_release
from tests.support.fake_release_work import LAST_RUN

NAME = "20260310T150000000Z-5ca1ed"

_SQL = f"""
insert into marts.dim_districts (district_key, district_name)
select 'dd-' || n, 'District ' || n from range(6) as t(n);
insert into marts.dim_schools (school_key, school_name, district_key, level)
select 'ss-' || n, 'School ' || n, 'dd-' || (n % 6), 'High' from range(180) as t(n);
insert into marts.dim_organizations (organization_key, organization_name)
select 'oo-' || n, 'Company ' || n from range(700) as t(n);
insert into marts.dim_teachers
    (teacher_key, teacher_name, first_name, last_name, email, school_key, district_key)
select 'tt-' || n, 'Given' || n || ' Family' || (n % 911), 'Given' || n, 'Family' || (n % 911),
    'given' || n || '@example.org', 'ss-' || (n % 180), 'dd-' || (n % 6)
from range(6000) as t(n);
insert into marts.dim_volunteers (person_key, first_name, last_name, email, organization_key)
select 'pp-' || n, 'Vol' || n, 'Person' || (n % 700), 'vol' || n || '@example.org',
    'oo-' || (n % 700)
from range(8000) as t(n);
insert into marts.dim_events
    (event_key, source, pathful_session_id, title, format, status, raw_status, session_date,
     start_at, is_time_known, duration_minutes, registered_student_count, attended_student_count,
     career_cluster, import_source, first_seen_run_id, last_seen_run_id)
select 'ee-' || n, 'pathful', (5000 + n)::varchar, 'Session number ' || n || ' on careers',
    'virtual', ['Completed', 'Confirmed', 'Published', 'Cancelled', 'Draft'][1 + n % 5],
    'Completed', date '2022-08-15' + (n % 1400)::integer,
    (date '2022-08-15' + (n % 1400)::integer)::timestamptz + interval 16 hour, true, 60, 30,
    if(n % 5 = 0, 25, null), 'Cluster ' || (n % 16), 'pathful_direct', '{LAST_RUN}', '{LAST_RUN}'
from range(10000) as t(n);
insert into marts.bridge_event_districts select 'ee-' || n, 'dd-' || (n % 6), 'educator_row'
from range(10000) as t(n);
insert into marts.bridge_event_schools select 'ee-' || n, 'ss-' || (n % 180)
from range(10000) as t(n);
insert into marts.fct_teacher_participation
    (event_key, teacher_key, attendance_status, imported_attendance_status, has_override,
     match_rule, import_source)
select 'ee-' || (n % 10000), 'tt-' || ((n * 7) % 6000),
    ['Attended', 'SignedUp', 'NoShow'][1 + n % 3], 'Attended', false, 'user_id', 'pathful_direct'
from range(25000) as t(n);
insert into marts.fct_volunteer_participation
    (participation_key, event_key, person_key, participant_type, attendance_status)
select 'vv-' || n, 'ee-' || (n % 10000), 'pp-' || (n % 8000), 'Presenter', 'Attended'
from range(9000) as t(n);
insert into marts.fct_teacher_progress
    (teacher_key, district_key, academic_year, virtual_year, period, building, school_key, email,
     teacher_name, grade, target_sessions, completed_sessions, planned_sessions,
     needs_review_sessions, no_show_sessions, progress_status, progress_pct, needed_sessions)
select 'tt-' || n, 'dd-' || (n % 6), '{fake_release.YEAR}', '{fake_release.YEAR}', period,
    'School ' || (n % 180), 'ss-' || (n % 180), 'given' || n || '@example.org',
    'Given' || n || ' Family' || (n % 911), '9', 1, n % 2, 0, 0, 0,
    ['Not Started', 'Achieved', 'In Progress', 'Achieved'][1 + n % 4], 100.0 * (n % 2), 0
from range(3000) as t(n), (values ('year'), ('fall'), ('spring')) as p(period);
insert into marts.agg_school_progress
select district_key, virtual_year, period, building, any_value(school_key), count(*),
    count(*) filter (progress_status = 'Achieved'),
    count(*) filter (progress_status = 'In Progress'),
    count(*) filter (progress_status = 'Not Started'), 50, 25, 25, 0, 0
from marts.fct_teacher_progress where teacher_key like 'tt-%'
group by all;
insert into marts.agg_district_progress
select district_key, virtual_year, period, count(distinct building), count(*),
    count(*) filter (progress_status = 'Achieved'),
    count(*) filter (progress_status = 'In Progress'),
    count(*) filter (progress_status = 'Not Started'), 50, 25, 25, 0, 0
from marts.fct_teacher_progress where teacher_key like 'tt-%'
group by all;
insert into queues.queue_unmatched
    (ticket_key, unmatched_type, status, attempted_name, attempted_school, reason,
     candidates_json, raw_json, affected_row_count, affected_session_count, last_seen_at)
select 'kk-' || n, ['teacher', 'volunteer', 'organization', 'school_unresolved'][1 + n % 4],
    'pending', 'Unknown Person' || n, 'School ' || n, 'No roster teacher has this name.',
    '[{{"kind": "teacher", "key": "tt-1", "label": "Given1 Family1", "why": "near name",'
    || ' "score": 0.9}}]', '{{"Name": "Unknown"}}', 3, 1 + n % 40,
    timestamptz '2026-03-10 14:15:00Z'
from range(1000) as t(n);
insert into ops.import_runs (run_id, source, status, report_type, file_name, started_at,
    finished_at, counts_json, rows_processed, rows_created, rows_skipped)
select 'rr-' || n, 'pathful', 'succeeded', 'session_report', 'file ' || n || '.xlsx',
    timestamptz '2026-01-01 00:00:00Z' + to_hours(n::integer),
    timestamptz '2026-01-01 00:05:00Z' + to_hours(n::integer),
    '{{"rows_processed": 30000, "rows_created": 20000, "rows_skipped": 10000,'
    || ' "skipped_by_reason": {{"unchanged": 10000}}}}', 30000, 20000, 10000
from range(60) as t(n);
insert into ops.import_rows (run_id, row_number, bucket, reason, event_key, person_key)
select 'rr-' || r, n + 2, if(n % 3 = 0, 'skipped', 'created'), if(n % 3 = 0, 'unchanged', null),
    'ee-' || (n % 10000), 'tt-' || (n % 6000)
from range(30000) as t(n), range(8) as runs(r);
"""


def publish(home: Path) -> Path:
    """Writes the release below `home`, besides the small one's content, and makes it current."""
    path = fake_release.publish(home, NAME)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(_SQL)
    return path
