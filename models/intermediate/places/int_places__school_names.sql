{#- Which school a Pathful school string means, inside the district of its row: a person's decision,
    a school of that district by its rosters or the CRM, also by a name it bore once, without a
    district the only school of that name, else a provisional school. A hit in another district is
    never taken (pathful.md 2.3).
    One row per string and district. -#}
with

reported as (select * from {{ ref('int_places__reported') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
known_schools as (select * from {{ ref('int_places__known_schools') }}),
school_lookup as (select * from {{ ref('int_places__school_lookup') }}),
former_keys as (select * from {{ ref('int_places__former_keys') }}),
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
        strings.school_name_norm,
        strings.district_key,
        strings.school_name,
        coalesce(
            school_lookup.school_key,
            {{ key(["'school'", "strings.district_key", "strings.school_name_norm"]) }}
        ) as own_key
    from strings
    left join school_lookup
        on
            strings.district_key = school_lookup.district_key
            and strings.school_name_norm = school_lookup.school_name_norm
    qualify
        row_number() over (
            partition by strings.school_name_norm, strings.district_key
            order by strings.use_count desc, strings.school_name asc
        ) = 1
),

met_names as (
    select
        school_name_norm,
        school_key,
        true as is_current
    from known_schools
    where is_met_by_name
    union all
    select
        school_name_norm,
        school_key,
        false as is_current
    from school_lookup
    where is_of_crm and not is_current
),

-- A name that only one district uses; a former name counts where no school is called so today.
unique_names as (
    select
        met_names.school_name_norm,
        min(met_names.school_key) as school_key
    from met_names
    left join known_schools
        on
            case when not met_names.is_current then met_names.school_name_norm end
            = known_schools.school_name_norm
    where known_schools.school_key is null
    group by met_names.school_name_norm
    having count(distinct met_names.school_key) = 1
),

targets as (
    select
        school_key,
        district_key
    from known_schools
    union all
    select
        spelled.own_key as school_key,
        min(spelled.district_key) as district_key
    from spelled
    left join known_schools on spelled.own_key = known_schools.school_key
    where known_schools.school_key is null
    group by spelled.own_key
),

decided as (
    select
        spelled.school_name_norm,
        spelled.district_key as string_district_key,
        targets.school_key,
        targets.district_key
    from spelled
    inner join decisions
        on
            {{ key(["'ticket'", "'school_unresolved'", "spelled.school_name_norm"]) }}
            = decisions.ticket_key
    left join former_keys
        on
            {{ json_text('decisions.payload', 'school_key') }} = former_keys.former_key
            and former_keys.entity_type = 'school'
    inner join targets
        on
            coalesce(
                former_keys.place_key, {{ json_text('decisions.payload', 'school_key') }}
            ) = targets.school_key
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
            case when spelled.district_key is null then spelled.school_name_norm end
            = unique_names.school_name_norm
    left join decided
        on
            spelled.school_name_norm = decided.school_name_norm
            and coalesce(spelled.district_key, '') = coalesce(decided.string_district_key, '')
),

-- Two names of one deleted account lead the same way.
edges as (
    select
        own_key as from_key,
        coalesce(min(decided_key), min(unique_key)) as to_key
    from judged
    where not is_known_school and coalesce(decided_key, unique_key) is not null
    group by own_key
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
        when judged.is_known_school and coalesce(judged.decided_key = judged.own_key, true)
            then 'name_in_district'
        when not judged.is_known_school and own_ends.to_key is null then 'provisional'
        when judged.decided_key is not null then 'decision'
        else 'unique_name'
    end as match_rule
from judged
left join ends as own_ends on judged.own_key = own_ends.from_key
left join ends as decided_ends on judged.decided_key = decided_ends.from_key
