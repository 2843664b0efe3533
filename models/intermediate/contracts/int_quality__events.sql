{{ config(materialized='view') }}
{#- What the rules of platform.md 3.2 find in rows of events by file, one row per landed row and
    finding. An end as early as the start is no end. -#}
with

events as (select * from {{ ref('int_csv__events_rows') }}),

live as (select * from events where not is_blank)

select
    run_id,
    row_number,
    'EVENT_TITLE_REQUIRED' as rule_code,
    'title' as field
from live
where title is null
union all
select
    run_id,
    row_number,
    'EVENT_START_DATE_REQUIRED' as rule_code,
    'start_at' as field
from live
where start_at is null
union all
select
    run_id,
    row_number,
    'EVENT_DATE_VALIDATION' as rule_code,
    'end_at' as field
from live
where end_at <= start_at
union all
select
    run_id,
    row_number,
    'DOM-205' as rule_code,
    'capacity' as field
from live
where is_capacity_invalid
