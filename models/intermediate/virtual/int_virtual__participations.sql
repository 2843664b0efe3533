{#- The last state of each person reference in each event. One row per event, role and
    reference. -#}
with

states as (select * from {{ ref('int_pathful__participation_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),

newest as (
    select *
    from states
    where role in ('educator', 'professional')
    qualify
        row_number() over (partition by session_ref, role, person_ref order by load_seq desc) = 1
)

select
    session_events.event_key,
    newest.role,
    newest.person_ref,
    {{ latest('newest.educator_count', ['newest.educator_count_order', 'newest.educator_count']) }}
        as educator_count,
    max(newest.educator_count_order) as educator_count_order,
    {{ latest(
        'newest.stated_attendance',
        ['newest.stated_attendance_order', "newest.stated_attendance = 'Attended'",
         'newest.stated_attendance']
    ) }} as stated_attendance,
    max(newest.stated_attendance_order) as stated_attendance_order,
    max(newest.load_order) as load_order
from newest
inner join session_events on newest.session_ref = session_events.session_ref
where session_events.event_key is not null
group by session_events.event_key, newest.role, newest.person_ref
