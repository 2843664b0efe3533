{{ config(materialized='view') }}
{#- The years that reports about people and organizations offer (salesforce.md §6.3): the school
    year of an event, and `all`, which begins nowhere. One row per event and year. -#}
with

periods as (select * from {{ ref('int_metrics__event_periods') }}),
events as (select * from {{ ref('int_metrics__events') }})

select
    event_key,
    period_label as school_year,
    starts_on
from periods
where period_type = 'school_year'
union all
select
    event_key,
    'all' as school_year,
    cast(null as date) as starts_on
from events
