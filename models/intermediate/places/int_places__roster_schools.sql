{#- The schools that districts know themselves: every building of every roster, also of older years
    and loads, under its newest spelling. One row per district and comparable name. -#}
with

load_teachers as (select * from {{ ref('int_roster__load_teachers') }})

select
    {{ key(["'school'", "district_key", "building_norm"]) }} as school_key,
    building as school_name,
    building_norm as school_name_norm,
    district_key
from load_teachers
where building_norm is not null
qualify
    row_number() over (
        partition by district_key, building_norm order by load_seq desc, row_number asc
    ) = 1
