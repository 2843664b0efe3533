{#- Which people of a partner's list volunteer here (salesforce.md §6.3, partner match): the same
    first and last name without case, else the most alike name of at least partner_match_ratio, else
    nobody. A name merges nobody; several who bear it are counted, and the one with most events is
    shown. -#}
with

partners as (select * from {{ ref('ref_partner_people') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
engagement as (select * from {{ ref('agg_volunteer_engagement') }}),

list_people as (
    select
        partner,
        first_name,
        last_name,
        trim({{ replace_all("lower(concat_ws(' ', first_name, last_name))", '\\s+', ' ') }})
            as full_name
    from partners
),

count_all_years as (
    select
        person_key,
        event_count,
        volunteer_hours
    from engagement
    where school_year = 'all' and host = 'all'
),

list_volunteers as (
    select
        volunteers.person_key,
        trim({{ replace_all(
            "lower(concat_ws(' ', volunteers.first_name, volunteers.last_name))", '\\s+', ' '
        ) }}) as full_name,
        coalesce(count_all_years.event_count, 0) as event_count,
        coalesce(count_all_years.volunteer_hours, 0) as volunteer_hours
    from volunteers
    left join count_all_years on volunteers.person_key = count_all_years.person_key
    where not volunteers.is_deleted
),

compare as (
    select
        list_people.partner,
        list_people.first_name,
        list_people.last_name,
        list_volunteers.person_key,
        list_volunteers.event_count,
        list_volunteers.volunteer_hours,
        1.0
        - levenshtein(list_people.full_name, list_volunteers.full_name) * 1.0
        / greatest(length(list_people.full_name), length(list_volunteers.full_name)) as score
    from list_people
    inner join list_volunteers
        -- Names whose lengths differ by more cannot be alike enough.
        on
            abs(length(list_people.full_name) - length(list_volunteers.full_name))
            <= (1 - {{ var('partner_match_ratio') }})
            * greatest(length(list_people.full_name), length(list_volunteers.full_name)) + 0.001
    where list_people.full_name <> '' and list_volunteers.full_name <> ''
),

choose as (
    select *
    from compare
    where score >= {{ var('partner_match_ratio') }}
    qualify
        rank() over (partition by partner, first_name, last_name order by score desc) = 1
),

choose_one as (
    select
        *,
        count(*) over (partition by partner, first_name, last_name) as candidate_count
    from choose
    qualify
        row_number() over (
            partition by partner, first_name, last_name order by event_count desc, person_key asc
        ) = 1
)

select
    {{ key(["list_people.partner", "list_people.full_name"]) }} as partner_match_key,
    list_people.partner,
    list_people.first_name,
    list_people.last_name,
    case
        when choose_one.person_key is null then 'No match'
        when choose_one.score = 1 then 'Exact'
        else 'Fuzzy'
    end as match_category,
    cast(round(choose_one.score, 2) as double) as match_score,
    choose_one.person_key,
    coalesce(choose_one.candidate_count, 0) as candidate_count,
    coalesce(choose_one.event_count, 0) as event_count,
    cast(coalesce(choose_one.volunteer_hours, 0) as double) as volunteer_hours
from list_people
left join choose_one
    on
        list_people.partner = choose_one.partner
        and list_people.first_name is not distinct from choose_one.first_name
        and list_people.last_name is not distinct from choose_one.last_name
