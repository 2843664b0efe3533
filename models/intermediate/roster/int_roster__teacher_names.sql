{#- Every name under which a teacher stands on a roster of any year, in parts that can be compared
    (pathful.md 2.2). A spelling that the same scope corrected later is gone; who was merged into
    somebody keeps the own names. One row per teacher and distinct name. -#}
with

roster as (select * from {{ ref('int_roster__roster') }}),

spellings as (
    select distinct
        own_teacher_key as teacher_key,
        coalesce({{ person_name('teacher_name') }}, teacher_name) as spoken_name
    from roster
),

split as (
    select
        teacher_key,
        {{ name_norm('spoken_name') }} as name_norm,
        {{ name_norm("case when spoken_name like '% %' then split_part(spoken_name, ' ', 1) end") }}
            as given_norm,
        {{ name_norm("regexp_replace(spoken_name, '^[^ ]+ ', '')") }} as surname_norm
    from spellings
)

select distinct
    teacher_key,
    name_norm,
    surname_norm,
    coalesce(given_norm, '') as given_norm,
    split_part(name_norm, ' ', 1) as first_word,
    regexp_extract(name_norm, '([^ ]+)$', 1) as last_word
from split
where name_norm is not null
