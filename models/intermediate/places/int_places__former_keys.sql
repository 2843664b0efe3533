{#- Every key by which a place went once, and its key of today: those of the CRM, and those of the
    schools that rosters and reports name in a district whose own key is another now. One row per
    kind of place and former key. -#}
with

crm_keys as (select * from {{ ref('int_crm__former_keys') }}),
crm_schools as (select * from {{ ref('int_crm__schools') }}),
school_lookup as (select * from {{ ref('int_places__school_lookup') }}),
roster_schools as (select * from {{ ref('int_places__roster_schools') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
reported as (select * from {{ ref('int_places__reported') }}),

named as (
    select
        district_key,
        school_name_norm,
        school_key
    from roster_schools
    union
    select
        district_names.district_key,
        reported.school_name_norm,
        coalesce(
            school_lookup.school_key,
            {{ key(["'school'", "district_names.district_key", "reported.school_name_norm"]) }}
        ) as school_key
    from reported
    inner join district_names
        on lower(reported.district_name) = district_names.district_name_norm
    left join school_lookup
        on
            district_names.district_key = school_lookup.district_key
            and reported.school_name_norm = school_lookup.school_name_norm
    where reported.school_name_norm is not null
),

carried as (
    select
        {{ key(["'school'", "crm_keys.former_key", "named.school_name_norm"]) }} as former_key,
        named.school_key as place_key,
        crm_keys.reason
    from named
    inner join crm_keys
        on named.district_key = crm_keys.place_key and crm_keys.entity_type = 'district'
),

today as (
    select school_key from crm_schools
    union
    select school_key from named
)

-- A building that a roster lists as its own has its key back.
select
    crm_keys.entity_type,
    crm_keys.former_key,
    crm_keys.place_key,
    crm_keys.reason
from crm_keys
left join today
    on case when crm_keys.entity_type = 'school' then crm_keys.former_key end = today.school_key
where today.school_key is null
union all
select
    'school' as entity_type,
    carried.former_key,
    min(carried.place_key) as place_key,
    min(carried.reason) as reason
from carried
left join today on carried.former_key = today.school_key
left join crm_keys
    on carried.former_key = crm_keys.former_key and crm_keys.entity_type = 'school'
where today.school_key is null and crm_keys.former_key is null
group by carried.former_key
