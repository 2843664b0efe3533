{#- One row per virtual session: everything its references say, the newest export first, and the
    status that only moves forward (pathful.md 4.2, 4.4, 4.6). Where two references speak in one
    report, the one with the session id does. -#}
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
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),
states as (select * from {{ ref('int_pathful__session_states') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

first_loads as (
    select
        session_ref,
        min(load_seq) as first_load_seq
    from states
    group by session_ref
),

merged as (
    select
        session_events.event_key,
        max(case when session_events.has_id then substr(session_events.session_ref, 4) end)
            as pathful_session_id,
        {% for field in fields -%}
            {{ latest(
                'sessions.' ~ field, ['sessions.' ~ field ~ '_order', 'sessions.session_ref']
            ) }} as {{ field }},
        {% endfor -%}
        {% for field in counts -%}
            {{ latest('sessions.' ~ field, ['sessions.' ~ field ~ '_order', 'sessions.' ~ field]) }}
                as {{ field }},
        {% endfor -%}
        {{ latest('sessions.start_at', ['sessions.session_date_order', 'sessions.session_ref']) }}
            as start_at,
        {{ latest(
            'sessions.is_time_known', ['sessions.session_date_order', 'sessions.session_ref']
        ) }} as is_time_known,
        {{ latest(
            'sessions.decisive_status',
            ['sessions.decisive_status_order', 'decisive_rules.file_precedence']
        ) }} as decisive_status,
        max(sessions.open_rank) as open_rank,
        max(undated.decided_date) as decided_date,
        min(first_loads.first_load_seq) as first_load_seq,
        max(sessions.last_load_seq) as last_load_seq
    from session_events
    inner join sessions on session_events.session_ref = sessions.session_ref
    inner join first_loads on session_events.session_ref = first_loads.session_ref
    left join undated on session_events.session_ref = undated.session_ref
    left join rules as decisive_rules on sessions.decisive_status = decisive_rules.status
    where session_events.event_key is not null
    group by session_events.event_key
),

timed as (
    select
        event_key,
        pathful_session_id,
        title,
        raw_status,
        decisive_status,
        cancellation_reason,
        open_rank,
        is_time_known,
        registered_student_count,
        attended_student_count,
        attended_educator_count,
        career_cluster,
        work_based_learning,
        series,
        first_load_seq,
        last_load_seq,
        coalesce(session_date, decided_date) as session_date,
        coalesce(start_at, {{ site_local_to_utc('cast(decided_date as timestamp)') }}) as start_at,
        coalesce(duration_minutes, {{ var('default_duration_minutes') }}) as duration_minutes
    from merged
)

select
    timed.event_key,
    timed.pathful_session_id,
    timed.title,
    'virtual_session' as event_type,
    coalesce(timed.decisive_status, rules.status) as status,
    timed.raw_status,
    false as is_status_manual,
    timed.session_date,
    timed.start_at,
    timed.start_at + to_minutes(timed.duration_minutes) as end_at,
    coalesce(timed.is_time_known, false) as is_time_known,
    timed.duration_minutes,
    nullif(timed.registered_student_count, -1) as registered_student_count,
    nullif(timed.attended_student_count, -1) as attended_student_count,
    nullif(timed.attended_educator_count, -1) as attended_educator_count,
    timed.career_cluster,
    timed.work_based_learning,
    timed.series,
    case when timed.decisive_status = 'Cancelled' then timed.cancellation_reason end
        as cancellation_reason,
    cast(null as varchar) as cancellation_notes,
    first_load.run_id as first_seen_run_id,
    last_load.run_id as last_seen_run_id,
    first_load.landed_at as first_seen_at,
    last_load.landed_at as last_seen_at
from timed
left join rules on timed.open_rank = rules.progression_rank and not rules.is_decisive
inner join loads as first_load on timed.first_load_seq = first_load.load_seq
inner join loads as last_load on timed.last_load_seq = last_load.load_seq
