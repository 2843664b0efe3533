{#- The organisations that some company string means. One row per organisation; provisional until
    it stands in map_organization_aliases or a CRM names it. -#}
with

organization_names as (select * from {{ ref('int_places__organization_names') }}),
aliases as (select * from {{ ref('map_organization_aliases') }}),

listed as (
    select distinct
        {{ key(["'organization'", organization_norm('organization_name')]) }} as organization_key
    from aliases
),

meant as (
    select
        organization_key,
        min(display_name) as organization_name
    from organization_names
    group by organization_key
)

select
    meant.organization_key,
    meant.organization_name,
    listed.organization_key is null as is_provisional
from meant
left join listed on meant.organization_key = listed.organization_key
