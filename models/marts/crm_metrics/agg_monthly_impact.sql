with

impact as (select * from {{ ref('int_metrics__impact') }})

select
    starts_on as month_date,
    scope_type,
    scope_key,
    format,
    event_count,
    virtual_event_count,
    in_person_event_count,
    cancelled_event_count,
    completed_event_count,
    volunteer_count,
    engagement_count,
    volunteer_hours,
    strict_volunteer_hours,
    delivery_source_hours,
    presenter_duration_hours,
    event_duration_hours,
    engagement_without_hours_count,
    student_count,
    student_attendance_count,
    organization_count,
    school_count,
    first_time_volunteer_count,
    local_volunteer_count,
    poc_volunteer_count,
    unconfirmed_volunteer_count
from impact
where period_type = 'month'
