{#- The persons behind the roster rows of all districts and years: one row per e-mail, named as in
    the newest roster, at the place of the newest roster in which the teacher is active, under
    whichever address. Two districts of one year are told apart by key, so that the order of
    loading does not matter. -#}
with

roster as (select * from {{ ref('int_roster__roster') }}),

named as (
    select
        own_teacher_key as teacher_key,
        email,
        teacher_name,
        coalesce({{ person_name('teacher_name') }}, teacher_name) as spoken_name
    from roster
    qualify
        row_number() over (
            partition by own_teacher_key
            order by academic_year desc, roster_key asc
        ) = 1
),

placed as (
    select
        teacher_key,
        school_key,
        district_key
    from roster
    qualify
        row_number() over (
            partition by teacher_key
            order by is_active desc, academic_year desc, roster_key asc
        ) = 1
),

first_seen as (
    select
        own_teacher_key as teacher_key,
        min(first_landed_at) as first_landed_at
    from roster
    group by own_teacher_key
)

select
    named.teacher_key,
    named.email,
    named.teacher_name,
    placed.school_key,
    placed.district_key,
    first_seen.first_landed_at,
    case
        when named.spoken_name like '% %' then split_part(named.spoken_name, ' ', 1)
        else ''
    end as first_name,
    regexp_replace(named.spoken_name, '^[^ ]+ ', '') as last_name
from named
left join placed on named.teacher_key = placed.teacher_key
inner join first_seen on named.teacher_key = first_seen.teacher_key
