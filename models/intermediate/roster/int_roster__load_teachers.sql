{#- What each roster load says about each teacher: the first row of an e-mail speaks. One row per
    load and e-mail. -#}
with

loads as (select * from {{ ref('int_roster__loads') }}),
roster_rows as (select * from {{ ref('stg_roster__rows') }}),
district_names as (select * from {{ ref('int_places__district_names') }})

select
    loads.run_id,
    loads.load_seq,
    loads.landed_at,
    roster_rows.row_number,
    {{ key(["'roster'", "district_names.district_key", "roster_rows.email",
            "loads.academic_year"]) }} as roster_key,
    {{ key(["'teacher'", "roster_rows.email"]) }} as teacher_key,
    district_names.district_key,
    loads.academic_year,
    loads.virtual_year,
    roster_rows.email,
    roster_rows.teacher_name,
    roster_rows.building,
    nullif(
        {{ school_norm('roster_rows.building') }},
        {{ school_norm("'" ~ var('partner') ~ "'") }}
    ) as building_norm,
    roster_rows.grade,
    coalesce(roster_rows.target_sessions, loads.target_sessions) as target_sessions
from loads
inner join district_names on lower(loads.district_name) = district_names.district_name_norm
inner join roster_rows on loads.run_id = roster_rows.run_id
where roster_rows.email is not null
qualify
    row_number() over (
        partition by loads.run_id, roster_rows.email order by roster_rows.row_number
    ) = 1
