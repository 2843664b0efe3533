with

cells as (select * from {{ ref('int_metrics__year_end_cells') }}),
contributions as (select * from {{ ref('int_metrics__contributions') }}),

judge as (
    select
        cells.*,
        listed.member_key,
        listed.hours,
        listed.kind = 'event' as is_event,
        listed.kind = 'volunteer' as is_volunteer,
        listed.kind = 'volunteer' and listed.is_confirmed as is_person,
        listed.kind = 'student' as is_student
    from cells
    inner join contributions as listed on cells.event_key = listed.event_key
    where not cells.is_cancelled
)

select
    scope_type,
    scope_key,
    school_year,
    host,
    event_type,
    count(*) filter (where is_event) as event_count,
    count(*) filter (where is_event and not is_virtual_type) as in_person_event_count,
    count(*) filter (where is_event and is_virtual_type) as virtual_event_count,
    count(*) filter (where is_event and is_completed) as completed_event_count,
    count(distinct member_key) filter (where is_person) as volunteer_count,
    {{ summed_hours('hours', 'is_volunteer') }} as volunteer_hours,
    count(distinct member_key) filter (where is_student) as student_count,
    count(*) filter (where is_student) as student_attendance_count
from judge
group by all
