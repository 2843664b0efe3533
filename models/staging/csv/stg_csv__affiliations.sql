{#- The rows of every complete landing of people's ties to organizations as clean text,
    each with the id that tells it from others: its system's own, else one made of what it says and
    never of its place in the file (platform.md 0.2 R-11, 4.10). One row per landed row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
affiliations as (select * from {{ source('raw_csv', 'affiliations') }}),

cleaned as (
    select
        affiliations.run_id,
        affiliations.row_number,
        affiliations.landed_at,
        lower(loads.external_system) as file_system,
        lower({{ contract_text('affiliations.external_system') }}) as row_system,
        {{ clean_id(contract_text('affiliations.external_id')) }} as own_id,
        {{ contract_text('affiliations.contact_external_id') }} as contact_external_id,
        {{ contract_text('affiliations.organization_external_id') }} as organization_external_id,
        {{ contract_text('affiliations.role') }} as role,
        {{ contract_text('affiliations.is_primary') }} as is_primary,
        {{ contract_text('affiliations.status') }} as status,
        {{ contract_text('affiliations.start_date') }} as start_date,
        {{ contract_text('affiliations.end_date') }} as end_date,
        {{ contract_text('affiliations.source_updated_at') }} as source_updated_at,
        affiliations.payload
    from affiliations
    inner join loads on affiliations.run_id = loads.run_id
),

marked as (
    select
        *,
        coalesce(row_system, file_system, 'csv') as external_system,
        coalesce(
            own_id,
            contact_external_id,
            organization_external_id,
            role,
            is_primary,
            status,
            start_date,
            end_date
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
        concat_ws('|', contact_external_id, organization_external_id) as content
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
    'affiliation' as entity_type,
    run_id,
    row_number,
    landed_at,
    external_system,
    external_id,
    false as is_id_synthesised,
    case
        when not is_blank
            then {{ record_hash("'affiliation'", 'external_system', 'external_id') }}
    end as record_hash,
    contact_external_id,
    organization_external_id,
    role,
    is_primary,
    status,
    start_date,
    end_date,
    source_updated_at,
    is_blank,
    payload
from identified
