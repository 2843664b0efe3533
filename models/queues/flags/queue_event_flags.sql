with

events as (select * from {{ ref('int_virtual__events') }}),
presence as (select * from {{ ref('int_virtual__event_presence') }}),
spans as (select * from {{ ref('int_virtual__status_spans') }}),
cleared as (select * from {{ ref('int_virtual__cleared_flags') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
flags as (select * from {{ ref('rule_event_flags') }}),
flag_statuses as (select * from {{ ref('map_event_flag_statuses') }}),

-- Since when the status of today stands, and since when it stands again.
find_current_spans as (
    select
        events.event_key,
        min(spans.status_began_at) as status_since,
        max(case when spans.is_return then spans.status_began_at end) as returned_at,
        max(case when spans.is_postponed then spans.began_at end) as postponed_at
    from events
    inner join spans on events.event_key = spans.event_key and events.status = spans.status
    where spans.ended_at is null
    group by events.event_key
),

consider_flags as (
    select
        {{ key(["'flag'", "events.event_key", "flags.flag_type"]) }} as flag_key,
        events.event_key,
        flags.flag_type,
        flags.flag_label,
        flags.assigned_to,
        flag_statuses.status is not null
        and case flags.flag_type
            when 'NEEDS_ATTENTION' then events.session_date < {{ logical_date() }}
            when 'MISSING_TEACHER' then not coalesce(presence.has_teacher, false)
            when 'MISSING_PRESENTER' then not coalesce(presence.has_presenter, false)
            when 'NEEDS_REASON' then events.cancellation_reason is null
        end as is_raised,
        case flags.flag_type
            when 'NEEDS_ATTENTION'
                then greatest(
                    {{ site_local_to_utc(
                        'cast(events.session_date + interval 1 day as timestamp)'
                    ) }},
                    coalesce(current_spans.status_since, events.first_seen_at)
                )
            when 'MISSING_TEACHER' then events.first_seen_at
            else coalesce(current_spans.status_since, events.first_seen_at)
        end as created_at,
        -- The condition was false in between: an earlier word of a person was about another case.
        case flags.flag_type
            when 'NEEDS_ATTENTION' then current_spans.postponed_at
            when 'MISSING_TEACHER' then null
            else current_spans.returned_at
        end as raised_again_at
    from events
    cross join flags
    left join flag_statuses
        on flags.flag_type = flag_statuses.flag_type and events.status = flag_statuses.status
    left join presence on events.event_key = presence.event_key
    left join find_current_spans as current_spans on events.event_key = current_spans.event_key
),

keep_newest_resolutions as (
    select
        subject_key as flag_key,
        actor,
        decided_at,
        reason
    from decisions
    where action = 'resolve_flag' and subject_type = 'flag'
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

settle_flags as (
    select
        considered.*,
        resolutions.actor,
        resolutions.decided_at,
        resolutions.reason,
        cleared.raised_at,
        cleared.cleared_at,
        cleared.clearing_note,
        resolutions.flag_key is not null as is_resolved_by_person,
        not considered.is_raised
        and resolutions.flag_key is null
        and cleared.event_key is not null as is_cleared
    from consider_flags as considered
    left join keep_newest_resolutions as resolutions
        on
            considered.flag_key = resolutions.flag_key
            and (
                not considered.is_raised
                or considered.raised_again_at is null
                or considered.raised_again_at <= resolutions.decided_at
            )
    left join cleared
        on
            considered.event_key = cleared.event_key
            and considered.flag_type = cleared.flag_type
)

select
    flag_key,
    event_key,
    flag_type,
    flag_label,
    assigned_to,
    is_cleared as auto_resolved,
    actor as resolved_by,
    case when is_raised then created_at else coalesce(raised_at, created_at) end as created_at,
    is_resolved_by_person or is_cleared as is_resolved,
    case when is_cleared then cleared_at else decided_at end as resolved_at,
    case when is_cleared then clearing_note else reason end as resolution_notes
from settle_flags
where is_raised or is_resolved_by_person or is_cleared
