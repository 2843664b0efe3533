"""An invented release of the size of the real CRM, for measuring its pages.

145,266 students, 12,000 volunteers, 3,000 organizations, 8,000 sessions of six years with 50,000
participations of volunteers and 200,000 of students, 40 districts.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.support import fake_release, fake_release_crm

_YEARS = (
    "(values ('2020-2021'), ('2021-2022'), ('2022-2023'), ('2023-2024'), ('2024-2025'),"
    " ('2025-2026'))"
)
_TYPES = "['career_jumping', 'dia', 'career_fair', 'workplace_visit', 'virtual_session']"
# Scope of every table of figures: all, none, and each district.
_SCOPES = """
select 'all' as scope_type, 'all' as scope_key
union all select 'district', 'Unknown'
union all select 'district', district_key from marts.dim_districts
"""
_SQL = f"""
insert into marts.dim_districts (district_key, district_name)
select 'cd-' || n, 'District of Town ' || n from range(38) as t(n);
insert into marts.dim_schools (school_key, school_name, district_key, level)
select 'cs-' || n, 'School ' || n, 'cd-' || (n % 38), ['Elementary', 'Middle', 'High'][1 + n % 3]
from range(600) as t(n);
insert into marts.dim_organizations (organization_key, organization_name, organization_type,
    salesforce_id, is_deleted)
select 'co-' || n, 'Organization ' || n, 'Business', '001' || n, false from range(3000) as t(n);
insert into marts.dim_volunteers (person_key, first_name, last_name, email, organization_key,
    employer, job_title, industry, skills, local_status, volunteer_status, is_contactable,
    is_deleted, salesforce_id, times_volunteered, credited_count, last_volunteer_date)
select 'cv-' || n, 'Given' || (n % 997), 'Family' || (n % 4001), 'v' || n || '@example.org',
    'co-' || (n % 3000), 'Organization ' || (n % 3000), 'Engineer ' || (n % 50),
    'Industry ' || (n % 30), 'Skill ' || (n % 40) || '; Skill ' || (n % 41), 'local', 'active',
    true, false, '003' || n, n % 20, n % 20, date '2020-09-01' + (n % 2000)::integer
from range(12000) as t(n);
insert into marts.bridge_volunteer_organizations (person_key, organization_key, status, is_primary)
select 'cv-' || (n % 12000), 'co-' || ((n * 7) % 3000), 'Current', n < 12000
from range(15000) as t(n);
insert into marts.bridge_volunteer_skills
select 'cv-' || (n % 12000), 'Skill ' || (n % 40) from range(24000) as t(n);
insert into marts.dim_contact_points (contact_point_key, person_key, kind, value, is_primary)
select 'cc-' || n, 'cv-' || (n % 12000), 'email', 'v' || n || '@example.org', n < 12000
from range(30000) as t(n);
insert into marts.dim_events (event_key, source, salesforce_id, title, event_type, format, status,
    raw_status, session_date, start_at, is_time_known, duration_minutes, session_host, school_key,
    import_source, inperson_page_visible, requested_volunteer_count, available_slot_count)
select 'ce-' || n, 'salesforce', 'a0B' || n, 'Session of the CRM ' || n, {_TYPES}[1 + n % 5],
    if(n % 5 = 4, 'virtual', 'in_person'), if(n < 7700, 'Completed', 'Confirmed'), 'x',
    if(n < 7700, date '2020-08-10' + (n % 2030)::integer, date '2026-03-11' + (n % 120)::integer),
    date '2020-08-10' + (n % 2030)::integer + interval 16 hour, true, 60,
    if(n % 3 = 0, 'PREPKC', 'Somebody'), 'cs-' || (n % 600), 'salesforce_sync', n % 2 = 0, 8, 3
from range(8000) as t(n);
insert into marts.bridge_event_districts
select 'ce-' || n, 'cd-' || (n % 38), 'sf_school' from range(8000) as t(n);
insert into marts.bridge_event_schools
select 'ce-' || n, 'cs-' || (n % 600) from range(8000) as t(n);
insert into marts.agg_event_staffing (event_key, session_date, event_type, status, is_upcoming,
    is_needing_volunteers, requested_volunteer_count, volunteer_count, attended_student_count)
select event_key, session_date, event_type, status, status = 'Confirmed', status = 'Confirmed', 8,
    3, if(status = 'Completed', 25, null)
from marts.dim_events where event_key like 'ce-%';
insert into marts.fct_volunteer_participation (participation_key, event_key, person_key,
    participant_type, status, attendance_status, is_credited, hours, hours_source)
select 'cp-' || n, 'ce-' || (n % 8000), 'cv-' || ((n * 11) % 12000), 'Volunteer', 'Attended',
    'Attended', true, 1.25, 'delivery'
from range(50000) as t(n);
insert into marts.fct_volunteer_events (event_key, person_key, list_type, session_date, event_type,
    volunteer_hours, status)
select event_key, 'cv-' || ((n * 11) % 12000), if(n % 3 = 0, 'future', 'recent'), session_date,
    event_type, 1.25, 'Attended'
from range(30000) as t(n)
inner join marts.dim_events on event_key = 'ce-' || (n % 8000);
insert into marts.agg_volunteer_engagement (person_key, school_year, host, organization_key,
    organization_name, event_count, in_person_event_count, virtual_event_count, engagement_count,
    volunteer_hours, in_person_hours, virtual_hours, strict_volunteer_hours, last_event_date,
    event_types, is_on_thank_you_list, is_mailable, is_first_time, hours_rank)
select 'cv-' || n, year, host, 'co-' || (n % 3000), 'Organization ' || (n % 3000), 3, 2, 1, 3,
    4.25, 3.0, 1.25, 3.0, date '2025-11-01', 'dia; career_fair', true, true, false, n
