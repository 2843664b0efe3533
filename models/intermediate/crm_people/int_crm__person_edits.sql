{#- What staff said about a volunteer, under the key of today: a word about a presenter who proved
    to be a volunteer of the CRM, or about a contact merged since, is one about that person. Of two
    words about one field the newer counts. One row per person. -#}
with

edits as (select * from {{ ref('int_decisions__person_edits') }}),
presenter_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),

people as (
    select
        own_key,
        min(person_key) as person_key
    from presenter_matches
    where own_key is not null
    group by own_key
),

newest as (
    select
        coalesce(people.person_key, presenter_keys.own_key, edits.person_key) as person_key,
        edits.field,
        edits.value
    from edits
    left join presenter_keys on edits.person_key = presenter_keys.alias_key
    left join people on presenter_keys.own_key = people.own_key
    qualify
        row_number() over (
            partition by
                coalesce(people.person_key, presenter_keys.own_key, edits.person_key), edits.field
            order by edits.decided_at desc, edits.decision_id desc
        ) = 1
)

select
    person_key,
    max(case when field = 'local_status' then value end) as local_status,
    max(case when field = 'volunteer_status' then value end) as volunteer_status,
    max(case when field = 'organization_key' then value end) as organization_key,
    bool_or(case when field = 'is_excluded_from_reports' then try_cast(value as boolean) end)
        as is_excluded_from_reports,
    bool_or(case when field = 'is_person_of_color' then try_cast(value as boolean) end)
        as is_person_of_color,
    max(case when field = 'additional_volunteer_count' then try_cast(value as bigint) end)
        as additional_volunteer_count,
    max(case when field = 'notes' then value end) as notes
from newest
group by person_key
