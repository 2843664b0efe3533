{#- The fields that the CRM's describe tells, as of the newest load that told them. One row per
    object and field. -#}
with

fields as (select * from {{ source('raw_salesforce', 'fields') }})

select
    object_name,
    field_name,
    field_type,
    label,
    is_custom,
    is_calculated,
    is_mapped,
    run_id,
    load_seq,
    landed_at
from fields
qualify
    load_seq = max(load_seq) over (partition by object_name)
