with

impact as (select * from {{ ref('int_metrics__virtual_impact') }})

select
    period_label as virtual_year,
    scope_type,
    scope_key,
    host,
    completed_event_count as total_events,
    completed_virtual_event_count as virtual_event_count,
    cancelled_event_count,
    cast(null as bigint) as unique_students,
    completed_registered_student_count as registered_student_count,
    completed_attended_student_count as attended_student_count,
    presenter_engagement_count as volunteer_engagements,
    session_presenter_hours as volunteer_hours,
    session_presenter_count as volunteer_count,
    presenter_organization_count as organization_count,
    schools_reached_count as schools_reached,
    unique_teacher_count as classrooms_reached,
    unique_teacher_count as unique_teachers,
    confirmed_teacher_count as confirmed_teachers,
    registered_teacher_count as registered_teachers,
    teacher_experience_count as teacher_engagements,
    own_teacher_experience_count * {{ var('students_per_teacher') }} as estimated_students,
    session_count,
    local_session_count,
    poc_session_count
from impact
where period_type = 'school_year'
