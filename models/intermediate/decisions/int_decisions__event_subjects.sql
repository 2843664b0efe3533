{#- Which event of today a subject of decisions is. A session without an id is named by its title
    and day until its id arrives, and a person who dated it may date it anew: what was decided under
    the former key follows (pathful.md 3.1). One row per event or flag that any decision names,
    standing or not; an event that no report knows any more keeps its key. -#}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
flags as (select * from {{ ref('rule_event_flags') }}),

subjects as (
    select distinct
        subject_type,
        subject_key
    from decisions
    where subject_type in ('event', 'flag')
),

event_keys as (
    select distinct event_key
    from session_events
    where event_key is not null
),

decided_days as (
    select distinct
        undated.session_ref,
        try_cast({{ json_text('decisions.payload', 'session_date') }} as date) as session_date
    from decisions
    inner join undated on decisions.subject_key = undated.ticket_key
    where decisions.action = 'set_session_date'
),

former_keys as (
    select
        session_ref,
        {{ key(["'event'", "title_norm", "cast(session_date as varchar)"]) }} as former_key,
        inherited_event_key as event_key
    from session_events
    where not has_id and session_date is not null
    union all
    select
        session_events.session_ref,
        {{ key(
            ["'event'", "session_events.title_norm", "cast(decided_days.session_date as varchar)"]
        ) }} as former_key,
        session_events.inherited_event_key as event_key
    from session_events
    inner join decided_days on session_events.session_ref = decided_days.session_ref
    where not session_events.has_id and decided_days.session_date is not null
),

keys as (
    select
        event_key as known_key,
        event_key
    from event_keys
    union all
    select
        former_keys.former_key as known_key,
        min(former_keys.event_key) as event_key
    from former_keys
    left join event_keys on former_keys.former_key = event_keys.event_key
    where event_keys.event_key is null and former_keys.event_key is not null
    group by former_keys.former_key
),

flag_keys as (
    select
        {{ key(["'flag'", "keys.known_key", "flags.flag_type"]) }} as flag_key,
        keys.event_key,
        flags.flag_type
    from keys
    cross join flags
)

select
    subjects.subject_type,
    subjects.subject_key,
    case
        when subjects.subject_type = 'event' then coalesce(keys.event_key, subjects.subject_key)
        else flag_keys.event_key
    end as event_key,
    flag_keys.flag_type
from subjects
left join keys
    on case when subjects.subject_type = 'event' then subjects.subject_key end = keys.known_key
left join flag_keys
    on case when subjects.subject_type = 'flag' then subjects.subject_key end = flag_keys.flag_key
