{#- The rows of every complete landing of affiliations as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = [
    'contact_external_id', 'organization_external_id', 'role', 'is_primary', 'status',
    'start_date', 'end_date'
] -%}
{%- set content = "concat_ws('|', contact_external_id, organization_external_id)" -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'affiliations') }}),

{{ contract_rows('affiliation', fields, content, is_natural_key=true) }}
