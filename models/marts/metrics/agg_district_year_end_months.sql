with

impact as (select * from {{ ref('int_metrics__virtual_impact') }}),

months as (
    select
        *,
        cast(period_label || '-01' as date) as month_date
    from impact
    where period_type = 'timeline'
)

select
    {{ school_year('month_date') }} as virtual_year,
    scope_type,
    scope_key,
    host,
    month_date,
    completed_event_count as event_count,
    teacher_experience_count as teacher_engagements,
    unique_teacher_count as unique_teachers,
    completed_attended_student_count as attended_student_count,
    session_presenter_hours as volunteer_hours
from months
