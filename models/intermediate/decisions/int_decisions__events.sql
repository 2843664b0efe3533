{#- The standing decisions about events and their flags, under the event's key of today. The people
    that a payload names stand beside it. -#}
with

active as (select * from {{ ref('int_decisions__active') }}),
subjects as (select * from {{ ref('int_decisions__event_subjects') }})

select
    active.decision_seq,
    active.decision_id,
    active.decided_at,
    active.actor,
    active.role,
    active.action,
    active.subject_type,
    subjects.event_key,
    subjects.flag_type,
    {{ json_text('active.payload', 'teacher_key') }} as teacher_key,
    {{ json_text('active.payload', 'person_key') }} as person_key,
    active.payload,
    active.reason
from active
inner join subjects
    on active.subject_type = subjects.subject_type and active.subject_key = subjects.subject_key
where subjects.event_key is not null
