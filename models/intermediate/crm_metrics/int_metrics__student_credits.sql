{#- Which student attended which event (M10), with the district of the student's own school and not
    of the event (X21). A student whom the CRM has twice is one, by the record that counts (C2). One
    row per event and student; cancelled events credit nobody. -#}
with

participations as (select * from {{ ref('fct_student_participation') }}),
events as (select * from {{ ref('int_metrics__events') }}),
students as (select * from {{ ref('dim_students') }}),
schools as (select * from {{ ref('dim_schools') }}),

attend_once as (
    select
        participations.event_key,
        participations.canonical_student_key as student_key,
        max(participations.delivery_hours) as delivery_hours
    from participations
    inner join events on participations.event_key = events.event_key
    where
        participations.is_attended
        and participations.canonical_student_key is not null
        and not events.is_cancelled
    group by participations.event_key, participations.canonical_student_key
)

select
    attend_once.event_key,
    attend_once.student_key,
    attend_once.delivery_hours,
    students.school_key as home_school_key,
    coalesce(students.district_key, schools.district_key) as home_district_key,
    schools.level as home_school_level
from attend_once
left join students on attend_once.student_key = students.student_key
left join schools on students.school_key = schools.school_key
