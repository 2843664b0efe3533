{{ config(materialized='view') }}
{#- What the rules of platform.md 3.2 find in rows of organizations by file, one row per landed row
    and finding. -#}
with

organizations as (select * from {{ ref('int_csv__organizations_rows') }}),

live as (select * from organizations where not is_blank)

select
    run_id,
    row_number,
    'ORG_NAME_REQUIRED' as rule_code,
    'name' as field
from live
where organization_name is null
union all
select
    run_id,
    row_number,
    'CONTACT_FORMAT' as rule_code,
    'email' as field
from live
where has_invalid_email
union all
select
    run_id,
    row_number,
    'CONTACT_FORMAT' as rule_code,
    'phone' as field
from live
where has_invalid_phone
