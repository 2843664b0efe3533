{#- The year-end numbers of salesforce.md §6.2. What the virtual side counts (teachers, sessions) is
    taken from int_metrics__virtual_impact, where it is defined. -#}
with

year_end as (select * from {{ ref('int_metrics__year_end') }}),
attendance as (select * from {{ ref('int_metrics__year_end_attendance') }}),
impact as (select * from {{ ref('int_metrics__virtual_impact') }}),

virtual_years as (select * from impact where period_type = 'school_year'),

-- A year with virtual teachers but no Completed event has a row too.
list_cells as (
    select
        scope_type,
        scope_key,
        school_year,
        host
    from year_end
    union
    select
        scope_type,
        scope_key,
        period_label as school_year,
        host
    from virtual_years
)

select
    cells.scope_type,
    cells.scope_key,
    cells.school_year,
    cells.host,
    coalesce(year_end.event_count, 0) as event_count,
    coalesce(year_end.in_person_event_count, 0) as in_person_event_count,
    coalesce(year_end.virtual_event_count, 0) as virtual_event_count,
    {{ percentage('year_end.in_person_event_count', 'year_end.event_count') }}
        as in_person_event_pct,
    {{ percentage('year_end.virtual_event_count', 'year_end.event_count') }} as virtual_event_pct,
    cast(coalesce(attendance.student_attendance_count, 0) as bigint) as student_attendance_count,
    coalesce(attendance.student_count_by_home_district, 0) as student_count,
    coalesce(attendance.student_count_by_event_district, 0) as student_count_by_event_district,
    coalesce(attendance.student_count_by_home_district, 0) as student_count_by_home_district,
    cast(
        coalesce(attendance.student_attendance_count, 0)
        + coalesce(virtual_years.own_teacher_count, 0) * {{ var('students_per_teacher') }} as bigint
    ) as students_total,
    coalesce(virtual_years.own_teacher_count, 0) * {{ var('students_per_teacher') }}
        as virtual_student_estimate,
    coalesce(virtual_years.attended_or_registered_teacher_count, 0)
    * {{ var('students_per_teacher') }} as virtual_student_upper_estimate,
    cast(0 as bigint) as unique_virtual_student_count,
    cast(coalesce(attendance.attendance_without_school_count, 0) as bigint)
        as attendance_without_school_count,
    cast(coalesce(attendance.attendance_elsewhere_count, 0) as bigint)
        as attendance_elsewhere_count,
    coalesce(year_end.needs_attendance_count, 0) as needs_attendance_count,
    coalesce(year_end.volunteer_engagement_count, 0) as volunteer_engagement_count,
    coalesce(year_end.in_person_engagement_count, 0) as in_person_engagement_count,
    coalesce(year_end.virtual_engagement_count, 0) as virtual_engagement_count,
    coalesce(year_end.volunteer_count, 0) as volunteer_count,
    coalesce(year_end.in_person_volunteer_count, 0) as in_person_volunteer_count,
    coalesce(year_end.virtual_volunteer_count, 0) as virtual_volunteer_count,
    coalesce(year_end.first_time_volunteer_count, 0) as first_time_volunteer_count,
    coalesce(year_end.volunteer_hours, 0) as volunteer_hours,
    coalesce(year_end.strict_volunteer_hours, 0) as strict_volunteer_hours,
    coalesce(year_end.year_end_hours, 0) as year_end_hours,
    coalesce(year_end.in_person_year_end_hours, 0) as in_person_year_end_hours,
    coalesce(year_end.virtual_year_end_hours, 0) as virtual_year_end_hours,
    {{ percentage('year_end.in_person_year_end_hours', 'year_end.year_end_hours') }}
        as in_person_hours_pct,
    {{ percentage('year_end.virtual_year_end_hours', 'year_end.year_end_hours') }}
        as virtual_hours_pct,
    coalesce(year_end.organization_count, 0) as organization_count,
    coalesce(year_end.in_person_organization_count, 0) as in_person_organization_count,
    coalesce(year_end.virtual_organization_count, 0) as virtual_organization_count,
    coalesce(year_end.organization_hours, 0) as organization_hours,
    coalesce(year_end.in_person_organization_hours, 0) as in_person_organization_hours,
    coalesce(year_end.virtual_organization_hours, 0) as virtual_organization_hours,
    coalesce(virtual_years.session_count, 0) as virtual_session_count,
    coalesce(virtual_years.unique_teacher_count, 0) as classroom_count,
    coalesce(virtual_years.unique_teacher_count, 0) as unique_teacher_count,
    coalesce(virtual_years.confirmed_teacher_count, 0) as confirmed_teacher_count,
    coalesce(virtual_years.registered_teacher_count, 0) as registered_teacher_count,
    coalesce(year_end.school_count, 0) as school_count,
    year_end.students_per_volunteer_avg,
    coalesce(year_end.unconfirmed_volunteer_count, 0) as unconfirmed_volunteer_count
from list_cells as cells
left join year_end
    on
        cells.scope_type = year_end.scope_type
        and cells.scope_key = year_end.scope_key
        and cells.school_year = year_end.school_year
        and cells.host = year_end.host
left join attendance
    on
        cells.scope_type = attendance.scope_type
        and cells.scope_key = attendance.scope_key
        and cells.school_year = attendance.school_year
        and cells.host = attendance.host
left join virtual_years
    on
        cells.scope_type = virtual_years.scope_type
        and cells.scope_key = virtual_years.scope_key
        and cells.school_year = virtual_years.period_label
        and cells.host = virtual_years.host
