{#- Who a presenter of the reports is after people decided (match_volunteer). One row per person
    reference. A target may since have got another key: any key it ever had leads to it. A single
    word is nobody until somebody says who. -#}
with

identities as (select * from {{ ref('int_virtual__presenter_identities') }}),
known_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),

keyed as (
    select
        *,
        {{ key(["'volunteer'", "coalesce(identity, person_ref)"]) }} as own_key
    from identities
),

decided as (
    select
        keyed.own_key,
        known_keys.own_key as target_key,
        decisions.decision_seq,
        decisions.decided_at
    from keyed
    inner join decisions on keyed.ticket_key = decisions.ticket_key
    inner join known_keys
        on {{ json_text('decisions.payload', 'person_key') }} = known_keys.alias_key
    where decisions.action = 'match_volunteer' and known_keys.own_key <> keyed.own_key
    qualify row_number() over (
        partition by keyed.own_key order by decisions.decided_at desc, known_keys.own_key asc
    ) = 1
),

edges as (
    select
        own_key as from_key,
        target_key as to_key
    from decided
),

ends as {{ end_of_chain('edges') }}

select
    identities.person_ref,
    identities.ticket_key,
    identities.user_id,
    identities.name_norm,
    identities.identity,
    case when identities.identity is not null then keyed.own_key end as own_key,
    coalesce(
        ends.to_key, case when identities.identity is not null then keyed.own_key end
    ) as person_key,
    ends.to_key is not null as is_matched,
    case when ends.to_key is not null then decided.target_key end as matched_into_key,
    case when ends.to_key is not null then decided.decision_seq end as match_decision_seq,
    case when ends.to_key is not null then decided.decided_at end as resolved_since,
    identities.first_load_seq,
    identities.last_load_seq,
    identities.first_landed_at
from identities
left join keyed on identities.person_ref = keyed.person_ref
left join decided on keyed.own_key = decided.own_key
left join ends on keyed.own_key = ends.from_key
