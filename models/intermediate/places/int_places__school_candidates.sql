{#- Schools a person may have meant by an unresolved string, best first; none of them is ever taken
    without that person (pathful.md 2.3, 3.5). One row per string and school, at most
    max_candidates per string. -#}
with

school_names as (select * from {{ ref('int_places__school_names') }}),
known_schools as (select * from {{ ref('int_places__known_schools') }}),

unresolved as (
    select distinct
        school_name_norm,
        district_key
    from school_names
    where not is_resolved
),

strings as (
    select
        school_name_norm,
        bool_or(district_key is null) as has_no_district
    from unresolved
    group by school_name_norm
),

string_words as (
    select
        school_name_norm,
        {{ split_words('school_name_norm') }} as word
    from strings
),

school_words as (
    select
        school_key,
        district_key,
        {{ split_words('school_name_norm') }} as word
    from known_schools
),

-- A word that one school of a district has and no other: "edison" in TA Edison.
telling_words as (
    select
        district_key,
        word,
        min(school_key) as school_key
    from school_words
    where length(word) > 2
    group by district_key, word
    having count(distinct school_key) = 1
),

sharing as (
    select distinct
        unresolved.school_name_norm,
        telling_words.school_key
    from unresolved
    inner join string_words on unresolved.school_name_norm = string_words.school_name_norm
    inner join telling_words
        on
            unresolved.district_key = telling_words.district_key
            and string_words.word = telling_words.word
),

compared as (
    select
        strings.school_name_norm,
        strings.has_no_district,
        known_schools.school_key,
        known_schools.district_key,
        known_schools.school_name_norm as candidate_norm,
        {{ name_similarity('strings.school_name_norm', 'known_schools.school_name_norm') }}
            as similarity
    from strings
    cross join known_schools
),

judged as (
    select
        compared.school_name_norm,
        compared.school_key,
        -- Another district is only what a row that names its own has.
        case
            when
                compared.candidate_norm = compared.school_name_norm
                and not compared.has_no_district
                and compared.district_key is not null
                and unresolved.school_name_norm is null
                then 'same name, other district'
            when compared.candidate_norm = compared.school_name_norm then 'same name'
            when
                contains(compared.candidate_norm, compared.school_name_norm)
                or contains(compared.school_name_norm, compared.candidate_norm)
                then 'contains'
            when compared.similarity >= {{ var('suggestion_similarity') }} then 'similar name'
            when sharing.school_key is not null then 'shared word'
        end as why,
        unresolved.school_name_norm is not null as is_same_district,
        -- Every school of the row's own district comes before any of another.
        case
            when unresolved.school_name_norm is not null then 0.5 + compared.similarity / 2
            else compared.similarity / 2
        end as score
    from compared
    left join sharing
        on
            compared.school_name_norm = sharing.school_name_norm
            and compared.school_key = sharing.school_key
    left join unresolved
        on
            compared.school_name_norm = unresolved.school_name_norm
            and compared.district_key = unresolved.district_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by school_name_norm
            order by score desc, school_key asc
        ) as candidate_rank
    from judged
    where why is not null
)

select
    school_name_norm,
    school_key,
    why,
    score,
    is_same_district,
    candidate_rank
from ranked
where candidate_rank <= {{ var('max_candidates') }}
