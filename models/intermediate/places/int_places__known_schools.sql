{#- The schools that Polaris knows: those of the rosters and those of the CRM. The same name in the
    same district is one school; the roster's spelling is the district's own. One row per school. -#}
with

roster_schools as (select * from {{ ref('int_places__roster_schools') }}),
crm_schools as (select * from {{ ref('int_crm__schools') }}),

standing as (select * from crm_schools where not is_deleted and not is_merged)

select
    coalesce(roster_schools.school_key, standing.school_key) as school_key,
    coalesce(roster_schools.school_name, standing.school_name) as school_name,
    coalesce(roster_schools.school_name_norm, standing.school_name_norm) as school_name_norm,
    coalesce(roster_schools.district_key, standing.district_key) as district_key,
    -- A second account of one name is met by its id only, never by the name.
    coalesce(standing.is_name_holder, true) as is_met_by_name
from roster_schools
full outer join standing on roster_schools.school_key = standing.school_key
