with

decisions as (select * from {{ source('raw_decisions', 'decisions') }})

select
    decision_seq,
    decision_id,
    decided_at,
    actor,
    role,
    action,
    subject_type,
    subject_key,
    payload,
    reason,
    revokes
from decisions
