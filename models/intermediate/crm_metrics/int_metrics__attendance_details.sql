{{ config(materialized='view') }}
{#- What staff counted at an event: students, classrooms and rotations (salesforce.md §4.3, M110).
    The newest standing decision of each event holds; a number that is no count is unknown. -#}
with

decisions as (select * from {{ ref('int_decisions__active') }})

select
    subject_key as event_key,
    {{ try_count(json_text('payload', 'total_students')) }} as total_student_count,
    {{ try_count(json_text('payload', 'num_classrooms')) }} as classroom_count,
    {{ try_count(json_text('payload', 'rotations')) }} as rotation_count
from decisions
where action = 'set_attendance_detail' and subject_type = 'event'
qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
