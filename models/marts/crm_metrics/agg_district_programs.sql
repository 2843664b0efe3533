{#- Each program's events and students at the year end (salesforce.md §6.2), by the event types and
    the counting rule of map_program_types. Every program has a row, zeros included. -#}
with

cells as (select * from {{ ref('int_metrics__year_end_cells') }}),
students as (select * from {{ ref('int_metrics__year_end_students') }}),
impact as (select * from {{ ref('int_metrics__virtual_impact') }}),
program_types as (select * from {{ ref('map_program_types') }}),

list_programs as (
    select distinct
        program_key,
        program_name,
        counting_rule,
        school_level
    from program_types
),

-- `*` is every type that is not virtual.
count_events as (
    select
        cells.scope_type,
        cells.scope_key,
        cells.school_year,
        cells.host,
        program_types.program_key,
        count(distinct cells.event_key) as event_count
    from cells
    inner join program_types
        on
            cells.event_type = program_types.event_type
            or (program_types.event_type = '*' and not cells.is_virtual_type)
    where cells.is_completed
    group by all
),

count_students as (
    select
        students.scope_type,
        students.scope_key,
        students.school_year,
        students.host,
        program_types.program_key,
        count(*) as student_attendance_count,
        count(distinct students.student_key) as student_count
    from students
    inner join program_types
        on
            students.event_type = program_types.event_type
            or program_types.event_type = '*'
    where
        students.is_own
        and (
            program_types.counting_rule = 'students'
            or program_types.counting_rule = 'students_of_level'
            and students.home_school_level = program_types.school_level
        )
    group by all
),

virtual_years as (select * from impact where period_type = 'school_year'),

list_cells as (
    select
        scope_type,
        scope_key,
        school_year,
        host
    from cells
    union
    select
        scope_type,
        scope_key,
        period_label as school_year,
        host
    from virtual_years
)

select
    list_cells.scope_type,
    list_cells.scope_key,
    list_cells.school_year,
    list_cells.host,
    programs.program_key,
    programs.program_name,
    programs.counting_rule,
    coalesce(count_events.event_count, 0) as event_count,
    case
        when programs.counting_rule in ('students', 'students_of_level')
            then coalesce(count_students.student_attendance_count, 0)
    end as student_attendance_count,
    case
        when programs.counting_rule in ('students', 'students_of_level')
            then coalesce(count_students.student_count, 0)
    end as student_count,
    case
        when programs.counting_rule = 'teachers'
            then coalesce(virtual_years.own_teacher_experience_count, 0)
    end as teacher_engagement_count,
    case
        when programs.counting_rule = 'teachers'
            then coalesce(virtual_years.own_teacher_count, 0)
    end as teacher_count,
    case
        when programs.counting_rule = 'teachers'
            then
                coalesce(virtual_years.own_teacher_experience_count, 0)
                * {{ var('students_per_teacher') }}
    end as virtual_student_estimate
from list_cells
cross join list_programs as programs
left join count_events
    on
        list_cells.scope_type = count_events.scope_type
        and list_cells.scope_key = count_events.scope_key
        and list_cells.school_year = count_events.school_year
        and list_cells.host = count_events.host
        and programs.program_key = count_events.program_key
left join count_students
    on
        list_cells.scope_type = count_students.scope_type
        and list_cells.scope_key = count_students.scope_key
        and list_cells.school_year = count_students.school_year
        and list_cells.host = count_students.host
        and programs.program_key = count_students.program_key
left join virtual_years
    on
        list_cells.scope_type = virtual_years.scope_type
        and list_cells.scope_key = virtual_years.scope_key
        and list_cells.school_year = virtual_years.period_label
        and list_cells.host = virtual_years.host
