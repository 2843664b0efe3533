{#- What each run brought of each object of the CRM, and how many of those records break an enforced
    error rule. A backfill reads an object in windows, each a load of its own: what they brought is
    added up. One row per run and object. -#}
{%- set summed = [
    'rows_extracted', 'rows_duplicate', 'rows_inserted', 'rows_updated', 'rows_reactivated',
    'rows_unchanged', 'rows_deleted', 'rows_landed'
] -%}
{%- set last = [
    'describe_sha256', 'missing_fields', 'unmapped_fields', 'changed_types', 'warnings'
] -%}
with

loads as (select * from {{ ref('stg_salesforce__loads') }}),
rules as (select * from {{ ref('int_quality__rules') }}),
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
    inner join rules on found.rule_code = rules.rule_code
    where rules.severity = 'error' and rules.mode = 'enforce'
    group by found.last_load_seq
)

select
    loads.run_id,
    loads.object_name,
    max(loads.load_seq) as load_seq,
    max_by(loads.mode, loads.load_seq) as mode, -- noqa: RF04
    max_by(loads.transport, loads.load_seq) as transport,
    max_by(loads.label, loads.load_seq) as label,
    min(loads.window_from) as window_from,
    max(loads.window_to) as window_to,
    max(loads.watermark) as watermark,
    {% for name in summed -%}
        cast(sum(loads.{{ name }}) as bigint) as {{ name }},
    {% endfor -%}
    cast(sum(coalesce(held_back.rows_quarantined, 0)) as bigint) as rows_quarantined,
    max_by(loads.source_count, loads.load_seq) as source_count,
    cast(sum(loads.call_count) as bigint) as call_count,
    cast(sum(loads.byte_count) as bigint) as byte_count,
    cast(sum(loads.retry_count) as bigint) as retry_count,
    bool_or(loads.is_full_list) as is_full_list,
    {% for name in last -%}
        max_by(loads.{{ name }}, loads.load_seq) as {{ name }},
    {% endfor -%}
    max(loads.max_modified_at) as max_modified_at,
    min(loads.started_at) as started_at,
    max(loads.landed_at) as landed_at,
    round(sum(epoch(loads.landed_at) - epoch(loads.started_at)), 3) as duration_seconds
from loads
left join held_back on loads.load_seq = held_back.load_seq
group by loads.run_id, loads.object_name
