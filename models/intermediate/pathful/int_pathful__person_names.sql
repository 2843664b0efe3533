{#- Every name of a Pathful person, in parts: from the session reports and the User Report, and
    since when it is known. -#}
with

person_rows as (select * from {{ ref('int_pathful__person_rows') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
profiles as (select * from {{ ref('int_pathful__profiles') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),

spellings as (
    select
        person_rows.role,
        person_rows.person_ref,
        person_rows.person_name,
        loads.landed_at as known_at
    from person_rows
    inner join loads on person_rows.first_load_seq = loads.load_seq
    where person_rows.person_name is not null
    union all
    select
        persons.role,
        persons.person_ref,
        profiles.person_name,
        greatest(persons.first_landed_at, profiles.first_landed_at) as known_at
    from persons
    inner join profiles on persons.user_id = profiles.user_id and persons.role = profiles.role
    where profiles.person_name is not null
),

split as (
    select
        role,
        person_ref,
        known_at,
        {{ name_norm('person_name') }} as name_norm,
        {{ name_norm("case when person_name like '% %' then split_part(person_name, ' ', 1) end") }}
            as given_norm,
        {{ name_norm("regexp_replace(person_name, '^[^ ]+ ', '')") }} as surname_norm
    from spellings
),

-- A part that is only signs ("Ana .") is no part: the word that is left is the surname.
parted as (
    select
        role,
        person_ref,
        known_at,
        name_norm,
        case when surname_norm is not null then coalesce(given_norm, '') else '' end as given_norm,
        coalesce(surname_norm, name_norm) as surname_norm
    from split
    where name_norm is not null
)

select
    role,
    person_ref,
    name_norm,
    given_norm,
    surname_norm,
    min(known_at) as known_at,
    split_part(name_norm, ' ', 1) as first_word,
    regexp_extract(name_norm, '([^ ]+)$', 1) as last_word
from parted
group by role, person_ref, name_norm, given_norm, surname_norm
