{#- Which school a Pathful school string means, inside the district of its row: a person's decision,
    a school of that district by its rosters or the CRM, without a district the only school of that
    name, else a provisional school. A hit in another district is never taken (pathful.md 2.3).
    One row per string and district. -#}
with

reported as (select * from {{ ref('int_places__reported') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
known_schools as (select * from {{ ref('int_places__known_schools') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),

strings as (
    select
        reported.school_name_norm,
        district_names.district_key,
        reported.school_name,
        sum(reported.row_count) as use_count
    from reported
    left join district_names
        on lower(reported.district_name) = district_names.district_name_norm
    where reported.school_name_norm is not null
    group by all
),

spelled as (
    select
        school_name_norm,
        district_key,
        school_name,
        {{ key(["'school'", "district_key", "school_name_norm"]) }} as own_key
    from strings
    qualify
        row_number() over (
            partition by school_name_norm, district_key order by use_count desc, school_name asc
        ) = 1
),

-- A name that only one district uses.
unique_names as (
    select
        school_name_norm,
        min(school_key) as school_key
    from known_schools
    where is_met_by_name
    group by school_name_norm
    having count(*) = 1
),

targets as (
    select
        school_key,
        district_key
    from known_schools
    union
    select
        own_key as school_key,
        district_key
    from spelled
),

decided as (
    select
        spelled.own_key,
        targets.school_key,
        targets.district_key
    from spelled
    inner join decisions
        on
            {{ key(["'ticket'", "'school_unresolved'", "spelled.school_name_norm"]) }}
            = decisions.ticket_key
    inner join targets
        on {{ json_text('decisions.payload', 'school_key') }} = targets.school_key
    where decisions.action = 'match_school'
),

judged as (
    select
        spelled.school_name_norm,
        spelled.district_key,
        spelled.school_name,
        spelled.own_key,
        unique_names.school_key as unique_key,
        known_schools.school_key is not null as is_known_school,
        -- One string is one ticket, also where two districts use it: the district that has such a
        -- school was never in question, so a school elsewhere does not take its rows.
        case
            when known_schools.school_key is null or decided.district_key = spelled.district_key
                then decided.school_key
        end as decided_key
    from spelled
    left join known_schools on spelled.own_key = known_schools.school_key
    left join unique_names
        on
            spelled.district_key is null
            and spelled.school_name_norm = unique_names.school_name_norm
    left join decided on spelled.own_key = decided.own_key
),

edges as (
    select
        own_key as from_key,
        coalesce(decided_key, unique_key) as to_key
    from judged
    where not is_known_school and coalesce(decided_key, unique_key) is not null
),

ends as {{ end_of_chain('edges') }}

select
    judged.school_name_norm,
    judged.district_key,
    judged.school_name,
    case
        when judged.is_known_school
            then coalesce(decided_ends.to_key, judged.decided_key, judged.own_key)
        else coalesce(own_ends.to_key, judged.own_key)
    end as school_key,
    judged.is_known_school or own_ends.to_key is not null as is_resolved,
    case
        when judged.is_known_school and judged.decided_key is null then 'name_in_district'
        when not judged.is_known_school and own_ends.to_key is null then 'provisional'
        when judged.decided_key is not null then 'decision'
        else 'unique_name'
    end as match_rule
from judged
left join ends as own_ends on judged.own_key = own_ends.from_key
left join ends as decided_ends on judged.decided_key = decided_ends.from_key
