{#- Which school a name means within a district, where the CRM says more than the name itself: the
    one that bears it today or bore it once. A former name that the district's newest roster of a
    year lists beside the school's name of today is another building. One row per district and
    comparable name; a name that does not occur means the school of the key that it gives. -#}
with

place_names as (select * from {{ ref('int_crm__place_names') }}),
load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),

school_names as (select * from place_names where entity_type = 'school'),

buildings as (
    select distinct
        district_key,
        academic_year,
        load_seq,
        building_norm
    from load_teachers
    where building_norm is not null
),

newest as (
    select
        district_key,
        academic_year,
        max(load_seq) as load_seq
    from load_teachers
    group by district_key, academic_year
),

listed as (
    select
        buildings.district_key,
        buildings.academic_year,
        buildings.building_norm,
        school_names.place_key,
        school_names.is_current
    from buildings
    inner join newest
        on
            buildings.district_key = newest.district_key
            and buildings.academic_year = newest.academic_year
            and buildings.load_seq = newest.load_seq
    inner join school_names
        on
            buildings.district_key = school_names.district_key
            and buildings.building_norm = school_names.name_norm
    where school_names.is_standing
),

beside as (
    select distinct
        former.district_key,
        former.building_norm
    from listed as former
    inner join listed as today
        on
            former.district_key = today.district_key
            and former.academic_year = today.academic_year
            and former.place_key = today.place_key
    where not former.is_current and today.is_current
)

select
    school_names.district_key,
    school_names.name_norm as school_name_norm,
    case
        when beside.building_norm is null then school_names.place_key
        when school_names.place_key <> school_names.name_key then school_names.name_key
        else {{ key(
            ["'school'", "'name'", "school_names.district_key", "school_names.name_norm"]
        ) }}
    end as school_key,
    school_names.is_current,
    school_names.is_standing and beside.building_norm is null as is_of_crm
from school_names
left join beside
    on
        school_names.district_key = beside.district_key
        and school_names.name_norm = beside.building_norm
