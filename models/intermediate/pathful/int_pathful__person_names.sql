{#- Every name of a Pathful person, in parts: from the session reports and the User Report. -#}
with

person_rows as (select * from {{ ref('int_pathful__person_rows') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
profiles as (select * from {{ ref('int_pathful__profiles') }}),

spellings as (
    select role, person_ref, person_name
    from person_rows
    where person_name is not null
    union
    select persons.role, persons.person_ref, profiles.person_name
    from persons
    inner join profiles on persons.user_id = profiles.user_id and persons.role = profiles.role
    where profiles.person_name is not null
),

split as (
    select
        role,
        person_ref,
        {{ name_norm('person_name') }} as name_norm,
        {{ name_norm("case when person_name like '% %' then split_part(person_name, ' ', 1) end") }}
            as given_norm,
        {{ name_norm("regexp_replace(person_name, '^[^ ]+ ', '')") }} as surname_norm
    from spellings
)

select distinct
    role,
    person_ref,
    name_norm,
    coalesce(given_norm, '') as given_norm,
    surname_norm,
    split_part(name_norm, ' ', 1) as first_word,
    regexp_extract(name_norm, '([^ ]+)$', 1) as last_word
from split
where name_norm is not null
