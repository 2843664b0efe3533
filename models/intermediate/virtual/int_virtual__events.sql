{#- One row per virtual session: everything its references say, the newest export first, and the
    status that only moves forward (pathful.md 4.2, 4.4, 4.6). -#}
with

session_events as (select * from {{ ref('int_virtual__session_events') }}),
sessions as (select * from {{ ref('int_pathful__sessions') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),
states as (select * from {{ ref('int_pathful__session_states') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

first_loads as (
    select session_ref, min(load_seq) as first_load_seq
    from states
    group by session_ref
),

merged as (
    select
        session_events.event_key,
        max(case when session_events.has_id then substr(session_events.session_ref, 4) end)
            as pathful_session_id,
        {{ latest('sessions.title', 'sessions.title_order') }} as title,
        max_by(sessions.session_date, sessions.session_date_order)
            filter (where sessions.session_date is not null) as reported_date,
        max(undated.decided_date) as decided_date,
        max_by(sessions.start_at, sessions.session_date_order)
            filter (where sessions.session_date is not null) as reported_start_at,
        max_by(sessions.is_time_known, sessions.session_date_order)
            filter (where sessions.session_date is not null) as is_time_known,
        {{ latest('sessions.raw_status', 'sessions.raw_status_order') }} as raw_status,
        {{ latest('sessions.decisive_status', 'sessions.decisive_status_order') }}
            as decisive_status,
        max(sessions.open_rank) as open_rank,
        {{ latest('sessions.duration_minutes', 'sessions.duration_minutes_order') }}
            as duration_minutes,
        {{ latest('sessions.career_cluster', 'sessions.career_cluster_order') }}
            as career_cluster,
        {{ latest('sessions.work_based_learning', 'sessions.work_based_learning_order') }}
            as work_based_learning,
        {{ latest('sessions.series', 'sessions.series_order') }} as series,
        {{ latest('sessions.registered_student_count', 'sessions.registered_student_count_order') }}
            as registered_student_count,
        {{ latest('sessions.attended_student_count', 'sessions.attended_student_count_order') }}
            as attended_student_count,
        {{ latest('sessions.attended_educator_count', 'sessions.attended_educator_count_order') }}
            as attended_educator_count,
        min(first_loads.first_load_seq) as first_load_seq,
        max(sessions.last_load_seq) as last_load_seq
    from session_events
    inner join sessions on session_events.session_ref = sessions.session_ref
    inner join first_loads on session_events.session_ref = first_loads.session_ref
    left join undated on session_events.session_ref = undated.session_ref
    where session_events.event_key is not null
    group by session_events.event_key
),

timed as (
    select
        *,
        coalesce(reported_date, decided_date) as session_date,
        coalesce(
            reported_start_at, {{ site_local_to_utc('cast(decided_date as timestamp)') }}
        ) as start_at,
        coalesce(duration_minutes, {{ var('default_duration_minutes') }}) as known_duration_minutes
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
    timed.start_at + to_minutes(timed.known_duration_minutes) as end_at,
    coalesce(timed.is_time_known, false) as is_time_known,
    timed.known_duration_minutes as duration_minutes,
    timed.registered_student_count,
    timed.attended_student_count,
    timed.attended_educator_count,
    timed.career_cluster,
    timed.work_based_learning,
    timed.series,
    cast(null as varchar) as cancellation_reason,
    cast(null as varchar) as cancellation_notes,
    first_load.run_id as first_seen_run_id,
    last_load.run_id as last_seen_run_id,
    first_load.landed_at as first_seen_at,
    last_load.landed_at as last_seen_at
from timed
left join rules on timed.open_rank = rules.progression_rank and not rules.is_decisive
inner join loads as first_load on timed.first_load_seq = first_load.load_seq
inner join loads as last_load on timed.last_load_seq = last_load.load_seq
