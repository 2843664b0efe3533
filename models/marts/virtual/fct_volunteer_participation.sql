with

links as (select * from {{ ref('int_virtual__presenter_links') }}),
events as (select * from {{ ref('int_virtual__events') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

presenters as (select * from links where person_key is not null)

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
        when rules.took_place then cast(ceil(events.duration_minutes / 60.0) as double) else 0.0
    end as delivery_hours,
    presenters.import_source,
    presenters.is_tagged
from presenters
inner join events on presenters.event_key = events.event_key
inner join rules on events.status = rules.status
