{{ config(materialized='view') }}
{#- Where an event counts: once in everything, and once in each of its districts (M50). Districts
    are therefore never added up. One row per event and scope. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
event_districts as (select * from {{ ref('bridge_event_districts') }}),

-- Links of events that are not counted say nothing about others.
list_districts as (
    select distinct
        event_key,
        district_key
    from event_districts
),

count_districts as (
    select
        event_key,
        count(*) as district_count
    from list_districts
    group by event_key
)

select
    events.event_key,
    'all' as scope_type,
    'all' as scope_key,
    coalesce(count_districts.district_count, 0) as district_count
from events
left join count_districts on events.event_key = count_districts.event_key
union all
select
    events.event_key,
    'district' as scope_type,
    coalesce(list_districts.district_key, 'Unknown') as scope_key,
    coalesce(count_districts.district_count, 0) as district_count
from events
left join list_districts on events.event_key = list_districts.event_key
left join count_districts on events.event_key = count_districts.event_key
