{#- The newest standing decision about each ticket; ignoring, reopening, matching, dating and
    adding to a roster replace one another. -#}
with

active as (select * from {{ ref('int_decisions__active') }})

select
    subject_key as ticket_key,
    decision_seq,
    decision_id,
    decided_at,
    actor,
    action,
    payload,
    reason
from active
where
    action in (
        'match_teacher', 'match_volunteer', 'match_school', 'match_organization',
        'match_district', 'set_session_date', 'add_to_roster', 'ignore_ticket', 'reopen_ticket'
    )
qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
