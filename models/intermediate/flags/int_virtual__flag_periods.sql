{#- From when until when the condition of each flag held for an event, and what ended it
    (pathful.md 6.1): read off the history of statuses, dates, reasons and people, so imports and
    decisions raise and end a flag alike. -#}
with

spans as (select * from {{ ref('int_virtual__status_spans') }}),
absences as (select * from {{ ref('int_virtual__absences') }}),
flags as (select * from {{ ref('rule_event_flags') }}),
flag_statuses as (select * from {{ ref('map_event_flag_statuses') }}),

watched as (
    select
        spans.event_key,
        flag_statuses.flag_type,
        flags.missing_role,
        spans.session_date,
        spans.cancellation_reason,
        spans.began_at,
        spans.ended_at,
        case
            when spans.next_status <> spans.status
                then 'Status changed to ' || spans.next_status
            when spans.next_session_date <> spans.session_date
                then 'Session date moved to ' || cast(spans.next_session_date as varchar)
            else 'Reason set'
        end as ending_note
    from spans
    inner join flag_statuses on spans.status = flag_statuses.status
    inner join flags on flag_statuses.flag_type = flags.flag_type
),

conditions as (
    select
        event_key,
        flag_type,
        began_at as possible_from,
        case flag_type
            -- The day after the session begins at midnight.
            when 'NEEDS_ATTENTION'
                then greatest(
                    began_at,
                    {{ site_local_to_utc('cast(session_date + interval 1 day as timestamp)') }}
                )
            else began_at
        end as raised_at,
        ended_at as cleared_at,
        ending_note
    from watched
    where
        (flag_type = 'NEEDS_ATTENTION' and session_date < {{ logical_date() }})
        or (flag_type = 'NEEDS_REASON' and cancellation_reason is null)
    union all
    select
        watched.event_key,
        watched.flag_type,
        greatest(watched.began_at, absences.absent_from) as possible_from,
        greatest(watched.began_at, absences.absent_from) as raised_at,
        least(watched.ended_at, absences.absent_until) as cleared_at,
        case
            when coalesce(absences.absent_until <= watched.ended_at, watched.ended_at is null)
                then case watched.missing_role
                    when 'educator' then 'Teacher linked'
                    else 'Presenter linked'
                end
            else watched.ending_note
        end as ending_note
    from watched
    inner join absences
        on watched.event_key = absences.event_key and watched.missing_role = absences.role
),

stepped as (
    select
        *,
        lag(cleared_at) over (
            partition by event_key, flag_type order by raised_at, possible_from
        ) as previous_cleared_at
    from conditions
    where cleared_at is null or raised_at < cleared_at
),

-- A new date or another decision behind the same status does not end what goes on.
counted as (
    select
        *,
        sum(case when previous_cleared_at = raised_at then 0 else 1 end) over (
            partition by event_key, flag_type order by raised_at, possible_from
        ) as period_number
    from stepped
)

select
    event_key,
    flag_type,
    period_number,
    min(possible_from) as possible_from,
    min(raised_at) as raised_at,
    case when not bool_or(cleared_at is null) then max(cleared_at) end as cleared_at,
    case when not bool_or(cleared_at is null) then max_by(ending_note, cleared_at) end
        as clearing_note,
    row_number() over (partition by event_key, flag_type order by period_number desc) = 1
        as is_newest
from counted
group by event_key, flag_type, period_number
