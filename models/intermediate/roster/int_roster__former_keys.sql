{#- Where a row of a roster went by another key while its district had another one, before the CRM
    merged it or gave it a listed name: what was decided about the row then holds for it now
    (salesforce.md 1.13). One row per former key. -#}
with

load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),

listed as (
    select
        roster_key,
        district_key,
        email,
        academic_year
    from load_teachers
    union
    select
        roster_key,
        district_key,
        email,
        academic_year
    from added_teachers
)

select distinct
    {{ key(["'roster'", "former_keys.former_key", "listed.email", "listed.academic_year"]) }}
        as former_key,
    listed.roster_key
from listed
inner join former_keys
    on listed.district_key = former_keys.place_key and former_keys.entity_type = 'district'
