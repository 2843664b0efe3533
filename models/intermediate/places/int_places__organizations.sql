{#- The organisations that exist: those that some company string means, those of the CRM and those
    that files brought. One row per organisation, of which the CRM knows better than a file;
    provisional until it stands in map_organization_aliases, or the CRM or a file names it;
    a deleted account of the CRM where nothing else stands for it. -#}
with

organization_names as (select * from {{ ref('int_places__organization_names') }}),
aliases as (select * from {{ ref('map_organization_aliases') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
place_names as (select * from {{ ref('int_crm__place_names') }}),
file_organizations as (select * from {{ ref('int_csv__organizations') }}),

filed as (select * from file_organizations where is_newest_of_key),

accounts as (select * from crm_organizations where not is_merged),

listed as (
    select distinct
        coalesce(
            place_names.place_key,
            {{ key(["'organization'", organization_norm('aliases.organization_name')]) }}
        ) as organization_key
    from aliases
    left join place_names
        on
            {{ organization_norm('aliases.organization_name') }} = place_names.name_norm
            and place_names.entity_type = 'organization'
),

meant as (
    select
        organization_key,
        min(display_name) as organization_name
    from organization_names
    group by organization_key
)

select
    coalesce(meant.organization_key, accounts.organization_key, filed.organization_key)
        as organization_key,
    coalesce(
        meant.organization_name,
        case when accounts.is_deleted then filed.organization_name end,
        accounts.organization_name,
        filed.organization_name
    ) as organization_name,
    meant.organization_key is not null
    and listed.organization_key is null
    and filed.organization_key is null
    and coalesce(accounts.is_deleted, true) as is_provisional,
    coalesce(accounts.organization_type, filed.organization_type) as organization_type,
    accounts.account_id as salesforce_id,
    accounts.city,
    accounts.state_code,
    accounts.last_activity_date,
    meant.organization_key is null
    and filed.organization_key is null
    and accounts.is_deleted as is_deleted,
    filed.slug,
    filed.website,
    filed.description,
    coalesce(filed.is_active, true) as is_active
from meant
full outer join accounts on meant.organization_key = accounts.organization_key
full outer join filed
    on coalesce(meant.organization_key, accounts.organization_key) = filed.organization_key
left join listed
    on
        coalesce(meant.organization_key, accounts.organization_key, filed.organization_key)
        = listed.organization_key
