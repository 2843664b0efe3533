{#- How many records of each kind have a value in each field, all of them and those of each
    organization (platform.md 6.5). One row per kind, organization and field. Records that lack the
    same fields are counted together before fields are told apart. -#}
with

records as (select * from {{ ref('int_quality__completeness') }}),

fields as (
    {%- for entity, names in completeness_fields().items() -%}
        {%- for name in names %}
            select
                '{{ entity }}' as entity_type,
                '{{ name }}' as field,
                {{ loop.index }} as field_position
            {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

patterns as (
    select
        entity_type,
        organization_key,
        filled_marks,
        count(*) as record_count,
        sum(case when is_counted then 1 else 0 end) as counted_count
    from records
    group by entity_type, organization_key, filled_marks
),

scoped as (
    select
        entity_type,
        cast(null as varchar) as organization_key,
        filled_marks,
        sum(record_count) as record_count,
        sum(counted_count) as counted_count
    from patterns
    group by entity_type, filled_marks
    union all
    select
        entity_type,
        organization_key,
        filled_marks,
        record_count,
        counted_count
    from patterns
    where organization_key is not null
)

select
    scoped.entity_type,
    scoped.organization_key,
    fields.field,
    fields.field_position,
    cast(sum(scoped.record_count) as bigint) as total_count,
    cast(
        sum(
            case
                when substr(scoped.filled_marks, fields.field_position, 1) = '1'
                    then scoped.record_count
                else 0
            end
        ) as bigint
    ) as with_value_count,
    cast(sum(scoped.counted_count) as bigint) as counted_count
from scoped
inner join fields on scoped.entity_type = fields.entity_type
group by
    scoped.entity_type,
    scoped.organization_key,
    fields.field,
    fields.field_position
