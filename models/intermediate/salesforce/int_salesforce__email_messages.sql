{#- The CRM's email messages as they are now: the newest version of each, deleted ones kept
    and marked (salesforce.md 1.13). One row per record. -#}
with

versions as (select * from {{ ref('stg_salesforce__email_messages') }}),
absences as (select * from {{ ref('stg_salesforce__absences') }}),

current_versions as {{ newest_version('versions', 'email_message_id') }},

gone as (
    select
        record_id,
        max_by(deletion_source, load_seq) as deletion_source,
        max(load_seq) as load_seq
    from absences
    where object_name = 'EmailMessage'
    group by record_id
)

select
    newest.email_message_id,
    newest.subject,
    newest.text_body,
    newest.html_body,
    newest.message_at,
    newest.from_address,
    newest.to_address,
    newest.cc_address,
    newest.bcc_address,
    newest.related_to_id,
    newest.parent_id,
    newest.is_incoming,
    newest.status,
    newest.message_identifier,
    newest.thread_identifier,
    newest.unreadable_fields,
    newest.is_deleted_in_source or coalesce(gone.load_seq > newest.load_seq, false) as is_deleted,
    case
        when coalesce(gone.load_seq > newest.load_seq, false) then gone.deletion_source
        when newest.is_deleted_in_source then 'is_deleted'
    end as deletion_source,
    newest.created_at,
    newest.last_modified_at,
    newest.modified_at,
    newest.first_load_seq,
    newest.run_id,
    newest.load_seq,
    newest.landed_at
from current_versions as newest
left join gone on newest.email_message_id = gone.record_id
