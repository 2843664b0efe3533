{#- Which Completed event counts in which school year, scope and host (salesforce.md §6.2). One row
    per event and cell. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
periods as (select * from {{ ref('int_metrics__event_periods') }}),
scopes as (select * from {{ ref('int_metrics__event_scopes') }}),
list_hosts as (select * from {{ ref('int_metrics__event_hosts') }})

select
    scopes.scope_type,
    scopes.scope_key,
    scopes.district_count,
    periods.period_label as school_year,
    periods.starts_on,
    list_hosts.host,
    events.event_key,
    events.event_type,
    events.is_virtual_type,
    events.is_cancelled,
    events.is_completed,
    events.duration_minutes
from events
inner join periods on events.event_key = periods.event_key
inner join scopes on events.event_key = scopes.event_key
inner join list_hosts on events.event_key = list_hosts.event_key
where periods.period_type = 'school_year'
