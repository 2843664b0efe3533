{{ config(materialized='view') }}
{#- Every key a presenter ever had and the own key of today: a decision may name a person whose
    address became known since. A key that would lead to two persons leads to none. -#}
with

identities as (select * from {{ ref('int_virtual__presenter_identities') }}),

keyed as (
    select
        person_ref,
        user_id,
        name_norm,
        identity,
        {{ key(["'volunteer'", "coalesce(identity, person_ref)"]) }} as own_key
    from identities
),

aliases as (
    select
        own_key as alias_key,
        own_key
    from keyed
    where identity is not null
    union
    select
        {{ key(["'volunteer'", "person_ref"]) }} as alias_key,
        own_key
    from keyed
    where user_id is not null
    union
    select
        {{ key(["'volunteer'", "'name:' || name_norm"]) }} as alias_key,
        own_key
    from keyed
    where user_id is null and identity is not null
)

select
    alias_key,
    min(own_key) as own_key
from aliases
group by alias_key
having count(distinct own_key) = 1
