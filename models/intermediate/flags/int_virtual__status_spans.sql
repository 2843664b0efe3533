{#- From which landing to which one an event had one status and one date, read off the history of
    the reports: so a flag knows its past without remembering anything. -#}
with

states as (select * from {{ ref('int_pathful__session_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),

place_changes as (
    select
        session_events.event_key,
        states.session_ref,
        states.load_seq,
        states.status,
        loads.landed_at,
        coalesce(states.session_date, session_events.session_date) as session_date
    from states
    inner join session_events on states.session_ref = session_events.session_ref
    inner join loads on states.load_seq = loads.load_seq
    where (states.is_first or states.is_changed) and session_events.event_key is not null
),

recall_previous as (
    select
        *,
        lag(status) over (partition by session_ref order by load_seq) as previous_status,
        lag(session_date) over (partition by session_ref order by load_seq)
            as previous_session_date
    from place_changes
),

number_status_runs as (
    select
        *,
        sum(case when previous_status is distinct from status then 1 else 0 end) over (
            partition by session_ref order by load_seq
        ) as status_run,
        sum(case when previous_status is distinct from status then 1 else 0 end) over (
            partition by session_ref, status order by load_seq
        ) > 1 as is_return,
        coalesce(
            previous_session_date < cast({{ utc_to_site_local('landed_at') }} as date)
            and session_date >= cast({{ utc_to_site_local('landed_at') }} as date),
            false
        ) as is_postponed
    from recall_previous
    where
        previous_status is distinct from status
        or previous_session_date is distinct from session_date
)

select
    event_key,
    session_ref,
    load_seq,
    status,
    session_date,
    landed_at as began_at,
    is_return,
    is_postponed,
    min(landed_at) over (partition by session_ref, status_run) as status_began_at,
    lead(landed_at) over (partition by session_ref order by load_seq) as ended_at,
    lead(status) over (partition by session_ref order by load_seq) as next_status,
    lead(session_date) over (partition by session_ref order by load_seq) as next_session_date
from number_status_runs
