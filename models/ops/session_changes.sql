{#- What each Session Report changed about each session: nothing for one that says what was known.
    One row per run and session; comparing two imports is adding up the rows between them. States
    between two changes say the same, so only changes are compared with each other. -#}
with

states as (select * from {{ ref('int_pathful__session_states') }}),
participations as (select * from {{ ref('int_pathful__participation_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),

teachers as (
    select
        session_ref,
        load_seq,
        count(case when is_first then 1 end) as new_teacher_count,
        count(case when is_changed then 1 end) as changed_teacher_count
    from participations
    where role = 'educator' and (is_first or is_changed)
    group by session_ref, load_seq
),

changes as (
    select
        states.session_ref,
        states.load_seq,
        states.run_id,
        states.is_first,
        states.title,
        states.status,
        states.session_date,
        states.start_at,
        nullif(states.registered_student_count, -1) as registered_student_count,
        nullif(states.attended_student_count, -1) as attended_student_count,
        coalesce(teachers.new_teacher_count, 0) as new_teacher_count,
        coalesce(teachers.changed_teacher_count, 0) as changed_teacher_count
    from states
    left join teachers
        on states.session_ref = teachers.session_ref and states.load_seq = teachers.load_seq
    where states.is_first or states.is_changed or teachers.session_ref is not null
),

compared as (
    select
        changes.*,
        lag(changes.title) over earlier as title_before,
        lag(changes.status) over earlier as status_before,
        lag(changes.session_date) over earlier as session_date_before,
        lag(changes.start_at) over earlier as start_at_before,
        lag(changes.registered_student_count) over earlier as registered_before,
        lag(changes.attended_student_count) over earlier as attended_before
    from changes
    window earlier as (partition by changes.session_ref order by changes.load_seq)
)

select
    {{ key(['compared.run_id', 'compared.session_ref']) }} as change_key,
    compared.run_id,
    compared.load_seq,
    {{ key(['compared.session_ref']) }} as session_key,
    session_events.event_key,
    compared.is_first as is_new,
    compared.title_before,
    compared.title,
    compared.status_before,
    compared.status,
    compared.session_date_before,
    compared.session_date,
    compared.start_at_before,
    compared.start_at,
    compared.registered_before,
    compared.registered_student_count as registered,
    compared.attended_before,
    compared.attended_student_count as attended,
    compared.new_teacher_count,
    compared.changed_teacher_count
from compared
left join session_events on compared.session_ref = session_events.session_ref
