{{ config(materialized='view') }}
{#- The hosts an event may be looked at by (salesforce.md §6.2): all of them, and PREPKC where its
    session host names it. One row per event and host. -#}
with

events as (select * from {{ ref('int_metrics__events') }})

select
    event_key,
    'all' as host
from events
union all
select
    event_key,
    'prepkc' as host
from events
where is_prepkc
