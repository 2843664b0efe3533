{#- Versions of the CRM's accounts, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'account') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as account_id,
    {{ salesforce_text('versions.name') }} as account_name,
    {{ salesforce_text('versions.type') }} as account_type,
    nullif(trim(versions.description), '') as description,
    {{ salesforce_id('versions.parentid') }} as parent_id,
    {{ salesforce_id('versions.masterrecordid') }} as master_record_id,
    {{ salesforce_text('versions.billingstreet') }} as billing_street,
    {{ salesforce_text('versions.billingcity') }} as billing_city,
    {{ salesforce_text('versions.billingstate') }} as billing_state,
    {{ salesforce_text('versions.billingpostalcode') }} as billing_postal_code,
    {{ salesforce_text('versions.billingcountry') }} as billing_country,
    try_cast(versions.lastactivitydate as date) as last_activity_date,
    {{ salesforce_text('versions.school_code_external_id_c') }} as school_code,
    {{ salesforce_text('versions.connector_account_name_c') }} as connector_account_name,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'LastActivityDate',
                'versions.lastactivitydate',
                "try_cast(versions.lastactivitydate as date)"
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
