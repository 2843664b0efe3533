{#- What the rules found in the rows themselves, before any reference is looked at: the rules of
    each kind of row, and those that hold for all of them (platform.md 3.1, 3.2). One row per
    landed row, rule and field. -#}
with

people as (select * from {{ ref('int_quality__people') }}),
events as (select * from {{ ref('int_quality__events') }}),
shifts as (select * from {{ ref('int_quality__shifts') }}),
organizations as (select * from {{ ref('int_quality__organizations') }}),
affiliations as (select * from {{ ref('int_quality__affiliations') }}),
all_rows as (select * from {{ ref('int_csv__rows') }}),
rules as (select * from {{ ref('int_quality__rules') }}),
states as (select * from {{ ref('int_decisions__violation_states') }}),

unread as (
    select
        run_id,
        row_number,
        'VOL_DATE_FORMAT' as rule_code,
        unreadable_fields as fields
    from all_rows
    where unreadable_fields is not null
    union all
    select
        run_id,
        row_number,
        'DOM-203' as rule_code,
        unmapped_fields as fields
    from all_rows
    where unmapped_fields is not null
),

found as (
    select
        run_id,
        row_number,
        rule_code,
        cast(null as varchar) as sub_code,
        field,
        severity
    from people
    {% for entity in ['events', 'shifts', 'organizations', 'affiliations'] %}
        union all
        select
            run_id,
            row_number,
            rule_code,
            cast(null as varchar) as sub_code,
            field,
            cast(null as varchar) as severity
        from {{ entity }}
    {% endfor %}
    union all
    select
        run_id,
        row_number,
        rule_code,
        cast(null as varchar) as sub_code,
        {{ split_list('fields', ',') }} as field,
        cast(null as varchar) as severity
    from unread
    union all
    select
        run_id,
        row_number,
        'VOL_EXTERNAL_ID_SYNTHESISED' as rule_code,
        cast(null as varchar) as sub_code,
        'external_id' as field,
        cast(null as varchar) as severity
    from all_rows
    where is_id_synthesised
    union all
    select
        run_id,
        row_number,
        'VOL_DUPLICATE_IN_FILE' as rule_code,
        cast(null as varchar) as sub_code,
        'external_id' as field,
        cast(null as varchar) as severity
    from all_rows
    where is_superseded
    union all
    select
        run_id,
        row_number,
        'SOURCE_DATED_AHEAD' as rule_code,
        cast(null as varchar) as sub_code,
        'source_updated_at' as field,
        cast(null as varchar) as severity
    from all_rows
    where is_dated_ahead
    union all
    select
        run_id,
        row_number,
        'SOURCE_SYSTEM_FORMAT' as rule_code,
        cast(null as varchar) as sub_code,
        'external_system' as field,
        cast(null as varchar) as severity
    from all_rows
    where is_system_odd and not is_blank
)

{{ judged() }}
