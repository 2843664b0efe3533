with

archived as (select * from {{ ref('stg_archive__progress') }}),
progress as (select * from {{ ref('fct_teacher_progress') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),

decided as (
    select
        subject_key as semester,
        decision_id
    from decisions
    where action = 'archive_semester' and subject_type = 'semester'
    qualify row_number() over (partition by subject_key order by decision_seq) = 1
),

-- What was archived before the end holds while its decision stands, and gives way to what was
-- archived at the end. What no decision archived and is not over was archived by a clock that ran
-- ahead.
standing as (
    select
        archived.teacher_key,
        coalesce(former_keys.place_key, archived.district_key) as district_key,
        archived.virtual_year,
        archived.academic_year,
        archived.period,
        archived.semester_name,
        archived.date_from,
        archived.date_to,
        archived.teacher_name,
        archived.building,
        archived.email,
        archived.grade,
        archived.target_sessions,
        archived.completed_sessions,
        archived.planned_sessions,
        archived.no_show_sessions,
        archived.progress_status,
        archived.status_text,
        archived.progress_pct,
        archived.archived_at,
        archived.decision_id,
        archived.district_key as archived_district_key
    from archived
    left join decided on archived.decision_id = decided.decision_id
    left join former_keys
        on archived.district_key = former_keys.former_key and former_keys.entity_type = 'district'
    where
        decided.decision_id is not null
        or (
            archived.decision_id is null
            and coalesce(archived.date_to < {{ logical_date() }}, true)
        )
),

of_semester as (
    select *
    from standing
    qualify
        dense_rank() over (
            partition by district_key, virtual_year, period
            order by decision_id nulls first
        ) = 1
),

-- A teacher whom two districts archived that are one today has the row of the surviving one.
landed as (
    select *
    from of_semester
    qualify
        row_number() over (
            partition by teacher_key, district_key, virtual_year, period
            order by archived_district_key = district_key desc, archived_district_key asc
        ) = 1
),

closed_scopes as (
    select distinct
        district_key,
        virtual_year,
        period
    from landed
),

-- The first weeks of a warehouse go by until its files are there and its tickets answered; what was
-- archived before that would be wrong for ever.
first_report as (
    select
        cast({{ utc_to_site_local('min(landed_at)') }} as date)
        + {{ var('archive_settling_days') }} as settled_on
    from loads
    where report_type = 'session_report'
),

judged as (
    select
        progress.*,
        decided.decision_id,
        coalesce(
            progress.window_end_date + {{ var('archive_settling_days') }} < {{ logical_date() }}
            and first_report.settled_on <= {{ logical_date() }},
            false
        ) as is_over
    from progress
    cross join first_report
    left join decided on progress.virtual_year || '/' || progress.period = decided.semester
    left join closed_scopes
        on
            progress.district_key = closed_scopes.district_key
            and progress.virtual_year = closed_scopes.virtual_year
            and progress.period = closed_scopes.period
    where progress.period in ('fall', 'spring') and closed_scopes.district_key is null
),

due as (
    select *
    from judged
    where
        is_over
        or (decision_id is not null and window_start_date <= {{ logical_date() }})
)

select
    teacher_key,
    district_key,
    virtual_year,
    academic_year,
    period,
    semester_name,
    date_from,
    date_to,
    teacher_name,
    building,
    email,
    grade,
    target_sessions,
    completed_sessions,
    planned_sessions,
    no_show_sessions,
    progress_status,
    status_text,
    progress_pct,
    archived_at,
    decision_id
from landed
union all
select
    teacher_key,
    district_key,
    virtual_year,
    academic_year,
    period,
    upper(left(period, 1)) || substr(period, 2) || ' ' || year(window_start_date) as semester_name,
    window_start_date as date_from,
    window_end_date as date_to,
    teacher_name,
    building,
    email,
    grade,
    target_sessions,
    completed_sessions,
    planned_sessions,
    no_show_sessions,
    progress_status,
    case
        when progress_status = 'Achieved' then 'Goal Achieved'
        when needs_planning then 'Needs Planning'
        else 'In Progress'
    end as status_text,
    progress_pct,
    {{ site_local_to_utc("cast(" ~ logical_date() ~ " as timestamp)") }} as archived_at,
    case when not is_over then decision_id end as decision_id
from due
