{#- The schools that exist: the known ones and, provisionally, every Pathful string that nobody has
    placed yet; a deleted account of the CRM where nothing else stands for its school.
    One row per school. -#}
with

known_schools as (select * from {{ ref('int_places__known_schools') }}),
school_names as (select * from {{ ref('int_places__school_names') }}),
crm_schools as (select * from {{ ref('int_crm__schools') }}),

accounts as (select * from crm_schools where not is_merged),

candidates as (
    select
        school_key,
        school_name,
        school_name_norm,
        district_key,
        false as is_provisional,
        1 as precedence
    from known_schools
    union all
    select
        school_key,
        school_name,
        school_name_norm,
        district_key,
        true as is_provisional,
        2 as precedence
    from school_names
    where not is_resolved
    qualify row_number() over (partition by school_key order by school_name_norm asc) = 1
    union all
    select
        school_key,
        school_name,
        school_name_norm,
        district_key,
        false as is_provisional,
        3 as precedence
    from accounts
    where is_deleted
),

schools as (
    select *
    from candidates
    qualify row_number() over (partition by school_key order by precedence asc) = 1
)

select
    schools.school_key,
    schools.school_name,
    schools.school_name_norm,
    schools.district_key,
    -- Only the list of levels says it; an unlisted school is Other, never null.
    coalesce(accounts.level, 'Other') as level,
    schools.is_provisional,
    accounts.account_id as salesforce_id,
    accounts.school_code,
    schools.precedence = 3 as is_deleted
from schools
left join accounts on schools.school_key = accounts.school_key
