{#- The rows of every complete landing of organizations as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = [
    'name', 'description', 'organization_type', 'website', 'phone', 'email', 'tax_id',
    'logo_url', 'contact_person_name', 'contact_person_title', 'founded_date', 'is_active',
    'slug'
] -%}
{%- set content = "lower(name)" -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'organizations') }}),

{{ contract_rows('organization', fields, content, long_texts=['description']) }}