from range(0, 12000, 2) as t(n), {_YEARS} as y(year), (values ('all'), ('prepkc')) as h(host);
insert into marts.agg_organization_engagement (organization_key, organization_name,
    organization_type, school_year, membership_mode, event_count, in_person_event_count,
    virtual_event_count, volunteer_count, volunteer_hours, attributed_hours,
    strict_volunteer_hours, virtual_volunteer_hours, hours_rank)
select 'co-' || n, 'Organization ' || n, 'Business', year, mode, 5, 4, 1, 6, 12.25, 10.0, 8.0,
    1.25, n
from range(3000) as t(n), (select * from {_YEARS} union all select 'all') as y(year),
    (values ('verified'), ('full')) as m(mode);
insert into marts.fct_recruitment_candidates (event_key, person_key, candidate_rank, score,
    same_type_score, skill_score, keyword_score, recency_score, frequency_score, local_score,
    reasons)
select 'ce-' || (7700 + e), 'cv-' || ((e * 131 + n * 5) % 12000), n + 1, 3.0 - n / 1000.0, 1, 0.8,
    0.6, 0.35, 0.3, 0.2, 'Came to the same kind of session 4 times'
from range(100) as t(e), range(2000) as u(n);
insert into marts.fct_communications (communication_key, person_key, activity_type, subject,
    occurred_at, direction, source_object)
select 'cm-' || n, 'cv-' || ((n * 13) % 12000), 'Email', 'Subject ' || n,
    timestamptz '2021-01-01 12:00:00Z' + to_hours((n % 40000)::integer), 'outgoing', 'Task'
from range(200000) as t(n);
insert into marts.dim_students (student_key, salesforce_id, student_id, first_name, last_name,
    school_key, district_key, current_grade, school_assignment_status, primary_affiliation_id,
    is_active, is_deleted)
select 'ct-' || n, '003S' || n, '9' || n, 'Pupil' || (n % 997), 'Family' || (n % 4001),
    if(n < 28000, 'cs-' || (n % 600), null), if(n < 28000, 'cd-' || (n % 38), null), n % 13,
    if(n < 28000, 'assigned', 'no_affiliation'), null, true, false
from range(145266) as t(n);
insert into marts.fct_student_participation (participation_key, event_key, student_key, status,
    is_attended)
select 'cx-' || n, 'ce-' || (n % 7700), 'ct-' || ((n * 17) % 145266), 'Attended', true
from range(200000) as t(n);
insert into ops.external_id_map (entity_type, external_system, external_id, entity_id, match_rule,
    is_active)
select 'volunteer', 'salesforce', '003' || n, 'cv-' || n, 'own', true from range(12000) as t(n)
union all
select 'student', 'salesforce', '003S' || n, 'ct-' || n, 'own', true from range(145266) as t(n);
insert into marts.agg_district_impact (scope_type, scope_key, school_year, host, event_count,
    student_attendance_count, student_count, volunteer_count, volunteer_hours,
    needs_attendance_count)
select scope_type, scope_key, year, host, 40, 900, 700, 80, 120.25, 2
from ({_SCOPES}) as s, {_YEARS} as y(year), (values ('all'), ('prepkc')) as h(host)
where (scope_key, year) not in (select (scope_key, school_year) from marts.agg_district_impact);
insert into marts.agg_district_programs (scope_type, scope_key, school_year, host, program_key,
    program_name, counting_rule, event_count, student_count)
select scope_type, scope_key, year, host, 'p' || n, 'Program ' || n, 'students', 4, 70
from ({_SCOPES}) as s, {_YEARS} as y(year), (values ('all'), ('prepkc')) as h(host),
    range(14) as t(n);
insert into marts.agg_event_types (scope_type, scope_key, school_year, host, event_type,
    event_count, volunteer_hours, student_attendance_count)
select scope_type, scope_key, year, host, 'type_' || n, 4, 5.25, 70
from ({_SCOPES}) as s, {_YEARS} as y(year), (values ('all'), ('prepkc')) as h(host),
    range(20) as t(n);
insert into marts.agg_school_impact (school_key, school_name, district_key, level, school_year,
    event_count, completed_event_count, student_count, own_student_count, volunteer_hours)
select school_key, school_name, district_key, level, year, 3, 3, 60, 50, 9.25
from marts.dim_schools, {_YEARS} as y(year) where school_key like 'cs-%';
insert into marts.agg_impact_years (year_type, year_label, starts_on, ends_on, scope_type,
    scope_key, format, event_count, volunteer_count, volunteer_hours, student_count)
select 'school_year', year, make_date(year[:4]::integer, 8, 1), make_date(year[6:]::integer, 7, 31),
    scope_type, scope_key, format, 40, 80, 120.25, 700
from ({_SCOPES}) as s, {_YEARS} as y(year),
    (values ('all'), ('virtual'), ('in_person')) as f(format)
where year <> '2025-2026' or scope_key like 'cd-%';
insert into marts.agg_monthly_impact (month_date, scope_type, scope_key, format, event_count,
    volunteer_count, volunteer_hours, student_count)
select month_date::date, scope_type, scope_key, format, 4, 8, 12.25, 70
from ({_SCOPES}) as s, (values ('all'), ('virtual'), ('in_person')) as f(format),
    range(date '2020-08-01', date '2025-08-01', interval 1 month) as m(month_date);
"""


def publish(home: Path) -> Path:
    """Writes the release below `home`, besides the small one's content, and makes it current."""
    path = fake_release_crm.publish(home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(_SQL)
    assert path.stem == fake_release.NAME
    return path
