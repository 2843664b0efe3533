with

ticket_rows as (select * from {{ ref('int_virtual__ticket_rows') }}),
owners as (select * from {{ ref('int_virtual__ticket_owners') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
educators as (select * from {{ ref('int_virtual__educators') }}),

find_events as (
    select
        ticket_rows.ticket_key,
        session_events.event_key,
        count(*) as row_count
    from ticket_rows
    inner join session_events on ticket_rows.session_ref = session_events.session_ref
    where session_events.event_key is not null
    group by ticket_rows.ticket_key, session_events.event_key
),

-- A ticket that is settled shows the attendance of the teacher it was matched to.
name_educators as (
    select
        owners.ticket_key,
        coalesce(teacher_matches.teacher_key, owners.subject_ref) as educator_ref
    from owners
    inner join teacher_matches on owners.subject_ref = teacher_matches.person_ref
    where owners.unmatched_type = 'teacher'
)

select
    find_events.ticket_key,
    find_events.event_key,
    find_events.row_count,
    educators.attendance_status as imported_attendance_status
from find_events
inner join owners on find_events.ticket_key = owners.ticket_key
left join name_educators on find_events.ticket_key = name_educators.ticket_key
left join educators
    on
        find_events.event_key = educators.event_key
        and name_educators.educator_ref = educators.educator_ref
where owners.unmatched_type in ('teacher', 'volunteer', 'school_unresolved', 'organization')
