{#- Versions of the CRM's classes, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'class_c') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as class_id,
    {{ salesforce_text('versions.name') }} as class_name,
    {{ salesforce_id('versions.school_c') }} as school_id,
    {{ salesforce_number('versions.class_year_number_c') }} as class_year,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'Class_Year_Number__c',
                'versions.class_year_number_c',
                salesforce_number('versions.class_year_number_c')
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
