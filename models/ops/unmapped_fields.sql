{#- Fields that the CRM has, and columns that files had, which nothing here reads, as the runs found
    them (platform.md 11.3), with what the newest file that had the column says in it and the name of
    ours that it is most like (1.8, IMP-73a). One row per object and field. -#}
{%- set like_from = 0.94 -%}
{%- set shown = 3 -%}
{#- What a name is without its signs, and without what the CRM puts behind its own. -#}
{%- set plain = "regexp_replace(lower(%s), '__c$|[^a-z0-9]', '', 'g')" -%}
{%- set likeness = name_similarity(
    plain | replace('%s', 'seen.field_name'), plain | replace('%s', 'targets.header')
) -%}
with

loads as (select * from {{ ref('stg_salesforce__loads') }}),
fields as (select * from {{ ref('stg_salesforce__fields') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
pathful_loads as (select * from {{ ref('stg_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
csv_rows as (select * from {{ ref('int_csv__rows') }}),
signup_rows as (select * from {{ ref('stg_csv__signups') }}),
session_rows as (select * from {{ ref('stg_pathful__session_rows') }}),
user_rows as (select * from {{ ref('stg_pathful__users') }}),
contract_headers as (select * from {{ ref('map_contract_headers') }}),
report_headers as (select * from {{ ref('map_report_headers') }}),

file_loads as (
    {% for source in ['csv', 'pathful', 'roster'] -%}
        select
            '{{ source }}' as source, -- noqa: RF04
            {{ "'roster'" if source == 'roster' else 'report_type' }} as object_name,
            unmapped_columns as unmapped_fields,
            load_seq,
            run_id,
            rows_run_id
        from {{ source }}_loads
        {{ 'union all' if not loop.last }}
    {% endfor -%}
),

-- The list rarely changes, so that it is taken apart once for each of its states.
lists as (
    select
        'salesforce' as source, -- noqa: RF04
        object_name,
        unmapped_fields,
        min(load_seq) as first_load_seq,
        min_by(run_id, load_seq) as first_run_id,
        max(load_seq) as last_load_seq,
        max_by(run_id, load_seq) as last_run_id,
        cast(null as varchar) as last_rows_run_id
    from loads
    group by object_name, unmapped_fields
    union all
    select
        source,
        object_name,
        unmapped_fields,
        min(load_seq) as first_load_seq,
        min_by(run_id, load_seq) as first_run_id,
        max(load_seq) as last_load_seq,
        max_by(run_id, load_seq) as last_run_id,
        max_by(rows_run_id, load_seq) as last_rows_run_id
    from file_loads
    group by source, object_name, unmapped_fields
),

listed as (
    select
        source,
        object_name,
        first_load_seq,
        first_run_id,
        last_load_seq,
        last_run_id,
        last_rows_run_id,
        {{ json_values('unmapped_fields') }} as field_name
    from lists
),

seen as (
    select
        source,
        object_name,
        field_name,
        min_by(first_run_id, first_load_seq) as first_seen_run_id,
        max_by(last_run_id, last_load_seq) as last_seen_run_id,
        max_by(last_rows_run_id, last_load_seq) as rows_run_id
    from listed
    group by source, object_name, field_name
),

-- The lines of those files, as they came.
lines as (
    {% for table in ['csv_rows', 'signup_rows', 'session_rows', 'user_rows'] -%}
        select
            run_id,
            payload
        from {{ table }}
        where run_id in (select seen.rows_run_id from seen)
        {{ 'union all' if not loop.last }}
    {% endfor -%}
),

cells as (
    select
        seen.source,
        seen.object_name,
        seen.field_name,
        nullif(trim({{ json_key('lines.payload', 'seen.field_name') }}), '') as cell
    from seen
    inner join lines on seen.rows_run_id = lines.run_id
),

-- Of a cell its first character is shown: enough to tell numbers, dates and names apart.
masked as (
    select
        source,
        object_name,
        field_name,
        left(cell, 1) || '***' as sample,
        count(*) as row_count
    from cells
    where cell is not null
    group by source, object_name, field_name, left(cell, 1)
),

samples as (
    select
        source,
        object_name,
        field_name,
        sum(row_count) as value_count,
        string_agg(sample, ', ' order by sample) filter (where place <= {{ shown }}) as samples
    from (
        select
            *,
            row_number() over (
                partition by source, object_name, field_name
                order by row_count desc, sample asc
            ) as place
        from masked
    ) as placed
    group by source, object_name, field_name
),

-- A field of the CRM may be any field of ours.
targets as (
    select
        report_type as object_name,
        canonical,
        header
    from contract_headers
    union all
    select
        report_type as object_name,
        canonical,
        header
    from report_headers
),

suggested as (
    select
        seen.source,
        seen.object_name,
        seen.field_name,
        targets.canonical
    from seen
    inner join targets on seen.source = 'salesforce' or seen.object_name = targets.object_name
    where {{ likeness }} >= {{ like_from }}
    qualify
        row_number() over (
            partition by seen.source, seen.object_name, seen.field_name
            order by
                {{ likeness }} desc,
                targets.canonical asc,
                targets.object_name asc
        ) = 1
)

select
    seen.source,
    seen.object_name,
    seen.field_name,
    fields.field_type,
    fields.label,
    fields.is_custom,
    seen.first_seen_run_id,
    seen.last_seen_run_id,
    case
        when seen.rows_run_id is not null and seen.source <> 'roster'
            then cast(coalesce(samples.value_count, 0) as bigint)
    end as value_count,
    samples.samples,
    suggested.canonical as suggested_target
from seen
left join fields
    on
        case when seen.source = 'salesforce' then seen.object_name end = fields.object_name
        and seen.field_name = fields.field_name
left join samples
    on
        seen.source = samples.source
        and seen.object_name = samples.object_name
        and seen.field_name = samples.field_name
left join suggested
    on
        seen.source = suggested.source
        and seen.object_name = suggested.object_name
        and seen.field_name = suggested.field_name
