{#- Versions of the CRM's email messages, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'emailmessage') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as email_message_id,
    {{ salesforce_text('versions.subject') }} as subject,
    nullif(trim(versions.textbody), '') as text_body,
    nullif(trim(versions.htmlbody), '') as html_body,
    {{ try_salesforce_timestamp('versions.messagedate') }} as message_at,
    {{ salesforce_text('versions.fromaddress') }} as from_address,
    {{ salesforce_text('versions.toaddress') }} as to_address,
    {{ salesforce_text('versions.ccaddress') }} as cc_address,
    {{ salesforce_text('versions.bccaddress') }} as bcc_address,
    {{ salesforce_id('versions.relatedtoid') }} as related_to_id,
    {{ salesforce_id('versions.parentid') }} as parent_id,
    {{ salesforce_boolean('versions.incoming') }} as is_incoming,
    {{ salesforce_text('versions.status') }} as status,
    {{ salesforce_text('versions.messageidentifier') }} as message_identifier,
    {{ salesforce_text('versions.threadidentifier') }} as thread_identifier,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'MessageDate',
                'versions.messagedate',
                try_salesforce_timestamp('versions.messagedate')
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
