{#- What every row by file has in common, whatever it is about (sign-ups have their own models),
    and which of the rows of one file about one record counts: the one that its source changed
    last, else the lowest (platform.md 3.2 VOL_DUPLICATE_IN_FILE). A source that dates a change
    ahead would be the newest for ever: it counts as of the landing (5.1). is_counting says whether
    any load of the row counts. One row per landed row. -#}
{%- set columns = [
    'entity_type', 'run_id', 'row_number', 'landed_at', 'external_system', 'external_id',
    'is_id_synthesised', 'record_hash', 'source_updated_at', 'is_blank', 'is_system_odd',
    'unreadable_fields', 'unmapped_fields', 'fingerprint', 'payload'
] -%}
with

people as (select * from {{ ref('int_csv__people_rows') }}),
events as (select * from {{ ref('int_csv__events_rows') }}),
shifts as (select * from {{ ref('int_csv__shifts_rows') }}),
organizations as (select * from {{ ref('int_csv__organizations_rows') }}),
affiliations as (select * from {{ ref('int_csv__affiliations_rows') }}),
loads as (select * from {{ ref('int_csv__loads') }}),

counting as (select distinct rows_run_id from loads),

entered as (
    {% for entity in ['people', 'events', 'shifts', 'organizations', 'affiliations'] %}
        select {{ columns | join(', ') }}
        from {{ entity }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

landed as (
    select
        * replace (
            case
                when source_updated_at is not null then least(source_updated_at, latest_at)
            end as source_updated_at
        ),
        coalesce(source_updated_at > latest_at, false) as is_dated_ahead
    from (
        select
            *,
            landed_at + interval 5 minutes as latest_at
        from entered
    ) as dated
)

select
    {% for column in columns -%}
        landed.{{ column }},
    {% endfor -%}
    landed.is_dated_ahead,
    counting.rows_run_id is not null as is_counting,
    not landed.is_blank
    and row_number() over (
        partition by landed.run_id, landed.is_blank, landed.record_hash
        order by landed.source_updated_at desc nulls last, landed.row_number desc
    ) > 1 as is_superseded
from landed
left join counting on landed.run_id = counting.rows_run_id
