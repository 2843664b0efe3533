{#- One row per run and object of the CRM that landed whole; the load row is written last. -#}
with

loads as (select * from {{ source('raw_salesforce', 'loads') }})

select
    load_seq,
    run_id,
    object_name,
    mode,
    transport,
    label,
    window_from,
    window_to,
    watermark,
    rows_extracted,
    rows_duplicate,
    rows_inserted,
    rows_updated,
    coalesce(rows_reactivated, 0) as rows_reactivated,
    rows_unchanged,
    rows_deleted,
    rows_landed,
    source_count,
    call_count,
    byte_count,
    retry_count,
    is_full_list,
    describe_sha256,
    missing_fields,
    unmapped_fields,
    field_counts,
    changed_types,
    warnings,
    max_modified_at,
    started_at,
    landed_at
from loads
