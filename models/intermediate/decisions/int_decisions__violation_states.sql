{{ config(materialized='view') }}
{#- What people decided about each violation (platform.md 3.4): suppressed lets the row through
    although the rule speaks, until the day it expires; wont_fix leaves it held back and out of the
    way; dq_reopen takes either back. One row per violation about which that was decided; what a
    correction mended is found by the rules (int_csv__violations). -#}
with

decisions as (select * from {{ ref('int_decisions__active') }}),

newest as (
    select *
    from decisions
    where
        subject_type = 'violation'
        and action in ('dq_suppress', 'dq_wont_fix', 'dq_reopen')
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
)

select
    subject_key as violation_key,
    case
        when action = 'dq_wont_fix' then 'wont_fix'
        when
            action = 'dq_suppress'
            and coalesce(
                try_cast({{ json_text('payload', 'expires_at') }} as date)
                > {{ logical_date() }},
                true
            )
            then 'suppressed'
    end as decided_status,
    decision_id,
    decided_at,
    actor,
    reason
from newest
