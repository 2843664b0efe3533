{{ config(materialized='view') }}
{#- Of each run over the CRM what could not be counted as it landed, by the names of platform.md
    2.9: the fields of each object it read, and how many findings of each rule its records have that
    no later load brought again. One row per run. -#}
with

crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),
fields as (select * from {{ ref('import_fields') }}),
rules as (select * from {{ ref('int_quality__rules') }}),
crm_places as (select * from {{ ref('int_quality__crm_places') }}),
crm_people as (select * from {{ ref('int_quality__crm_people') }}),
crm_events as (select * from {{ ref('int_quality__crm_events') }}),

objects as (
    select distinct
        run_id,
        object_name
    from crm_loads
),

headings as (
    select
        run_id,
        object_name,
        {{ json_list('field_name') }} as headers
    from fields
    group by run_id, object_name
),

crm_findings as (
    {% for kind in ['places', 'people', 'events'] -%}
        select
            rule_code,
            last_load_seq
        from crm_{{ kind }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

broken_by_object as (
    select
        run_id,
        object_name,
        {{ json_counts('rule_code', 'finding_count') }} as rule_counts
    from (
        select
            crm_loads.run_id,
            crm_loads.object_name,
            crm_findings.rule_code,
            count(*) as finding_count
        from crm_loads
        inner join crm_findings on crm_loads.load_seq = crm_findings.last_load_seq
        inner join rules on crm_findings.rule_code = rules.rule_code
        group by crm_loads.run_id, crm_loads.object_name, crm_findings.rule_code
    ) as counts
    group by run_id, object_name
)

select
    objects.run_id,
    cast(
        json_object(
            'staging', cast(
                {{ json_counts(
                    'objects.object_name',
                    "json_object('headers', cast(coalesce(headings.headers, '[]') as json))"
                ) }} as json
            ),
            'dq', cast(
                {{ json_counts(
                    'objects.object_name',
                    "json_object('rule_counts', cast(broken_by_object.rule_counts as json))"
                ) }} as json
            )
        ) as varchar
    ) as metrics_json
from objects
left join headings
    on objects.run_id = headings.run_id and objects.object_name = headings.object_name
left join broken_by_object
    on
        objects.run_id = broken_by_object.run_id
        and objects.object_name = broken_by_object.object_name
group by objects.run_id
