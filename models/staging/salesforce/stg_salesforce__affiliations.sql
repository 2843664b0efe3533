{#- Versions of the CRM's affiliations, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'npe5_affiliation_c') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as affiliation_id,
    {{ salesforce_text('versions.name') }} as affiliation_name,
    {{ salesforce_id('versions.npe5_contact_c') }} as contact_id,
    {{ salesforce_id('versions.npe5_organization_c') }} as account_id,
    {{ salesforce_text('versions.npe5_role_c') }} as role,
    {{ salesforce_boolean('versions.npe5_primary_c') }} as is_primary,
    {{ salesforce_text('versions.npe5_status_c') }} as status,
    try_cast(versions.npe5_startdate_c as date) as start_date,
    try_cast(versions.npe5_enddate_c as date) as end_date,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'npe5__StartDate__c',
                'versions.npe5_startdate_c',
                "try_cast(versions.npe5_startdate_c as date)"
            ) }},
            {{ unless_read(
                'npe5__EndDate__c',
                'versions.npe5_enddate_c',
                "try_cast(versions.npe5_enddate_c as date)"
            ) }},
            {{ unless_read(
                'SystemModstamp',
                'versions.systemmodstamp',
                try_salesforce_timestamp('versions.systemmodstamp')
            ) }}
        ),
        ''
    ) as unreadable_fields,
    coalesce({{ salesforce_boolean('versions.isdeleted') }}, false) as is_deleted_in_source,
    {{ try_salesforce_timestamp('versions.createddate') }} as created_at,
    {{ try_salesforce_timestamp('versions.lastmodifieddate') }} as last_modified_at,
    {{ try_salesforce_timestamp('versions.systemmodstamp') }} as modified_at,
    versions.row_hash,
    versions.run_id,
    versions.load_seq,
    versions.landed_at
from versions
inner join loads on versions.load_seq = loads.load_seq
