{{ config(materialized='view') }}
{#- Presenters and volunteers of the CRM of whom a person said that the two are not one
    (reject_candidate), from either side and under the keys of today, so that the word holds whatever
    becomes known of either (pathful.md 3.5). One row per key and other key. -#}
with

identities as (select * from {{ ref('int_virtual__presenter_identities') }}),
known_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

keyed as (
    select
        ticket_key,
        {{ key(["'volunteer'", "coalesce(identity, person_ref)"]) }} as own_key
    from identities
),

rejected as (
    select
        keyed.own_key,
        known_keys.own_key as other_key
    from decisions
    inner join keyed on decisions.subject_key = keyed.ticket_key
    inner join known_keys
        on {{ json_text('decisions.payload', 'candidate_key') }} = known_keys.alias_key
    where decisions.action = 'reject_candidate' and decisions.subject_type = 'ticket'
)

select
    own_key,
    other_key
from rejected
union
select
    other_key as own_key,
    own_key as other_key
from rejected
