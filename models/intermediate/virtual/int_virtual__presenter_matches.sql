{#- Who a presenter of the reports is after people decided (match_volunteer), else whom the CRM
    knows by the address or name, unless a person said it is somebody else (pathful.md 3.3, 3.5). One row per person reference. A target may since have
    got another key: any key it ever had leads to it. A single word is nobody until somebody says
    who. is_matched: a decision leads there; crm_rule: what in the data does. -#}
with

identities as (select * from {{ ref('int_virtual__presenter_identities') }}),
known_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
crm_matches as (select * from {{ ref('int_crm__presenter_matches') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),
apart as (select * from {{ ref('int_virtual__presenters_apart') }}),

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

known as (
    select distinct
        keyed.own_key,
        crm_matches.person_key,
        crm_matches.match_rule,
        crm_matches.resolved_since
    from keyed
    inner join crm_matches on keyed.identity = crm_matches.identity
    left join apart on keyed.own_key = apart.own_key and crm_matches.person_key = apart.other_key
    where apart.own_key is null
),

edges as (
    select
        own_key as from_key,
        target_key as to_key
    from decided
    union all
    select
        known.own_key as from_key,
        known.person_key as to_key
    from known
    left join decided on known.own_key = decided.own_key
    where decided.own_key is null
),

ends as {{ end_of_chain('edges') }},

-- An own key leads on by a decision, else by the CRM.
led as (
    select
        ends.from_key as own_key,
        ends.to_key,
        decided.own_key is not null as is_matched,
        coalesce(decided.target_key, known.person_key) as matched_into_key,
        -- What the data say holds from the beginning.
        coalesce(decided.decision_seq, case when decided.own_key is null then 0 end)
            as match_decision_seq,
        case when decided.own_key is null then known.match_rule end as crm_rule,
        case when decided.own_key is null then known.resolved_since else decided.decided_at end
            as resolved_since
    from ends
    left join decided on ends.from_key = decided.own_key
    left join known on ends.from_key = known.own_key
)

select
    identities.person_ref,
    identities.ticket_key,
    identities.user_id,
    identities.name_norm,
    identities.identity,
    case when identities.identity is not null then keyed.own_key end as own_key,
    coalesce(
        led.to_key, case when identities.identity is not null then keyed.own_key end
    ) as person_key,
    coalesce(led.is_matched, false) as is_matched,
    led.crm_rule,
    led.matched_into_key,
    led.match_decision_seq,
    led.resolved_since,
    identities.first_load_seq,
    identities.last_load_seq,
    identities.first_landed_at
from identities
left join keyed on identities.person_ref = keyed.person_ref
left join led on keyed.own_key = led.own_key
