{#- Versions of the CRM's session participants, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'session_participant_c') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as participant_id,
    {{ salesforce_text('versions.name') }} as participant_name,
    {{ salesforce_id('versions.contact_c') }} as contact_id,
    {{ salesforce_id('versions.session_c') }} as session_id,
    {{ salesforce_text('versions.participant_type_c') }} as participant_type,
    {{ salesforce_text('versions.status_c') }} as status,
    {{ salesforce_number('versions.delivery_hours_c') }} as delivery_hours,
    {{ salesforce_text('versions.age_group_c') }} as age_group,
    {{ salesforce_text('versions.email_c') }} as email,
    {{ salesforce_text('versions.title_c') }} as job_title,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'Delivery_Hours__c',
                'versions.delivery_hours_c',
                salesforce_number('versions.delivery_hours_c')
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
