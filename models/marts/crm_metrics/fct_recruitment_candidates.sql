{#- Whom to ask for each event that needs volunteers (salesforce.md §6.4): everybody is scored
    before anybody is left out, and the best are kept. Who already comes is no candidate. -#}
with

staffing as (select * from {{ ref('agg_event_staffing') }}),
pool as (select * from {{ ref('int_metrics__recruitment_pool') }}),
matches as (select * from {{ ref('int_metrics__recruitment_matches') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
score_rules as (select * from {{ ref('rule_recruitment_score') }}),
limits as (select * from {{ ref('rule_recruitment_limits') }}),

weights as (
    select
        sum(case when component = 'same_type' then weight end) as same_type_weight,
        sum(case when component = 'skill' then weight end) as skill_weight,
        sum(case when component = 'keyword' then weight end) as keyword_weight
    from score_rules
    where is_active
),

-- The pool cap stands behind the score, so that the order of arrival decides nothing.
kept_limit as (
    select min(limit_value) as kept_per_event
    from limits
    where limit_name in ('pool_cap', 'stored_per_event')
),

coming as (
    select distinct
        event_key,
        person_key
    from participations
    where
        person_key is not null
        and coalesce(attendance_status, 'SignedUp') not in ('NoShow', 'Canceled')
),

fit as (
    select
        event_key,
        person_key,
        sum(match_count) filter (where component = 'same_type') as same_type_count,
        max(matched) filter (where component = 'skill') as matched_skills,
        max(matched) filter (where component = 'keyword') as matched_words
    from matches
    group by event_key, person_key
),

score_components as (
    select
        staffing.event_key,
        pool.person_key,
        pool.credited_count,
        pool.last_volunteer_date,
        pool.days_since,
        pool.local_status,
        pool.recency_score,
        pool.frequency_score,
        pool.local_score,
        fit.matched_skills,
        fit.matched_words,
        coalesce(fit.same_type_count, 0) as same_type_count,
        case when fit.same_type_count > 0 then weights.same_type_weight else 0 end
            as same_type_score,
        case when fit.matched_skills is not null then weights.skill_weight else 0 end
            as skill_score,
        case when fit.matched_words is not null then weights.keyword_weight else 0 end
            as keyword_score
    from staffing
    cross join pool
    cross join weights
    left join fit on staffing.event_key = fit.event_key and pool.person_key = fit.person_key
    left join coming
        on staffing.event_key = coming.event_key and pool.person_key = coming.person_key
    where staffing.is_needing_volunteers and coming.person_key is null
),

add_up as (
    select
        *,
        round(
            coalesce(same_type_score, 0) + coalesce(skill_score, 0) + coalesce(keyword_score, 0)
            + recency_score + frequency_score + local_score, 2
        ) as score
    from score_components
),

rank_candidates as (
    select
        *,
        row_number() over (
            partition by event_key
            order by score desc, last_volunteer_date desc nulls last, person_key asc
        ) as candidate_rank
    from add_up
    where score > 0
),

keep_best as (
    select rank_candidates.*
    from rank_candidates
    cross join kept_limit
    where rank_candidates.candidate_rank <= kept_limit.kept_per_event
),

reasons as (
    select
        max(reason_text) filter (where component = 'same_type') as same_type_text,
        max(reason_text) filter (where component = 'skill') as skill_text,
        max(reason_text) filter (where component = 'keyword') as keyword_text
    from score_rules
),

-- A level of a component is told by the weight it gave.
level_reasons as (
    select
        component,
        weight,
        max(reason_text) as reason_text
    from score_rules
    where is_active and component in ('recency', 'frequency', 'local')
    group by component, weight
)

select
    best.event_key,
    best.person_key,
    best.candidate_rank,
    cast(best.score as double) as score,
    cast(coalesce(best.same_type_score, 0) as double) as same_type_score,
    cast(coalesce(best.skill_score, 0) as double) as skill_score,
    cast(coalesce(best.keyword_score, 0) as double) as keyword_score,
    cast(0 as double) as connector_score,
    cast(best.recency_score as double) as recency_score,
    cast(best.frequency_score as double) as frequency_score,
    cast(best.local_score as double) as local_score,
    cast(best.same_type_count as bigint) as same_type_count,
    best.credited_count,
    best.last_volunteer_date,
    best.matched_skills,
    best.matched_words,
    concat_ws(
        '; ',
        case
            when best.same_type_score > 0
                then concat(reasons.same_type_text, ' (', best.same_type_count, ')')
        end,
        case
            when best.skill_score > 0
                then concat(reasons.skill_text, ' (', best.matched_skills, ')')
        end,
        case
            when best.keyword_score > 0
                then concat(reasons.keyword_text, ' (', best.matched_words, ')')
        end,
        recency.reason_text,
        frequency.reason_text,
        nearness.reason_text
    ) as reasons
from keep_best as best
cross join reasons
left join level_reasons as recency
    on recency.component = 'recency' and best.recency_score = recency.weight
left join level_reasons as frequency
    on frequency.component = 'frequency' and best.frequency_score = frequency.weight
left join level_reasons as nearness
    on nearness.component = 'local' and best.local_score = nearness.weight
