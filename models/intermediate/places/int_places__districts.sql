{#- The districts that exist: the listed ones, those of the CRM, those that sent a roster, and
    provisionally every other spelling nobody has placed yet. One row per district. -#}
with

reference as (select * from {{ ref('ref_districts') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
crm_districts as (select * from {{ ref('int_crm__districts') }}),

accounts as (select * from crm_districts where not is_merged),

known as (
    select
        {{ key(["'district'", "lower(district_name)"]) }} as district_key,
        district_name,
        district_code as listed_code,
        false as is_provisional,
        true as is_listed,
        1 as precedence
    from reference
    union all
    select
        district_key,
        district_name,
        null as listed_code,
        false as is_provisional,
        false as is_listed,
        -- A deleted account stands for a district only where nothing else does.
        case when is_deleted then 4 else 2 end as precedence
    from accounts
    union all
    select
        district_key,
        district_name,
        null as listed_code,
        match_rule = 'provisional' as is_provisional,
        false as is_listed,
        3 as precedence
    from district_names
    where match_rule in ('roster', 'provisional')
),

districts as (
    select
        known.district_key,
        known.district_name,
        known.is_provisional,
        known.is_listed,
        known.precedence = 4 as is_deleted,
        coalesce(known.listed_code, accounts.district_code) as given_code,
        accounts.account_id as salesforce_id,
        coalesce(accounts.is_in_reports, false) as is_in_reports
    from known
    left join accounts on known.district_key = accounts.district_key
    qualify row_number() over (partition by known.district_key order by known.precedence asc) = 1
),

-- A new district's code (pathful.md 2.4): the acronym in parentheses, else the name up to its
-- first comma without "School District" and the like.
shortened as (
    select
        *,
        nullif(regexp_extract(district_name, '\(([A-Z]+)\)', 1), '') as acronym,
        regexp_replace(
            district_name, '\s+(school district|public schools|schools)\s*$', '', 'i'
        ) as short_name
    from districts
),

coded as (
    select
        *,
        {{ replace_all(
            replace_all("upper(trim(split_part(short_name, ',', 1)))", '\\s+', '-'),
            '[^A-Z0-9-]', ''
        ) }} as short_code
    from shortened
),

based as (
    select
        *,
        case
            when given_code is not null or is_listed then given_code
            else left(coalesce(acronym, nullif(short_code, ''), 'DISTRICT'), 20)
        end as base_code
    from coded
),

numbered as (
    select
        *,
        row_number() over (
            partition by base_code
            order by
                is_listed desc,
                given_code is not null desc,
                is_provisional asc,
                district_key asc
        ) - 1 as twin_number
    from based
)

select
    district_key,
    district_name,
    is_provisional,
    case
        when base_code is null or twin_number = 0 or given_code is not null then base_code
        else
            left(base_code, 19 - length(cast(twin_number as varchar)))
            || '-' || cast(twin_number as varchar)
    end as district_code,
    salesforce_id,
    is_in_reports,
    is_deleted
from numbered
