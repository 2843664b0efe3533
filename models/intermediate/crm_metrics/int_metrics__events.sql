{#- What the metrics of salesforce.md §6 ask of an event, each question answered here once. One row
    per event with a date; the date is the local one, so the last day of a window counts whole. -#}
with

events as (select * from {{ ref('dim_events') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
program_types as (select * from {{ ref('map_program_types') }}),

virtual_types as (
    select event_type
    from program_types
    where counting_rule = 'teachers'
)

select
    events.event_key,
    events.session_date,
    cast(date_trunc('month', events.session_date) as date) as month_date,
    coalesce(events.event_type, 'Unknown') as event_type,
    events.status,
    coalesce(events.format = 'virtual', false) as is_virtual,
    virtual_types.event_type is not null as is_virtual_type,
    status_rules.attendance_rule = 'cancelled' as is_cancelled,
    events.status = 'Completed' as is_completed,
    coalesce(lower(events.session_host) like '%prepkc%', false) as is_prepkc,
    events.duration_minutes
from events
inner join status_rules on events.status = status_rules.status
left join virtual_types on events.event_type = virtual_types.event_type
where events.session_date is not null
