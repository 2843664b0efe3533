{#- What each run brought of each object of the CRM, and how many of those records an error rule
    holds back. One row per run and object. -#}
with

loads as (select * from {{ ref('stg_salesforce__loads') }}),
rules as (select * from {{ ref('rule_data_quality') }}),
places as (select * from {{ ref('int_quality__crm_places') }}),
people as (select * from {{ ref('int_quality__crm_people') }}),
events as (select * from {{ ref('int_quality__crm_events') }}),

found as (
    select
        rule_code,
        record_key,
        last_load_seq
    from places
    union all
    select
        rule_code,
        record_key,
        last_load_seq
    from people
    union all
    select
        rule_code,
        record_key,
        last_load_seq
    from events
),

held_back as (
    select
        found.last_load_seq as load_seq,
        count(distinct found.record_key) as rows_quarantined
    from found
    inner join rules on found.rule_code = rules.rule_code and rules.severity = 'error'
    group by found.last_load_seq
)

select
    loads.run_id,
    loads.object_name,
    loads.load_seq,
    loads.mode,
    loads.transport,
    loads.label,
    loads.window_from,
    loads.window_to,
    loads.watermark,
    loads.rows_extracted,
    loads.rows_duplicate,
    loads.rows_inserted,
    loads.rows_updated,
    loads.rows_unchanged,
    loads.rows_deleted,
    loads.rows_landed,
    coalesce(held_back.rows_quarantined, 0) as rows_quarantined,
    loads.source_count,
    loads.call_count,
    loads.byte_count,
    loads.retry_count,
    loads.is_full_list,
    loads.describe_sha256,
    loads.missing_fields,
    loads.unmapped_fields,
    loads.changed_types,
    loads.warnings,
    loads.max_modified_at,
    loads.started_at,
    loads.landed_at,
    round(epoch(loads.landed_at) - epoch(loads.started_at), 3) as duration_seconds
from loads
left join held_back on loads.load_seq = held_back.load_seq
