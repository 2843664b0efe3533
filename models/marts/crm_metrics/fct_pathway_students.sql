{#- Students of the pathway events of a year from June to May (salesforce.md §6.3). Keys only. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
periods as (select * from {{ ref('int_metrics__event_periods') }}),
student_credits as (select * from {{ ref('int_metrics__student_credits') }}),
students as (select * from {{ ref('dim_students') }}),
pathway_types as (select * from {{ ref('map_pathway_types') }}),

measure as (
    select
        student_credits.student_key,
        periods.period_label as attendance_year,
        cast(year(periods.ends_on) as bigint) as end_year,
        count(*) as event_count,
        {{ list_text('events.event_type') }} as attended_event_types,
        {{ summed_hours('student_credits.delivery_hours', 'true') }} as delivery_hours,
        min(events.session_date) as first_event_date,
        max(events.session_date) as last_event_date
    from student_credits
    inner join events on student_credits.event_key = events.event_key
    inner join pathway_types on events.event_type = pathway_types.event_type
    inner join periods
        on events.event_key = periods.event_key and periods.period_type = 'attendance_year'
    where events.is_completed
    group by all
)

select
    measure.student_key,
    measure.attendance_year,
    measure.event_count,
    measure.attended_event_types,
    measure.delivery_hours,
    measure.first_event_date,
    measure.last_event_date,
    measure.end_year + 12 - students.current_grade as graduation_year
from measure
left join students on measure.student_key = students.student_key
