with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),

compared as (
    select
        *,
        lag(payload) over (partition by subject_type, subject_key order by decision_seq)
            as before_json
    from decisions
)

select
    decision_id,
    decided_at,
    actor,
    role,
    action,
    subject_type,
    subject_key,
    before_json,
    payload as after_json,
    reason
from compared
