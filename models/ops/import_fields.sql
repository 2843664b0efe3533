{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='field_key',
        on_schema_change='fail'
    )
}}
{#- What each run brought in each field, as it landed (platform.md 6.2): of every field of the file,
    or of the object of the CRM, how many of the rows that landed have a value, and which of ours
    takes it; of ours that the run had no field for, that none has. It was counted when the rows
    landed, so no build reads them for it, and a run of a version that did not count has no row. What
    a value is worth is asked elsewhere: here an e-mail that nobody can read is one. A backfill
    reads an object in windows, which are added up. A later build looks at runs that have landed
    more since. One row per run, object and field. -#}
with

pathful_loads as (select * from {{ ref('stg_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),

all_loads as (
    {% for source, object_name in {
        'pathful': 'report_type', 'roster': "'roster'", 'csv': 'report_type', 'crm': 'object_name'
    }.items() -%}
        select
            run_id,
            load_seq,
            '{{ 'salesforce' if source == 'crm' else source }}' as source, -- noqa: RF04
            {{ object_name }} as object_name,
            field_counts
        from {{ source }}_loads
        {{ 'union all' if not loop.last }}
    {% endfor -%}
),

landed as (
    select
        run_id,
        load_seq,
        source,
        object_name,
        {{ json_values('field_counts') }} as counted
    from all_loads
    {% if is_incremental() %}
        where
            run_id in (
                select newer.run_id
                from all_loads as newer
                where
                    newer.load_seq
                    > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
            )
    {% endif %}
),

told as (
    select
        run_id,
        load_seq,
        source,
        object_name,
        {{ json_text('counted', 'field') }} as field_name,
        {{ json_text('counted', 'target') }} as target_name,
        cast({{ json_text('counted', 'values') }} as bigint) as with_value_count,
        cast({{ json_text('counted', 'rows') }} as bigint) as total_count
    from landed
),

added_up as (
    select
        run_id,
        max(load_seq) as load_seq,
        source,
        object_name,
        field_name,
        target_name,
        cast(sum(with_value_count) as bigint) as with_value_count,
        cast(sum(total_count) as bigint) as total_count
    from told
    group by run_id, source, object_name, field_name, target_name
),

rated as (
    select
        *,
        cast(round(100.0 * with_value_count / nullif(total_count, 0), 2) as double) as rate_pct
    from added_up
)

select
    {{ key(['run_id', 'object_name', 'field_name', 'target_name']) }} as field_key,
    run_id,
    load_seq,
    source,
    object_name,
    field_name,
    target_name,
    with_value_count,
    total_count,
    rate_pct,
    {{ completeness_status('rate_pct') }} as status
from rated
