{#- Which district a spelling means: canonical name, an account of the CRM, alias, a name that an
    account bore once, a person's decision, else a district of its own. Always the whole text, never a part of it (pathful.md 2.4,
    salesforce.md 2.12). One row per spelling. -#}
with

districts as (select * from {{ ref('ref_districts') }}),
aliases as (select * from {{ ref('map_district_aliases') }}),
crm_districts as (select * from {{ ref('int_crm__districts') }}),
place_names as (select * from {{ ref('int_crm__place_names') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),
roster_loads as (select * from {{ ref('int_roster__loads') }}),
reported as (select * from {{ ref('int_places__reported') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),

named as (
    select
        lower(district_name) as district_name_norm,
        district_name,
        {{ key(["'district'", "lower(district_name)"]) }} as own_key,
        'name' as match_rule,
        1 as precedence
    from districts
    union all
    select
        lower(account_name) as district_name_norm,
        district_name,
        district_key as own_key,
        'crm' as match_rule,
        case when is_name_holder then 2 else 3 end as precedence
    from crm_districts
    where not is_deleted and not is_merged
    union all
    select
        lower(alias) as district_name_norm,
        district_name,
        {{ key(["'district'", "lower(district_name)"]) }} as own_key,
        'alias' as match_rule,
        4 as precedence
    from aliases
    union all
    select
        name_norm as district_name_norm,
        place_name as district_name,
        place_key as own_key,
        'crm' as match_rule,
        5 as precedence
    from place_names
    where entity_type = 'district' and is_standing
),

listed as (
    select *
    from named
    qualify
        row_number() over (
            partition by district_name_norm order by precedence asc, own_key asc
        ) = 1
),

spellings as (
    select
        district_name as spelling,
        true as is_roster,
        count(*) as use_count
    from roster_loads
    where district_name is not null
    group by district_name
    union all
    select
        district_name as spelling,
        false as is_roster,
        sum(row_count) as use_count
    from reported
    where district_name is not null
    group by district_name
),

-- The district's own word for itself, else the spelling met most often.
unlisted as (
    select
        spellings.spelling,
        spellings.is_roster,
        lower(spellings.spelling) as district_name_norm
    from spellings
    left join listed on lower(spellings.spelling) = listed.district_name_norm
    where listed.district_name_norm is null
    qualify
        row_number() over (
            partition by lower(spellings.spelling)
            order by spellings.is_roster desc, spellings.use_count desc, spellings.spelling asc
        ) = 1
),

keyed as (
    select
        district_name_norm,
        district_name,
        match_rule,
        own_key
    from listed
    union all
    select
        unlisted.district_name_norm,
        unlisted.spelling as district_name,
        case when unlisted.is_roster then 'roster' else 'provisional' end as match_rule,
        coalesce(
            place_names.place_key, {{ key(["'district'", "unlisted.district_name_norm"]) }}
        ) as own_key
    from unlisted
    left join place_names
        on
            unlisted.district_name_norm = place_names.name_norm
            and place_names.entity_type = 'district'
),

targets as (select distinct own_key from keyed),

edges as (
    select
        keyed.own_key as from_key,
        min(targets.own_key) as to_key
    from keyed
    inner join decisions
        on
            {{ key(["'ticket'", "'district'", "keyed.district_name_norm"]) }}
            = decisions.ticket_key
    left join former_keys
        on
            {{ json_text('decisions.payload', 'district_key') }} = former_keys.former_key
            and former_keys.entity_type = 'district'
    inner join targets
        on
            coalesce(
                former_keys.place_key, {{ json_text('decisions.payload', 'district_key') }}
            ) = targets.own_key
    where decisions.action = 'match_district' and keyed.match_rule in ('roster', 'provisional')
    group by keyed.own_key
),

ends as {{ end_of_chain('edges') }}

select
    keyed.district_name_norm,
    keyed.district_name,
    coalesce(ends.to_key, keyed.own_key) as district_key,
    case when ends.to_key is null then keyed.match_rule else 'decision' end as match_rule
from keyed
left join ends on keyed.own_key = ends.from_key
