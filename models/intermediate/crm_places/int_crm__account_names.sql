{#- Every name, under every parent account, that an account of the CRM had in any version that ever
    landed: what a text or a key of earlier times meant by it (salesforce.md 1.13). One row per
    account, kind, name and parent. -#}
with

versions as (select * from {{ ref('stg_salesforce__accounts') }}),
account_types as (select * from {{ ref('map_account_types') }}),

typed as (
    select
        versions.account_id,
        coalesce(account_types.account_kind, 'organization') as account_kind,
        versions.account_name,
        versions.parent_id,
        versions.is_deleted_in_source,
        versions.created_at,
        versions.load_seq
    from versions
    left join account_types on lower(versions.account_type) = account_types.account_type
    where versions.account_name is not null
)

select
    account_id,
    account_kind,
    account_name,
    parent_id,
    min(load_seq) as first_load_seq,
    max(load_seq) as last_load_seq,
    min_by(is_deleted_in_source, load_seq) as was_deleted,
    min(created_at) as created_at
from typed
group by account_id, account_kind, account_name, parent_id
