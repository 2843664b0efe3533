{{ config(materialized='view') }}
{#- What people decided about each violation (platform.md 3.4): suppressed lets the row through
    although the rule speaks, until the day it expires; wont_fix leaves it held back and out of the
    way; dq_reopen takes either back. is_corrected says that a correction of the row stands. One row
    per violation about which anything was decided. -#}
with

decisions as (select * from {{ ref('int_decisions__active') }}),

about_violations as (
    select *
    from decisions
    where
        subject_type = 'violation'
        and action in ('dq_fix', 'dq_suppress', 'dq_wont_fix', 'dq_reopen')
),

newest as (
    select *
    from about_violations
    where action <> 'dq_fix'
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

corrected as (
    select distinct subject_key
    from about_violations
    where action = 'dq_fix'
)

select
    coalesce(newest.subject_key, corrected.subject_key) as violation_key,
    case
        when newest.action = 'dq_wont_fix' then 'wont_fix'
        when
            newest.action = 'dq_suppress'
            and coalesce(
                try_cast({{ json_text('newest.payload', 'expires_at') }} as date)
                > {{ logical_date() }},
                true
            )
            then 'suppressed'
    end as decided_status,
    corrected.subject_key is not null as is_corrected,
    newest.decision_id,
    newest.decided_at,
    newest.actor,
    newest.reason
from newest
full outer join corrected on newest.subject_key = corrected.subject_key
