{{ config(materialized='view') }}
{#- The students of the year-end numbers, summed and distinct (salesforce.md §6.2). One row per
    school year, scope and host in which there was a Completed in-person event. -#}
with

cells as (select * from {{ ref('int_metrics__year_end_cells') }}),
students as (select * from {{ ref('int_metrics__year_end_students') }}),
attendance as (select * from {{ ref('int_metrics__event_attendance') }}),

count_event_students as (
    select
        scope_type,
        scope_key,
        school_year,
        host,
        event_key,
        count(*) filter (where is_own) as own_attendance_count,
        count(*) filter (where is_without_school) as without_school_count,
        count(*) filter (where not is_without_school and not is_own) as elsewhere_count
    from students
    group by all
),

-- What staff counted stands for the one district of an event; a shared event counts each district's
-- own students.
sum_attendance as (
    select
        cells.scope_type,
        cells.scope_key,
        cells.school_year,
        cells.host,
        sum(
            case
                when cells.district_count <= 1 or cells.scope_type = 'all'
                    then coalesce(
                        attendance.total_student_count, count_event_students.own_attendance_count, 0
                    )
                else coalesce(count_event_students.own_attendance_count, 0)
            end
        ) as student_attendance_count,
        sum(count_event_students.without_school_count) as attendance_without_school_count,
        sum(count_event_students.elsewhere_count) as attendance_elsewhere_count
    from cells
    left join attendance on cells.event_key = attendance.event_key
    left join count_event_students
        on
            cells.scope_type = count_event_students.scope_type
            and cells.scope_key = count_event_students.scope_key
            and cells.school_year = count_event_students.school_year
            and cells.host = count_event_students.host
            and cells.event_key = count_event_students.event_key
    where cells.is_completed and not cells.is_virtual_type
    group by all
),

count_students as (
    select
        scope_type,
        scope_key,
        school_year,
        host,
        count(distinct student_key) as student_count_by_event_district,
        count(distinct student_key) filter (where is_own) as student_count_by_home_district
    from students
    group by all
)

select
    sum_attendance.scope_type,
    sum_attendance.scope_key,
    sum_attendance.school_year,
    sum_attendance.host,
    sum_attendance.student_attendance_count,
    sum_attendance.attendance_without_school_count,
    sum_attendance.attendance_elsewhere_count,
    coalesce(count_students.student_count_by_event_district, 0)
        as student_count_by_event_district,
    coalesce(count_students.student_count_by_home_district, 0) as student_count_by_home_district
from sum_attendance
left join count_students
    on
        sum_attendance.scope_type = count_students.scope_type
        and sum_attendance.scope_key = count_students.scope_key
        and sum_attendance.school_year = count_students.school_year
        and sum_attendance.host = count_students.host
