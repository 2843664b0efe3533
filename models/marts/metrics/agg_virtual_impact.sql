with

impact as (select * from {{ ref('int_metrics__virtual_impact') }})

select
    period_type,
    period_label,
    scope_type,
    scope_key,
    event_count,
    virtual_event_count,
    in_person_event_count,
    cancelled_event_count,
    unique_teacher_count,
    unique_teacher_count as classrooms_reached_count,
    confirmed_teacher_count,
    own_teacher_count * {{ var('students_per_teacher') }} as estimated_student_count,
    teacher_experience_count,
    local_session_count,
    poc_session_count,
    case
        when local_session_count is not null
            then {{ percentage('local_session_count', 'virtual_event_count') }}
    end as local_session_pct,
    case
        when poc_session_count is not null
            then {{ percentage('poc_session_count', 'virtual_event_count') }}
    end as poc_session_pct,
    schools_reached_count,
    presenter_count,
    presenter_hours,
    registered_student_count,
    attended_student_count
from impact
where host = 'all' and period_type in ('school_year', 'month', 'all')
