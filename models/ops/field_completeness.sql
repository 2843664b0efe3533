{#- How many records of each kind have a value in each field, all of them and those of each
    organization, with the scores made of it (platform.md 6.5). One row per kind, organization and
    field. -#}
with

counts as (select * from {{ ref('int_quality__field_counts') }}),
settings as (select * from {{ ref('int_decisions__config') }}),

rated as (
    select
        counts.*,
        coalesce(settings.value, 1) = 1 as is_enabled,
        100.0 * counts.with_value_count / counts.total_count as rate
    from counts
    left join settings
        on 'completeness.' || counts.entity_type || '.' || counts.field = settings.config_key
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
