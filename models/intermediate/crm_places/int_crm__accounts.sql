{#- What each account of the CRM is, and which account stands for it: the one it was merged into
    inside the CRM, else itself. No type at all is an organization (salesforce.md 1.1, 1.13; lesson
    7). One row per account that has a name. -#}
with

accounts as (select * from {{ ref('int_salesforce__accounts') }}),
account_types as (select * from {{ ref('map_account_types') }}),

typed as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.account_type,
        coalesce(account_types.account_kind, 'organization') as account_kind,
        accounts.parent_id,
        accounts.master_record_id,
        accounts.description,
        accounts.billing_city as city,
        accounts.billing_state as state_code,
        accounts.billing_postal_code as postal_code,
        accounts.last_activity_date,
        accounts.school_code,
        accounts.is_deleted,
        accounts.created_at,
        accounts.first_load_seq,
        accounts.load_seq
    from accounts
    left join account_types on lower(accounts.account_type) = account_types.account_type
    where accounts.account_name is not null
),

edges as (
    select
        account_id as from_key,
        master_record_id as to_key
    from typed
    where is_deleted and master_record_id is not null
),

ends as {{ end_of_chain('edges') }}

select
    typed.account_id,
    -- A winner of another kind, or one that never arrived, stands for nothing.
    coalesce(survivor.account_id, typed.account_id) as survivor_id,
    typed.account_name,
    typed.account_type,
    typed.account_kind,
    typed.parent_id,
    typed.description,
    typed.city,
    typed.state_code,
    typed.postal_code,
    typed.last_activity_date,
    typed.school_code,
    typed.is_deleted,
    typed.created_at,
    typed.first_load_seq,
    typed.load_seq
from typed
left join ends on typed.account_id = ends.from_key
left join typed as survivor
    on ends.to_key = survivor.account_id and typed.account_kind = survivor.account_kind
