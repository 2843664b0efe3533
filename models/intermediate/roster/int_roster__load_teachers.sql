{#- What each roster load that counts says about each teacher of its district and year: the first
    row of an e-mail speaks. One row per load and e-mail. -#}
with

loads as (select * from {{ ref('int_roster__loads') }}),
roster_rows as (select * from {{ ref('int_roster__rows') }}),
district_names as (select * from {{ ref('int_places__district_names') }})

select
    loads.run_id,
    loads.load_seq,
    loads.landed_at,
    roster_rows.row_number,
    roster_rows.teacher_key,
    district_names.district_key,
    loads.academic_year,
    loads.virtual_year,
    roster_rows.email,
    roster_rows.teacher_name,
    roster_rows.building,
    roster_rows.building_norm,
    roster_rows.grade,
    roster_rows.stated_target_sessions as target_sessions,
    {{ key(["'roster'", "district_names.district_key", "roster_rows.email",
            "loads.academic_year"]) }} as roster_key
from loads
inner join district_names on lower(loads.district_name) = district_names.district_name_norm
inner join roster_rows on loads.run_id = roster_rows.run_id
where roster_rows.email is not null and roster_rows.occurrence = 1
