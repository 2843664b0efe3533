{#- What is good about everybody who may be asked to volunteer, whatever the event (salesforce.md
    §6.4): how lately, how often, how near. One row per person. -#}
with

volunteers as (select * from {{ ref('dim_volunteers') }}),
credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
score_rules as (select * from {{ ref('rule_recruitment_score') }}),

active_rules as (
    select
        component,
        level,
        weight,
        threshold
    from score_rules
    where is_active
),

count_credits as (
    select
        person_key,
        count(*) as credited_count,
        max(session_date) as last_volunteer_date
    from credits
    where session_date <= {{ logical_date() }}
    group by person_key
),

allow as (
    select
        volunteers.person_key,
        volunteers.local_status,
        count_credits.last_volunteer_date,
        coalesce(count_credits.credited_count, 0) as credited_count,
        cast({{ logical_date() }} - count_credits.last_volunteer_date as bigint) as days_since
    from volunteers
    left join count_credits on volunteers.person_key = count_credits.person_key
    where volunteers.is_recruitable
)

select
    allow.person_key,
    allow.last_volunteer_date,
    allow.credited_count,
    allow.days_since,
    allow.local_status,
    coalesce(
        max(rules.weight) filter (
            where rules.component = 'recency' and allow.days_since <= rules.threshold
        ), 0
    ) as recency_score,
    coalesce(
        max(rules.weight) filter (
            where rules.component = 'frequency' and allow.credited_count >= rules.threshold
        ), 0
    ) as frequency_score,
    coalesce(
        max(rules.weight) filter (
            where rules.component = 'local' and allow.local_status = rules.level
        ), 0
    ) as local_score
from allow
left join active_rules as rules on rules.component in ('recency', 'frequency', 'local')
group by all
