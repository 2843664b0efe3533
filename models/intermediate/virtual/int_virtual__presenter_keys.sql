{{ config(materialized='view') }}
{#- Every key a presenter or a volunteer of the CRM ever had and the own key of today: a decision
    may name a person whose address became known since, or a contact or a record of a file merged
    since. A key that would lead to two persons leads to none. -#}
with

identities as (select * from {{ ref('int_virtual__presenter_identities') }}),
contact_people as (select * from {{ ref('int_crm__contact_people') }}),
records as (select * from {{ ref('int_identity__records') }}),
people as (select * from {{ ref('int_identity__people') }}),

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
    union
    select
        {{ key(["'volunteer'", "'sf:' || contact_id"]) }} as alias_key,
        person_key as own_key
    from contact_people
    union
    select
        records.own_person_key as alias_key,
        people.person_key as own_key
    from records
    inner join people on records.record_key = people.record_key
)

select
    alias_key,
    min(own_key) as own_key
from aliases
group by alias_key
having count(distinct own_key) = 1
