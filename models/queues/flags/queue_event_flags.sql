with

events as (select * from {{ ref('int_virtual__events') }}),
periods as (select * from {{ ref('int_virtual__flag_periods') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),
flags as (select * from {{ ref('rule_event_flags') }}),
event_districts as (select * from {{ ref('bridge_event_districts') }}),

newest_periods as (select * from periods where is_newest),

newest_resolutions as (
    select *
    from decisions
    where action = 'resolve_flag'
    qualify row_number() over (partition by event_key, flag_type order by decision_seq desc) = 1
),

-- A word about an earlier time in which the condition held is no word about this one.
settled as (
    select
        periods.raised_at,
        periods.cleared_at,
        periods.clearing_note,
        resolutions.decision_id,
        resolutions.actor,
        resolutions.decided_at,
        resolutions.reason,
        coalesce(periods.event_key, resolutions.event_key) as event_key,
        coalesce(periods.flag_type, resolutions.flag_type) as flag_type,
        resolutions.decision_id is not null
        and coalesce(periods.possible_from <= resolutions.decided_at, true)
            as is_resolved_by_person
    from newest_periods as periods
    full outer join newest_resolutions as resolutions
        on
            periods.event_key = resolutions.event_key
            and periods.flag_type = resolutions.flag_type
)

select
    {{ key(["'flag'", "settled.event_key", "settled.flag_type"]) }} as flag_key,
    settled.event_key,
    settled.flag_type,
    flags.flag_label,
    -- An event of no district is nobody's but staff's (pathful.md 6.6).
    case
        when settled.event_key in (select event_districts.event_key from event_districts)
            then flags.assigned_to
        else 'staff'
    end as assigned_to,
    coalesce(settled.raised_at, settled.decided_at) as created_at,
    settled.is_resolved_by_person or settled.cleared_at is not null as is_resolved,
    not settled.is_resolved_by_person and settled.cleared_at is not null as auto_resolved,
    case when settled.is_resolved_by_person then settled.actor end as resolved_by,
    case when settled.is_resolved_by_person then settled.decided_at else settled.cleared_at end
        as resolved_at,
    case when settled.is_resolved_by_person then settled.reason else settled.clearing_note end
        as resolution_notes,
    case when settled.is_resolved_by_person then settled.decision_id end as decision_id
from settled
inner join events on settled.event_key = events.event_key
inner join flags on settled.flag_type = flags.flag_type
