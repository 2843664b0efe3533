{#- Whom a person might mean who decides about an unmatched educator: suggestions only, never a
    match (pathful.md 2.2, 3.5). One row per person reference and teacher. -#}
with

matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
person_names as (select * from {{ ref('int_pathful__person_names') }}),
name_pairs as (select * from {{ ref('int_virtual__teacher_name_pairs') }}),
teacher_names as (select * from {{ ref('int_roster__teacher_names') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),

open_names as (
    select person_names.*
    from matches
    inner join person_names
        on matches.person_ref = person_names.person_ref and person_names.role = 'educator'
    where matches.teacher_key is null
),

found as (
    select
        matches.person_ref,
        teachers.teacher_key,
        'same e-mail' as why,
        1.0 as score
    from matches
    inner join persons
        on matches.person_ref = persons.person_ref and persons.role = 'educator'
    inner join teachers on persons.email = teachers.email
    where matches.teacher_key is null
    union all
    select
        matches.person_ref,
        name_pairs.teacher_key,
        case name_pairs.rule_rank when 3 then 'same name' else 'similar name' end as why,
        case name_pairs.rule_rank when 3 then 0.99 else 0.95 end as score
    from matches
    inner join name_pairs on matches.person_ref = name_pairs.person_ref
    where matches.teacher_key is null
    union all
    -- The same surname and the first three letters of the given name: Dan, Daniel, Danielle.
    select
        open_names.person_ref,
        teacher_names.teacher_key,
        'near name' as why,
        0.93 as score
    from open_names
    inner join teacher_names
        on
            open_names.surname_norm = teacher_names.surname_norm
            and substr(open_names.given_norm, 1, 3) = substr(teacher_names.given_norm, 1, 3)
    where length(open_names.given_norm) >= 3
    union all
    -- One whole name is the beginning of the other: ann marie smith, ann-marie smith jones.
    select
        open_names.person_ref,
        teacher_names.teacher_key,
        'longer name' as why,
        0.92 as score
    from open_names
    inner join teacher_names
        on
            open_names.first_word = teacher_names.first_word
            and (
                starts_with(teacher_names.name_norm, open_names.name_norm || ' ')
                or starts_with(open_names.name_norm, teacher_names.name_norm || ' ')
            )
    union all
    select
        open_names.person_ref,
        teacher_names.teacher_key,
        'similar spelling' as why,
        0.9 * {{ name_similarity('open_names.name_norm', 'teacher_names.name_norm') }} as score
    from open_names
    inner join teacher_names
        on substr(open_names.last_word, 1, 2) = substr(teacher_names.last_word, 1, 2)
    where
        {{ name_similarity('open_names.name_norm', 'teacher_names.name_norm') }}
        >= {{ var('suggestion_similarity') }}
)

select
    person_ref,
    teacher_key,
    max_by(why, score) as why,
    round(max(score), 3) as score
from found
group by person_ref, teacher_key
qualify
    row_number() over (partition by person_ref order by max(score) desc, teacher_key)
    <= {{ var('max_candidates') }}
