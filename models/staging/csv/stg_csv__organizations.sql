{#- The rows of every complete landing of organizations as clean text,
    each with the id that tells it from others: its system's own, else one made of what it says and
    never of its place in the file (platform.md 0.2 R-11, 4.10). One row per landed row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
organizations as (select * from {{ source('raw_csv', 'organizations') }}),

cleaned as (
    select
        organizations.run_id,
        organizations.row_number,
        organizations.landed_at,
        lower(loads.external_system) as file_system,
        lower({{ contract_text('organizations.external_system') }}) as row_system,
        {{ clean_id(contract_text('organizations.external_id')) }} as own_id,
        {{ contract_text('organizations.name') }} as name,
        {{ contract_text('organizations.description', lines=true) }} as description,
        {{ contract_text('organizations.organization_type') }} as organization_type,
        {{ contract_text('organizations.website') }} as website,
        {{ contract_text('organizations.phone') }} as phone,
        {{ contract_text('organizations.email') }} as email,
        {{ contract_text('organizations.tax_id') }} as tax_id,
        {{ contract_text('organizations.logo_url') }} as logo_url,
        {{ contract_text('organizations.contact_person_name') }} as contact_person_name,
        {{ contract_text('organizations.contact_person_title') }} as contact_person_title,
        {{ contract_text('organizations.founded_date') }} as founded_date,
        {{ contract_text('organizations.is_active') }} as is_active,
        {{ contract_text('organizations.slug') }} as slug,
        {{ contract_text('organizations.source_updated_at') }} as source_updated_at,
        organizations.payload
    from organizations
    inner join loads on organizations.run_id = loads.run_id
),

marked as (
    select
        *,
        coalesce(row_system, file_system, 'csv') as external_system,
        coalesce(
            own_id,
            name,
            description,
            organization_type,
            website,
            phone,
            email,
            tax_id,
            logo_url,
            contact_person_name,
            contact_person_title,
            founded_date,
            is_active,
            slug
        ) is null as is_blank
    from cleaned
),

described as (
    select
        *,
        case
            when external_system = 'salesforce' then coalesce({{ salesforce_id('own_id') }}, own_id)
            else own_id
        end as given_id,
        lower(name) as content
    from marked
),

identified as (
    select
        *,
        case
            when not is_blank
                then coalesce(
                    given_id,
                    -- A row that says nothing of this is told by all that it says.
                    'csv:'
                    || left(
                        sha256(
                            coalesce(case when trim(content, '|') <> '' then content end, payload)
                        ),
                        16
                    )
                )
        end as external_id
    from described
)

select
    'organization' as entity_type,
    run_id,
    row_number,
    landed_at,
    external_system,
    external_id,
    given_id is null and not is_blank as is_id_synthesised,
    case
        when not is_blank
            then {{ record_hash("'organization'", 'external_system', 'external_id') }}
    end as record_hash,
    name,
    description,
    organization_type,
    website,
    phone,
    email,
    tax_id,
    logo_url,
    contact_person_name,
    contact_person_title,
    founded_date,
    is_active,
    slug,
    source_updated_at,
    is_blank,
    payload
from identified
