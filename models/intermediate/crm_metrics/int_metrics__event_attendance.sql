{#- How many students an event had, by what staff counted and by the students credited, and what
    that makes per volunteer (M110). One row per event that is not cancelled. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
details as (select * from {{ ref('int_metrics__attendance_details') }}),
student_credits as (select * from {{ ref('int_metrics__student_credits') }}),

count_students as (
    select
        event_key,
        count(*) as attended_student_count
    from student_credits
    group by event_key
)

select
    events.event_key,
    coalesce(count_students.attended_student_count, 0) as attended_student_count,
    details.total_student_count,
    details.classroom_count,
    details.rotation_count,
    case
        when
            not events.is_virtual
            and details.total_student_count > 0
            and details.classroom_count > 0
            and details.rotation_count > 0
            then cast(
                floor(
                    1.0 * details.total_student_count * details.rotation_count
                    / details.classroom_count
                ) as bigint
            )
    end as students_per_volunteer,
    events.is_completed
    and not events.is_virtual_type
    and count_students.event_key is null
    and details.total_student_count is null as needs_attendance
from events
left join count_students on events.event_key = count_students.event_key
left join details on events.event_key = details.event_key
where not events.is_cancelled
