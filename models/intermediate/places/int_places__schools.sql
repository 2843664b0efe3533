{#- The schools that exist: those of the rosters and, provisionally, every Pathful string that
    nobody has placed yet. One row per school. -#}
with

roster_schools as (select * from {{ ref('int_places__roster_schools') }}),
school_names as (select * from {{ ref('int_places__school_names') }}),

schools as (
    select
        school_key,
        school_name,
        school_name_norm,
        district_key,
        false as is_provisional
    from roster_schools
    union all
    select
        school_key,
        school_name,
        school_name_norm,
        district_key,
        true as is_provisional
    from school_names
    where not is_resolved
)

select
    school_key,
    school_name,
    school_name_norm,
    district_key,
    -- Neither Pathful nor a roster says the level; an unlisted school is Other, never null.
    'Other' as level, -- noqa: RF04
    is_provisional
from schools
