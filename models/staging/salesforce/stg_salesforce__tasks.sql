{#- Versions of the CRM's tasks, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'task') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as task_id,
    {{ salesforce_text('versions.subject') }} as subject,
    nullif(trim(versions.description), '') as description,
    {{ salesforce_text('versions.type') }} as task_type,
    {{ salesforce_text('versions.status') }} as status,
    try_cast(versions.activitydate as date) as activity_date,
    {{ salesforce_id('versions.whoid') }} as who_id,
    {{ salesforce_id('versions.whatid') }} as what_id,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'ActivityDate',
                'versions.activitydate',
                "try_cast(versions.activitydate as date)"
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
