{#- The schools that Polaris knows: those of the rosters and those of the CRM. The same name in the
    same district is one school, and so is a name that an account bore once; the roster's spelling
    is the district's own, where it is that of the name of today. One row per school. -#}
with

roster_schools as (select * from {{ ref('int_places__roster_schools') }}),
crm_schools as (select * from {{ ref('int_crm__schools') }}),

standing as (select * from crm_schools where not is_deleted and not is_merged),

accounts as (select * from crm_schools where not is_merged),

spelled as (
    select
        roster_schools.school_key,
        roster_schools.school_name,
        roster_schools.school_name_norm,
        roster_schools.district_key
    from roster_schools
    left join accounts on roster_schools.school_key = accounts.school_key
    where
        accounts.school_key is null
        or accounts.is_deleted
        or (
            roster_schools.school_name_norm = accounts.school_name_norm
            and roster_schools.district_key = accounts.district_key
        )
    qualify
        row_number() over (
            partition by roster_schools.school_key
            order by
                coalesce(roster_schools.school_name_norm = accounts.school_name_norm, false) desc,
                roster_schools.school_name_norm asc,
                roster_schools.district_key asc
        ) = 1
)

select
    coalesce(spelled.school_key, standing.school_key) as school_key,
    coalesce(spelled.school_name, standing.school_name) as school_name,
    coalesce(spelled.school_name_norm, standing.school_name_norm) as school_name_norm,
    coalesce(spelled.district_key, standing.district_key) as district_key,
    -- A second account of one name is met by its id only, never by the name.
    coalesce(standing.is_name_holder, true) as is_met_by_name
from spelled
full outer join standing on spelled.school_key = standing.school_key
