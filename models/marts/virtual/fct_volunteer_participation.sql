with

links as (select * from {{ ref('int_virtual__presenter_links') }}),
virtual_events as (select * from {{ ref('int_virtual__events') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),
crm_participations as (select * from {{ ref('int_crm__participations') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),

presenters as (select * from links where person_key is not null),

presented as (
    select
        {{ key(["presenters.event_key", "presenters.person_key"]) }} as participation_key,
        presenters.event_key,
        presenters.person_key,
        'Presenter' as participant_type,
        case rules.attendance_rule
            when 'counted' then 'Attended'
            when 'no_show' then 'No-Show'
            when 'cancelled' then 'Canceled'
            else 'Registered'
        end as status,
        case rules.attendance_rule
            when 'counted' then 'Attended'
            when 'no_show' then 'NoShow'
            when 'cancelled' then 'Canceled'
            else 'SignedUp'
        end as attendance_status,
        rules.took_place as is_credited,
        case
            when rules.took_place
                then cast(ceil(virtual_events.duration_minutes / 60.0) as double)
            else 0.0
        end as delivery_hours,
        presenters.import_source,
        presenters.is_tagged,
        cast(null as varchar) as salesforce_id,
        cast(null as varchar) as age_group,
        cast(null as varchar) as raw_status,
        cast(null as varchar) as contact_salesforce_id,
        'presenter_duration' as length_source,
        cast(null as double) as event_hours
    from presenters
    inner join virtual_events on presenters.event_key = virtual_events.event_key
    inner join rules on virtual_events.status = rules.status
),

-- Hours that were never recorded are the session's, one at least (salesforce.md M30).
volunteered as (
    select
        crm_participations.participation_key,
        crm_participations.event_key,
        crm_participations.person_key,
        'Volunteer' as participant_type,
        crm_participations.status,
        case crm_participations.status
            when 'Attended' then 'Attended'
            when 'No-Show' then 'NoShow'
            when 'Cancelled' then 'Canceled'
            else 'SignedUp'
        end as attendance_status,
        crm_participations.is_credited,
        crm_participations.delivery_hours,
        'salesforce_sync' as import_source,
        false as is_tagged,
        crm_participations.participant_id as salesforce_id,
        crm_participations.age_group,
        crm_participations.raw_status,
        crm_participations.survivor_id as contact_salesforce_id,
        'delivery' as length_source,
        case
            when crm_events.duration_minutes is not null
                then greatest(1.0, crm_events.duration_minutes / 60.0)
        end as event_hours
    from crm_participations
    inner join crm_events on crm_participations.event_key = crm_events.event_key
    where
        crm_participations.outcome = 'kept' and crm_participations.participant_type = 'Volunteer'
),

together as (
    select * from presented
    union all
    select * from volunteered
)

select
    participation_key,
    event_key,
    person_key,
    participant_type,
    status,
    attendance_status,
    is_credited,
    delivery_hours,
    import_source,
    is_tagged,
    salesforce_id,
    case
        when not is_credited then 'none'
        when delivery_hours > 0 then length_source
        when event_hours is not null then 'event_duration'
        else 'none'
    end as hours_source,
    case
        when not is_credited then 0.0
        when delivery_hours > 0 then delivery_hours
        else cast(coalesce(event_hours, 0) as double)
    end as hours,
    case
        when is_credited and delivery_hours > 0 and length_source = 'delivery' then delivery_hours
        else 0.0
    end as strict_hours,
    age_group,
    raw_status,
    contact_salesforce_id
from together
