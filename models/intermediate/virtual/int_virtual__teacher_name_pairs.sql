{#- Every pair of a Pathful educator and a roster teacher whose names agree by one of the rules of
    pathful.md 3.2, with the strongest rule and since when any rule held. One row per pair. -#}
with

person_names as (select * from {{ ref('int_pathful__person_names') }}),
teacher_names as (select * from {{ ref('int_roster__teacher_names') }}),

educator_names as (select * from person_names where role = 'educator'),

pairs as (
    select
        educator_names.person_ref,
        teacher_names.teacher_key,
        educator_names.known_at,
        3 as rule_rank
    from educator_names
    inner join teacher_names on educator_names.name_norm = teacher_names.name_norm
    union all
    -- Middle names: the first and the last word agree.
    select
        educator_names.person_ref,
        teacher_names.teacher_key,
        educator_names.known_at,
        5 as rule_rank
    from educator_names
    inner join teacher_names
        on
            educator_names.first_word = teacher_names.first_word
            and educator_names.last_word = teacher_names.last_word
    where educator_names.first_word <> educator_names.last_word
    union all
    -- One surname is the beginning of the other, up to a word's end: ruiz, ruiz soto.
    select
        educator_names.person_ref,
        teacher_names.teacher_key,
        educator_names.known_at,
        6 as rule_rank
    from educator_names
    inner join teacher_names
        on
            educator_names.given_norm = teacher_names.given_norm
            and (
                starts_with(educator_names.surname_norm, teacher_names.surname_norm || ' ')
                or starts_with(teacher_names.surname_norm, educator_names.surname_norm || ' ')
            )
    where educator_names.given_norm <> ''
)

select
    person_ref,
    teacher_key,
    min(rule_rank) as rule_rank,
    min(known_at) as known_at
from pairs
group by person_ref, teacher_key
