{#- The rows of every complete landing of shifts as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = ['event_ref', 'start_at', 'end_at', 'capacity', 'role'] -%}
{%- set content = "concat_ws('|', event_ref, start_at, lower(role))" -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'shifts') }}),

{{ contract_rows(
    'shift', fields, content, references=['event_ref'], is_natural_key=true
) }}
