{#- Every school in every school year, with zeros where nothing happened (salesforce.md §6.2, M51).
    Events without a school stand under `Unknown` (C5). -#}
with

schools as (select * from {{ ref('dim_schools') }}),
events as (select * from {{ ref('int_metrics__events') }}),
periods as (select * from {{ ref('int_metrics__event_periods') }}),
contributions as (select * from {{ ref('int_metrics__contributions') }}),
student_credits as (select * from {{ ref('int_metrics__student_credits') }}),

event_years as (
    select
        periods.event_key,
        periods.period_label as school_year,
        events.is_completed
    from periods
    inner join events on periods.event_key = events.event_key
    where periods.period_type = 'school_year' and not events.is_cancelled
),

list_event_schools as (
    select
        event_years.event_key,
        event_years.school_year,
        event_years.is_completed,
        coalesce(listed.member_key, 'Unknown') as school_key
    from event_years
    left join contributions as listed
        on event_years.event_key = listed.event_key and listed.kind = 'school'
),

measure_events as (
    select
        places.school_key,
        places.school_year,
        count(*) filter (where listed.kind = 'event') as event_count,
        count(*) filter (where listed.kind = 'event' and places.is_completed)
            as completed_event_count,
        count(*) filter (where listed.kind = 'student') as student_attendance_count,
        count(distinct listed.member_key) filter (where listed.kind = 'student')
            as student_count,
        count(distinct listed.member_key) filter (
            where listed.kind = 'volunteer' and listed.is_confirmed
        ) as volunteer_count,
        count(*) filter (where listed.kind = 'volunteer') as engagement_count,
        {{ summed_hours('listed.hours', "listed.kind = 'volunteer'") }} as volunteer_hours
    from list_event_schools as places
    inner join contributions as listed on places.event_key = listed.event_key
    group by places.school_key, places.school_year
),

count_own_students as (
    select
        event_years.school_year,
        coalesce(student_credits.home_school_key, 'Unknown') as school_key,
        count(distinct student_credits.student_key) as own_student_count
    from student_credits
    inner join event_years on student_credits.event_key = event_years.event_key
    group by all
),

list_schools as (
    select
        school_key,
        school_name,
        district_key,
        level
    from schools
    union all
    select
        'Unknown' as school_key,
        'Unknown' as school_name,
        cast(null as varchar) as district_key,
        cast(null as varchar) as level
),

list_years as (
    select distinct school_year
    from event_years
)

select
    list_schools.school_key,
    list_schools.school_name,
    list_schools.district_key,
    list_schools.level,
    list_years.school_year,
    coalesce(measure_events.event_count, 0) as event_count,
    coalesce(measure_events.completed_event_count, 0) as completed_event_count,
    coalesce(measure_events.student_attendance_count, 0) as student_attendance_count,
    coalesce(measure_events.student_count, 0) as student_count,
    coalesce(count_own_students.own_student_count, 0) as own_student_count,
    coalesce(measure_events.volunteer_count, 0) as volunteer_count,
    coalesce(measure_events.engagement_count, 0) as engagement_count,
    coalesce(measure_events.volunteer_hours, 0) as volunteer_hours
from list_schools
cross join list_years
left join measure_events
    on
        list_schools.school_key = measure_events.school_key
        and list_years.school_year = measure_events.school_year
left join count_own_students
    on
        list_schools.school_key = count_own_students.school_key
        and list_years.school_year = count_own_students.school_year
