{#- The rows of shifts by file, corrected where a steward did (platform.md 2.6). One row per landed
    row. -#}
{{ config(materialized='view') }}
{%- set fields = [
    'event_ref', 'start_at', 'end_at', 'capacity', 'role', 'source_updated_at'
] -%}
with

staged as (select * from {{ ref('stg_csv__shifts') }}),
patches as (select * from {{ ref('int_decisions__row_patches') }}),

{{ corrected_rows(fields) }},

typed as (
    select
        entered.*,
        {{ contract_timestamp('entered.start_at_text') }} as start_at,
        {{ contract_timestamp('entered.end_at_text') }} as end_at,
        {{ contract_timestamp('entered.source_updated_at_text') }} as source_updated_at,
        {{ contract_number('entered.capacity_text') }} as capacity
    from entered
)

select
    {{ row_keys() }},
    payload,
    source_updated_at,
    event_ref_text as event_ref,
    start_at,
    end_at,
    case when capacity >= 0 then capacity end as capacity,
    capacity_text is not null and coalesce(capacity < 0, true) as is_capacity_invalid,
    role_text as role,
    {{ unread(['end_at', 'source_updated_at']) }} as unreadable_fields,
    cast(null as varchar) as unmapped_fields,
    {{ fingerprint([
        'event_ref_text', 'start_at', 'end_at', 'capacity', 'lower(role_text)'
    ]) }} as fingerprint
from typed
