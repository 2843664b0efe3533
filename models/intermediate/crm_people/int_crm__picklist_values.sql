{#- What the words of the CRM's picklists mean (salesforce.md 2.6): looked up whole, and a word for
    race that is not there by its parts, in their order. One row per field and word that any contact
    ever had; match_rule none where nothing was found. A denial ("non-Hispanic") names nobody, so it
    goes before the parts are looked at. -#}
{%- set fields = {
    'gender': 'gender', 'race_ethnicity': 'racial_ethnic_background',
    'education': 'highest_education', 'age_group': 'age_group'
} -%}
with

versions as (select * from {{ ref('stg_salesforce__contacts') }}),
genders as (select * from {{ ref('map_genders') }}),
education as (select * from {{ ref('map_education') }}),
age_groups as (select * from {{ ref('map_age_groups') }}),
races as (select * from {{ ref('map_race_ethnicity') }}),

words as (
    {% for field, column in fields.items() %}
        select distinct
            '{{ field }}' as field,
            {{ column }} as word
        from versions
        where {{ column }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        field,
        word,
        case field
            when 'gender' then {{ replace_all('lower(word)', '[ -]', '_') }}
            when 'education' then {{ replace_all('lower(word)', '[‘’`´]', '\'\'') }}
            when 'race_ethnicity'
                then trim(regexp_replace(lower(word), '^aggregateresult[ :]*', ''))
            else lower(word)
        end as value -- noqa: RF04
    from words
),

meanings as (
    select
        'gender' as field,
        value, -- noqa: RF04
        code
    from genders
    union all
    select
        'education' as field,
        value, -- noqa: RF04
        code
    from education
    union all
    select
        'age_group' as field,
        value, -- noqa: RF04
        code
    from age_groups
    union all
    select
        'race_ethnicity' as field,
        value, -- noqa: RF04
        code
    from races
    where match_rule = 'exact'
),

whole as (
    select
        compared.field,
        compared.word,
        compared.value,
        meanings.code
    from compared
    left join meanings
        on compared.field = meanings.field and compared.value = meanings.value
),

-- Without a denial the word may be known whole; it is reported all the same.
undenied as (
    select
        word,
        trim(
            {{ replace_all(
                'value',
                '[(]?\\b(non|not)[ -]+(of )?(hispanic|latino|latina)( (or|and|/) (hispanic|latino|latina))?( origin)?[)]?',
                ''
            ) }},
            ' ,;/-'
        ) as value -- noqa: RF04
    from whole
    where field = 'race_ethnicity' and code is null
),

parts as (
    select
        undenied.word,
        races.code
    from undenied
    inner join races
        on
            (races.match_rule = 'part' and contains(undenied.value, races.value))
            or (races.match_rule = 'exact' and undenied.value = races.value)
    qualify
        row_number() over (partition by undenied.word order by races.place asc, races.value asc)
        = 1
)

select
    whole.field,
    whole.word,
    coalesce(whole.code, parts.code) as code,
    case
        when whole.code is not null then 'exact'
        when parts.code is not null then 'part'
        else 'none'
    end as match_rule
from whole
left join parts on case when whole.field = 'race_ethnicity' then whole.word end = parts.word
