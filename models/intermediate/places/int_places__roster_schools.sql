{#- The schools that districts know themselves: every building of every roster, also of older years
    and loads, and of teachers added from a ticket, under its newest spelling; a roster's before
    that of a ticket. A building may go by a former name of its school. One row per district and
    comparable name. -#}
with

load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),
school_lookup as (select * from {{ ref('int_places__school_lookup') }}),

buildings as (
    select
        district_key,
        building,
        building_norm,
        true as is_of_roster,
        load_seq as place,
        row_number
    from load_teachers
    union all
    select
        district_key,
        building,
        building_norm,
        false as is_of_roster,
        decision_seq as place,
        1 as row_number
    from added_teachers
    where is_standing
),

spelled as (
    select *
    from buildings
    where building_norm is not null
    qualify
        row_number() over (
            partition by district_key, building_norm
            order by is_of_roster desc, place desc, row_number asc
        ) = 1
)

select
    coalesce(
        school_lookup.school_key,
        {{ key(["'school'", "spelled.district_key", "spelled.building_norm"]) }}
    ) as school_key,
    spelled.building as school_name,
    spelled.building_norm as school_name_norm,
    spelled.district_key
from spelled
left join school_lookup
    on
        spelled.district_key = school_lookup.district_key
        and spelled.building_norm = school_lookup.school_name_norm
