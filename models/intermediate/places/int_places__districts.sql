{#- The districts that exist: the listed ones, those that sent a roster, and provisionally every
    other spelling nobody has placed yet. One row per district. -#}
with

reference as (select * from {{ ref('ref_districts') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),

districts as (
    select
        {{ key(["'district'", "lower(district_name)"]) }} as district_key,
        district_name,
        district_code as listed_code,
        false as is_provisional,
        true as is_listed
    from reference
    union all
    select
        district_key,
        district_name,
        null as listed_code,
        match_rule = 'provisional' as is_provisional,
        false as is_listed
    from district_names
    where match_rule in ('roster', 'provisional')
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
            when is_listed then listed_code
            else left(coalesce(acronym, nullif(short_code, ''), 'DISTRICT'), 20)
        end as base_code
    from coded
),

numbered as (
    select
        *,
        row_number() over (
            partition by base_code order by is_listed desc, is_provisional asc, district_key asc
        ) - 1 as twin_number
    from based
)

select
    district_key,
    district_name,
    is_provisional,
    case
        when base_code is null or twin_number = 0 then base_code
        else
            left(base_code, 19 - length(cast(twin_number as varchar)))
            || '-' || cast(twin_number as varchar)
    end as district_code
from numbered
