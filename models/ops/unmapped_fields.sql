{#- Fields that the CRM has, and columns that files of ours had, which nothing here reads, as the
    runs found them (platform.md 11.3). One row per object and field. -#}
with

loads as (select * from {{ ref('stg_salesforce__loads') }}),
fields as (select * from {{ ref('stg_salesforce__fields') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),

-- The list rarely changes, so that it is taken apart once for each of its states.
lists as (
    select
        'salesforce' as source, -- noqa: RF04
        object_name,
        unmapped_fields,
        min(load_seq) as first_load_seq,
        min_by(run_id, load_seq) as first_run_id,
        max(load_seq) as last_load_seq,
        max_by(run_id, load_seq) as last_run_id
    from loads
    group by object_name, unmapped_fields
    union all
    select
        'csv' as source, -- noqa: RF04
        report_type as object_name,
        unmapped_columns as unmapped_fields,
        min(load_seq) as first_load_seq,
        min_by(run_id, load_seq) as first_run_id,
        max(load_seq) as last_load_seq,
        max_by(run_id, load_seq) as last_run_id
    from csv_loads
    group by report_type, unmapped_columns
),

listed as (
    select
        source,
        object_name,
        first_load_seq,
        first_run_id,
        last_load_seq,
        last_run_id,
        {{ json_values('unmapped_fields') }} as field_name
    from lists
),

seen as (
    select
        source,
        object_name,
        field_name,
        min_by(first_run_id, first_load_seq) as first_seen_run_id,
        max_by(last_run_id, last_load_seq) as last_seen_run_id
    from listed
    group by source, object_name, field_name
)

select
    seen.source,
    seen.object_name,
    seen.field_name,
    fields.field_type,
    fields.label,
    fields.is_custom,
    seen.first_seen_run_id,
    seen.last_seen_run_id
from seen
left join fields
    on
        seen.source = 'salesforce'
        and seen.object_name = fields.object_name
        and seen.field_name = fields.field_name
