{#- Which volunteer each contact stands for (salesforce.md 1.13, 4.4). Merged contacts are their
    survivor, and identity resolution says which survivors are one person; a student who takes part
    as a volunteer is one with nobody. One row per contact that is or was a volunteer's. -#}
with

roots as (select * from {{ ref('int_crm__contact_roots') }}),
volunteers as (select * from {{ ref('int_crm__volunteer_contacts') }}),
people as (select * from {{ ref('int_identity__people') }}),

survivors as (
    select
        volunteers.survivor_id,
        coalesce(
            people.person_key, {{ key(["'volunteer'", "'sf:' || volunteers.survivor_id"]) }}
        ) as person_key,
        people.record_no
    from volunteers
    left join people on 'salesforce:' || volunteers.survivor_id = people.record_key
)

select
    roots.contact_id,
    roots.survivor_id,
    first_value(survivors.survivor_id) over (
        partition by survivors.person_key
        order by survivors.record_no asc nulls last, survivors.survivor_id asc
    ) as root_contact_id,
    survivors.person_key
from roots
inner join survivors on roots.survivor_id = survivors.survivor_id
