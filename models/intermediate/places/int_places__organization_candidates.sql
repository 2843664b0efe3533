{#- Organisations a person may have meant by an unresolved company string: the near ones first, then
    those of which one name contains the other; never the string's own (pathful.md 2.5, 3.5).
    One row per string and organisation, at most max_candidates per string. -#}
with

organization_names as (select * from {{ ref('int_places__organization_names') }}),
organizations as (select * from {{ ref('int_places__organizations') }}),

strings as (select * from organization_names where not is_resolved),

candidates as (
    select
        organization_key,
        {{ organization_norm('organization_name') }} as organization_norm,
        {{ organization_near('organization_name') }} as organization_near
    from organizations
),

judged as (
    select
        strings.organization_norm,
        candidates.organization_key,
        case
            when strings.organization_near = candidates.organization_near
                then 'near organisation'
            else 'contains'
        end as why,
        {{ name_similarity('strings.organization_norm', 'candidates.organization_norm') }}
            as similarity
    from strings
    inner join candidates
        on
            strings.organization_key <> candidates.organization_key
            and (
                strings.organization_near = candidates.organization_near
                or contains(candidates.organization_norm, strings.organization_norm)
                -- The other way round only whole words: "at" is not meant by "atlas theatre".
                or contains(
                    ' ' || strings.organization_norm || ' ',
                    ' ' || candidates.organization_norm || ' '
                )
            )
),

scored as (
    select
        *,
        -- Every near organisation comes before any that only contains the name.
        case why
            when 'near organisation' then 0.9 + similarity / 10
            else similarity * 0.9
        end as score
    from judged
),

ranked as (
    select
        *,
        row_number() over (
            partition by organization_norm order by score desc, organization_key asc
        ) as candidate_rank
    from scored
)

select
    organization_norm,
    organization_key,
    why,
    score,
    candidate_rank
from ranked
where candidate_rank <= {{ var('max_candidates') }}
