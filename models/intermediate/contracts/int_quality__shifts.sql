{{ config(materialized='view') }}
{#- What the rules of platform.md 3.2 find in rows of shifts by file, one row per landed row and
    finding. -#}
with

shifts as (select * from {{ ref('int_csv__shifts_rows') }}),

live as (select * from shifts where not is_blank)

select
    run_id,
    row_number,
    'SHIFT_EVENT_REQUIRED' as rule_code,
    'event_ref' as field
from live
where event_ref is null
union all
select
    run_id,
    row_number,
    'SHIFT_START_REQUIRED' as rule_code,
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
