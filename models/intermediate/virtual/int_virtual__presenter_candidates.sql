{#- Other presenters and volunteers of the CRM whom an unmatched one might be: suggestions only
    (pathful.md 3.3). Never the person itself, never somebody deleted. One row per person reference
    and candidate. -#}
with

matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
person_names as (select * from {{ ref('int_pathful__person_names') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
volunteers as (select * from {{ ref('int_crm__volunteers') }}),

names as (
    select distinct
        matches.person_ref,
        matches.person_key,
        person_names.name_norm,
        person_names.given_norm,
        person_names.surname_norm
    from matches
    inner join person_names
        on matches.person_ref = person_names.person_ref and person_names.role = 'professional'
    where not matches.is_matched and matches.crm_rule is null
),

all_names as (
    select
        matches.person_key,
        person_names.name_norm,
        person_names.given_norm,
        person_names.surname_norm
    from matches
    inner join person_names
        on matches.person_ref = person_names.person_ref and person_names.role = 'professional'
    where not matches.is_matched
),

people as (
    select
        all_names.person_key,
        all_names.name_norm,
        all_names.given_norm,
        all_names.surname_norm
    from all_names
    inner join presenters on all_names.person_key = presenters.person_key
    union
    select
        person_key,
        name_norm,
        coalesce(given_norm, '') as given_norm,
        coalesce(surname_norm, name_norm) as surname_norm
    from volunteers
    where name_norm is not null and not is_deleted
),

found as (
    select
        names.person_ref,
        people.person_key,
        case when names.name_norm = people.name_norm then 'same name' else 'near name' end as why,
        case when names.name_norm = people.name_norm then 0.99 else 0.93 end as score
    from names
    inner join people
        on
            names.surname_norm = people.surname_norm
            and substr(names.given_norm, 1, 3) = substr(people.given_norm, 1, 3)
    where length(names.given_norm) >= 3 and names.person_key is distinct from people.person_key
    union all
    select
        names.person_ref,
        people.person_key,
        'similar spelling' as why,
        0.9 * {{ name_similarity('names.name_norm', 'people.name_norm') }} as score
    from names
    inner join people
        on substr(names.surname_norm, 1, 2) = substr(people.surname_norm, 1, 2)
    where
        names.person_key is distinct from people.person_key
        and {{ name_similarity('names.name_norm', 'people.name_norm') }}
        >= {{ var('suggestion_similarity') }}
)

select
    person_ref,
    person_key,
    max_by(why, score) as why,
    round(max(score), 3) as score
from found
group by person_ref, person_key
qualify
    row_number() over (partition by person_ref order by max(score) desc, person_key)
    <= {{ var('max_candidates') }}
