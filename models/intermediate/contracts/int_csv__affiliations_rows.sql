{#- The rows of people's ties to organizations by file, corrected where a steward did
    (platform.md 2.4). An end is never invented: a tie that is not current may have none. One row
    per landed row. -#}
{{ config(materialized='view') }}
{%- set fields = [
    'contact_external_id', 'organization_external_id', 'role', 'is_primary', 'status',
    'start_date', 'end_date', 'source_updated_at'
] -%}
with

staged as (select * from {{ ref('stg_csv__affiliations') }}),
patches as (select * from {{ ref('int_decisions__row_patches') }}),

{{ corrected_rows(fields) }},

typed as (
    select
        entered.*,
        {{ contract_boolean('entered.is_primary_text') }} as is_primary,
        {{ contract_date('entered.start_date_text') }} as start_date,
        {{ contract_date('entered.end_date_text') }} as end_date,
        {{ contract_timestamp('entered.source_updated_at_text') }} as source_updated_at
    from entered
)

select
    {{ row_keys() }},
    payload,
    source_updated_at,
    {{ clean_id('contact_external_id_text') }} as contact_external_id,
    {{ clean_id('organization_external_id_text') }} as organization_external_id,
    role_text as role,
    coalesce(is_primary, false) as is_primary,
    status_text as status,
    start_date,
    end_date,
    end_date_text is null
    and coalesce(lower(status_text) = 'current', true) as is_current,
    {{ unread(['start_date', 'end_date', 'source_updated_at']) }} as unreadable_fields,
    {{ unread(['is_primary']) }} as unmapped_fields,
    {{ fingerprint([
        'contact_external_id_text', 'organization_external_id_text', 'role_text', 'is_primary',
        'status_text', 'start_date', 'end_date'
    ]) }} as fingerprint
from typed
