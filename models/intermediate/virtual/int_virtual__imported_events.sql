{#- One row per virtual session: everything its references say, of each field the newest export that
    filled it and which one that was (pathful.md 4.4, 4.6). Where two references speak in one
    report, the one with the session id does. What people decided is not in here. -#}
{%- set fields = [
    'title', 'session_date', 'raw_status', 'cancellation_reason', 'duration_minutes',
    'career_cluster', 'work_based_learning', 'series'
] -%}
{%- set counts = [
    'registered_student_count', 'attended_student_count', 'attended_educator_count'
] -%}
with

session_events as (select * from {{ ref('int_virtual__session_events') }}),
sessions as (select * from {{ ref('int_pathful__sessions') }}),
states as (select * from {{ ref('int_pathful__session_states') }}),

of_loads as (
    select
        states.session_ref,
        min(states.load_seq) as first_load_seq,
        min(states.load_seq) filter (where states.open_rank = sessions.open_rank)
            as open_since_load_seq,
        max(states.load_order) as newest_load_order
    from states
    inner join sessions on states.session_ref = sessions.session_ref
    group by states.session_ref
)

select
    session_events.event_key,
    max(case when session_events.has_id then substr(session_events.session_ref, 4) end)
        as pathful_session_id,
    {% for field in fields -%}
        {{ latest(
            'sessions.' ~ field, ['sessions.' ~ field ~ '_order', 'sessions.session_ref']
        ) }} as {{ field }},
        max(sessions.{{ field }}_order) as {{ field }}_order,
    {% endfor -%}
    {% for field in counts -%}
        nullif(
            {{ latest(
                'sessions.' ~ field, ['sessions.' ~ field ~ '_order', 'sessions.' ~ field]
            ) }},
            -1
        ) as {{ field }},
        max(sessions.{{ field }}_order) as {{ field }}_order,
    {% endfor -%}
    {{ latest('sessions.start_at', ['sessions.session_date_order', 'sessions.session_ref']) }}
        as start_at,
    {{ latest(
        'sessions.is_time_known', ['sessions.session_date_order', 'sessions.session_ref']
    ) }} as is_time_known,
    max(sessions.decisive_status_order) as decisive_status_order,
    max_by(
        of_loads.open_since_load_seq, row(sessions.open_rank, -of_loads.open_since_load_seq)
    ) as open_since_load_seq,
    min(of_loads.first_load_seq) as first_load_seq,
    max(sessions.last_load_seq) as last_load_seq,
    max(of_loads.newest_load_order) as newest_load_order
from session_events
inner join sessions on session_events.session_ref = sessions.session_ref
inner join of_loads on session_events.session_ref = of_loads.session_ref
where session_events.event_key is not null
group by session_events.event_key
