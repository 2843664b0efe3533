{#- How many records of each kind have a value in each field, all of them and those of each
    organization, with the scores made of it (platform.md 6.5). One row per kind, organization and
    field. Records that lack the same fields are counted together before fields are told apart. -#}
with

records as (select * from {{ ref('int_quality__completeness') }}),
settings as (select * from {{ ref('int_decisions__config') }}),

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

enabled as (
    select
        fields.*,
        coalesce(settings.value, 1) = 1 as is_enabled
    from fields
    left join settings
        on 'completeness.' || fields.entity_type || '.' || fields.field = settings.config_key
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
),

counted as (
    select
        scoped.entity_type,
        scoped.organization_key,
        enabled.field,
        enabled.field_position,
        enabled.is_enabled,
        cast(sum(scoped.record_count) as bigint) as total_count,
        cast(
            sum(
                case
                    when substr(scoped.filled_marks, enabled.field_position, 1) = '1'
                        then scoped.record_count
                    else 0
                end
            ) as bigint
        ) as with_value_count,
        cast(sum(scoped.counted_count) as bigint) as counted_count
    from scoped
    inner join enabled on scoped.entity_type = enabled.entity_type
    group by
        scoped.entity_type,
        scoped.organization_key,
        enabled.field,
        enabled.field_position,
        enabled.is_enabled
),

rated as (
    select
        *,
        100.0 * with_value_count / total_count as rate
    from counted
),

-- Of a kind whose fields are all switched off nothing is said.
entities as (
    select
        entity_type,
        organization_key,
        avg(rate) as score,
        max(counted_count) as weight
    from rated
    where is_enabled
    group by entity_type, organization_key
),

overall as (
    select
        organization_key,
        sum(score * weight) / nullif(sum(weight), 0) as score
    from entities
    group by organization_key
),

rounded as (
    select
        rated.*,
        cast(round(rated.rate, 2) as double) as rate_pct,
        cast(round(entities.score, 2) as double) as entity_score_pct,
        cast(round(overall.score, 2) as double) as overall_score_pct
    from rated
    left join entities
        on
            rated.entity_type = entities.entity_type
            and coalesce(rated.organization_key, '') = coalesce(entities.organization_key, '')
    left join overall
        on coalesce(rated.organization_key, '') = coalesce(overall.organization_key, '')
)

select
    {{ key(['entity_type', 'organization_key', 'field']) }} as completeness_key,
    entity_type,
    organization_key,
    field,
    field_position,
    is_enabled,
    with_value_count,
    total_count,
    rate_pct,
    {{ completeness_status('rate_pct') }} as status,
    counted_count,
    entity_score_pct,
    {{ completeness_status('entity_score_pct') }} as entity_status,
    overall_score_pct,
    {{ completeness_status('overall_score_pct') }} as overall_status
from rounded
