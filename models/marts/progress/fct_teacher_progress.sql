with

roster as (select * from {{ ref('fct_teacher_roster') }}),
attendance as (select * from {{ ref('int_virtual__teacher_attendance') }}),
events as (select * from {{ ref('int_virtual__events') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
periods as (select * from {{ ref('rule_progress_periods') }}),

-- One row per teacher, district and virtual year, also where two academic years share one.
keep_active_teachers as (
    select
        roster_key,
        teacher_key,
        district_key,
        virtual_year,
        academic_year,
        school_key,
        building,
        teacher_name,
        email,
        grade,
        coalesce(nullif(target_sessions, 0), {{ var('default_target_sessions') }})
            as target_sessions
    from roster
    where is_active
    qualify
        row_number() over (
            partition by teacher_key, district_key, virtual_year
            order by academic_year desc, roster_key asc
        ) = 1
),

-- A building that the roster spells in several ways bears its most frequent spelling.
name_buildings as (
    select
        district_key,
        virtual_year,
        school_key,
        building
    from keep_active_teachers
    where school_key is not null and building is not null
    group by district_key, virtual_year, school_key, building
    qualify
        row_number() over (
            partition by district_key, virtual_year, school_key
            order by count(*) desc, building asc
        ) = 1
),

list_years as (
    select distinct
        virtual_year,
        try_cast(left(virtual_year, 4) as integer) as first_year
    from keep_active_teachers
),

open_windows as (
    select
        list_years.virtual_year,
        periods.period,
        make_date(list_years.first_year + periods.start_year_offset, periods.start_month, 1)
            as starts_on,
        make_date(list_years.first_year + periods.end_year_offset, periods.end_month, 1)
            as ends_before
    from list_years
    cross join periods
),

add_year_bounds as (
    select
        virtual_year,
        period,
        starts_on,
        ends_before,
        min(starts_on) over (partition by virtual_year) as year_starts_on,
        max(ends_before) over (partition by virtual_year) as year_ends_before
    from open_windows
),

classify_sessions as (
    select
        attendance.teacher_key,
        attendance.event_key,
        attendance.has_override,
        attendance.is_no_show,
        events.session_date,
        attendance.is_credited as is_completed,
        attendance.attendance_status = 'SignedUp'
        and status_rules.is_planned
        and events.session_date >= {{ logical_date() }} as is_planned,
        attendance.attendance_status = 'SignedUp'
        and status_rules.is_in_flight
        and events.session_date < {{ logical_date() }} as is_in_need_of_review
    from attendance
    inner join events on attendance.event_key = events.event_key
    inner join status_rules on events.status = status_rules.status
),

place_sessions as (
    select
        teachers.teacher_key,
        teachers.district_key,
        windows.virtual_year,
        windows.period,
        windows.starts_on,
        windows.ends_before,
        sessions.event_key,
        sessions.has_override,
        sessions.is_completed,
        sessions.is_planned,
        sessions.is_in_need_of_review,
        sessions.is_no_show,
        sessions.session_date >= windows.starts_on
        and sessions.session_date < windows.ends_before as is_in_period
    from keep_active_teachers as teachers
    inner join add_year_bounds as windows on teachers.virtual_year = windows.virtual_year
    left join classify_sessions as sessions
        on
            teachers.teacher_key = sessions.teacher_key
            and windows.year_starts_on <= sessions.session_date
            and windows.year_ends_before > sessions.session_date
),

-- Planned looks at the whole year in every period (pathful.md 5.2).
count_sessions as (
    select
        teacher_key,
        district_key,
        virtual_year,
        period,
        starts_on,
        ends_before,
        count(distinct case when is_completed and is_in_period then event_key end)
            as completed_sessions,
        count(distinct case when is_planned then event_key end) as planned_sessions,
        count(distinct case when is_in_need_of_review and is_in_period then event_key end)
            as needs_review_sessions,
        count(distinct case when is_no_show and is_in_period then event_key end)
            as no_show_sessions,
        count(distinct case when has_override and is_in_period then event_key end)
            as overridden_sessions
    from place_sessions
    group by all
),

judge_progress as (
    select
        counts.*,
        teachers.roster_key,
        teachers.academic_year,
        teachers.school_key,
        teachers.teacher_name,
        teachers.email,
        teachers.grade,
        teachers.target_sessions,
        coalesce(name_buildings.building, teachers.building) as building,
        case
            when counts.completed_sessions >= teachers.target_sessions then 'Achieved'
            when counts.completed_sessions > 0 or counts.planned_sessions > 0 then 'In Progress'
            else 'Not Started'
        end as progress_status
    from count_sessions as counts
    inner join keep_active_teachers as teachers
        on
            counts.teacher_key = teachers.teacher_key
            and counts.district_key = teachers.district_key
            and counts.virtual_year = teachers.virtual_year
    left join name_buildings
        on
            teachers.district_key = name_buildings.district_key
            and teachers.virtual_year = name_buildings.virtual_year
            and teachers.school_key = name_buildings.school_key
)

select
    teacher_key,
    district_key,
    virtual_year,
    period,
    roster_key,
    academic_year,
    school_key,
    building,
    teacher_name,
    email,
    grade,
    completed_sessions,
    planned_sessions,
    needs_review_sessions,
    no_show_sessions,
    progress_status,
    starts_on as window_start_date,
    cast(ends_before - interval 1 day as date) as window_end_date,
    cast(target_sessions as bigint) as target_sessions,
    cast(
        least(100, round(100.0 * completed_sessions / target_sessions, 1)) as double
    ) as progress_pct,
    cast(
        greatest(0, target_sessions - completed_sessions - planned_sessions) as bigint
    ) as needed_sessions,
    progress_status <> 'Achieved'
    and completed_sessions + planned_sessions < target_sessions as needs_planning,
    progress_status <> 'Achieved' and needs_review_sessions > 0 as needs_review,
    overridden_sessions > 0 as has_override
from judge_progress
