{{ config(materialized='view') }}
{#- Who is heard how early about which fields of a person (platform.md 4.11): what staff picked
    always first, then the sources in the order of the settings priority.* as they are today. Of two
    sources that are set to one place the one whose default is smaller. One row per group of fields
    and source. -#}
with

rules as (select * from {{ ref('rule_survivorship') }}),
settings as (select * from {{ ref('int_decisions__config') }})

select
    rules.field_group,
    rules.source,
    row_number() over (
        partition by rules.field_group
        order by
            settings.value asc nulls first,
            settings.default_value asc,
            rules.source asc
    ) - 1 as place
from rules
left join settings on rules.config_key = settings.config_key
