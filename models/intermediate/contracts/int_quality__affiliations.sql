{{ config(materialized='view') }}
{#- What the rules of platform.md 3.2 find in rows of affiliations by file, one row per landed row
    and finding. -#}
with

affiliations as (select * from {{ ref('int_csv__affiliations_rows') }}),

live as (select * from affiliations where not is_blank)

select
    run_id,
    row_number,
    'AFF_CONTACT_REQUIRED' as rule_code,
    'contact_external_id' as field
from live
where contact_external_id is null
union all
select
    run_id,
    row_number,
    'AFF_ORGANIZATION_REQUIRED' as rule_code,
    'organization_external_id' as field
from live
where organization_external_id is null
