{#- Flags that stood once and that a later landing took away, and why (pathful.md 6.1). -#}
with

spans as (select * from {{ ref('int_virtual__status_spans') }}),
flag_statuses as (select * from {{ ref('map_event_flag_statuses') }}),
participations as (select * from {{ ref('int_pathful__participation_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),

find_arrivals as (
    select
        session_events.event_key,
        min(loads.landed_at) filter (where participations.role = 'educator') as teacher_since,
        min(loads.landed_at) filter (where participations.role = 'professional')
            as presenter_since
    from participations
    inner join session_events on participations.session_ref = session_events.session_ref
    inner join loads on participations.load_seq = loads.load_seq
    where participations.is_first and session_events.event_key is not null
    group by session_events.event_key
),

recall_flags as (
    select
        spans.event_key,
        flag_statuses.flag_type,
        spans.began_at,
        case flag_statuses.flag_type
            when 'NEEDS_ATTENTION'
                then greatest(
                    {{ site_local_to_utc(
                        'cast(spans.session_date + interval 1 day as timestamp)'
                    ) }},
                    spans.status_began_at
                )
            else spans.status_began_at
        end as raised_at,
        spans.ended_at,
        spans.next_status,
        spans.next_session_date,
        next_statuses.status is null as is_left,
        spans.session_date < cast({{ utc_to_site_local('spans.ended_at') }} as date)
        and spans.session_date < {{ logical_date() }} as has_passed,
        spans.next_session_date >= cast({{ utc_to_site_local('spans.ended_at') }} as date)
            as is_postponed,
        case flag_statuses.flag_type
            when 'MISSING_TEACHER' then arrivals.teacher_since
            when 'MISSING_PRESENTER' then arrivals.presenter_since
        end as present_since
    from spans
    inner join flag_statuses on spans.status = flag_statuses.status
    left join flag_statuses as next_statuses
        on
            flag_statuses.flag_type = next_statuses.flag_type
            and spans.next_status = next_statuses.status
    left join find_arrivals as arrivals on spans.event_key = arrivals.event_key
),

clear_flags as (
    select
        event_key,
        flag_type,
        raised_at,
        present_since as cleared_at,
        case flag_type
            when 'MISSING_TEACHER' then 'Teacher linked'
            else 'Presenter linked'
        end as clearing_note
    from recall_flags
    where
        present_since > began_at
        and (ended_at is null or present_since <= ended_at)
    union all
    select
        event_key,
        flag_type,
        raised_at,
        ended_at as cleared_at,
        case
            when is_left then 'Status changed to ' || next_status
            else 'Session date moved to ' || cast(next_session_date as varchar)
        end as clearing_note
    from recall_flags
    where
        ended_at is not null
        and case flag_type
            when 'NEEDS_ATTENTION' then has_passed and (is_left or is_postponed)
            when 'NEEDS_REASON' then is_left
            else is_left and (present_since is null or present_since > ended_at)
        end
)

select
    event_key,
    flag_type,
    raised_at,
    cleared_at,
    clearing_note
from clear_flags
qualify
    row_number() over (
        partition by event_key, flag_type order by cleared_at desc, clearing_note asc
    ) = 1
