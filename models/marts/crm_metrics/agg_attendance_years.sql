{#- The attendance report (salesforce.md §6.3): Completed events of the year from June to May. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
periods as (select * from {{ ref('int_metrics__event_periods') }}),
scopes as (select * from {{ ref('int_metrics__event_scopes') }}),
contributions as (select * from {{ ref('int_metrics__contributions') }}),
attendance as (select * from {{ ref('int_metrics__event_attendance') }}),

judge as (
    select
        scopes.scope_type,
        scopes.scope_key,
        periods.period_label as attendance_year,
        listed.member_key,
        listed.hours,
        listed.kind = 'event' as is_event,
        listed.kind = 'volunteer' as is_volunteer,
        listed.kind = 'volunteer' and listed.is_confirmed as is_person,
        listed.kind = 'student' as is_student,
        case when listed.kind = 'event' then attendance.students_per_volunteer end
            as students_per_volunteer
    from events
    inner join periods
        on events.event_key = periods.event_key and periods.period_type = 'attendance_year'
    inner join scopes on events.event_key = scopes.event_key
    inner join contributions as listed on events.event_key = listed.event_key
    left join attendance on events.event_key = attendance.event_key
    where events.is_completed
)

select
    scope_type,
    scope_key,
    attendance_year,
    count(*) filter (where is_event) as event_count,
    count(distinct member_key) filter (where is_person) as volunteer_count,
    count(*) filter (where is_volunteer) as engagement_count,
    {{ summed_hours('hours', 'is_volunteer') }} as volunteer_hours,
    count(distinct member_key) filter (where is_student) as student_count,
    count(*) filter (where is_student) as student_attendance_count,
    round(avg(students_per_volunteer), 2) as students_per_volunteer_avg,
    count(students_per_volunteer) as events_with_detail_count
from judge
group by all
