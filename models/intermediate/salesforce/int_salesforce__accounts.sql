{#- The CRM's accounts as they are now: the newest version of each, deleted ones kept
    and marked (salesforce.md 1.13). One row per record. -#}
with

versions as (select * from {{ ref('stg_salesforce__accounts') }}),
absences as (select * from {{ ref('stg_salesforce__absences') }}),

current_versions as {{ newest_version('versions', 'account_id') }},

gone as (
    select
        record_id,
        max_by(deletion_source, load_seq) as deletion_source,
        max(load_seq) as load_seq
    from absences
    where object_name = 'Account'
    group by record_id
)

select
    newest.account_id,
    newest.account_name,
    newest.account_type,
    newest.description,
    newest.parent_id,
    newest.master_record_id,
    newest.billing_street,
    newest.billing_city,
    newest.billing_state,
    newest.billing_postal_code,
    newest.billing_country,
    newest.last_activity_date,
    newest.school_code,
    newest.connector_account_name,
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
left join gone on newest.account_id = gone.record_id
