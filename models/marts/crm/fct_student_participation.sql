with

participations as (select * from {{ ref('int_crm__participations') }}),
students as (select * from {{ ref('int_crm__students') }})

select
    participations.participation_key,
    participations.event_key,
    participations.student_key,
    participations.status,
    participations.is_credited as is_attended,
    participations.delivery_hours,
    participations.age_group,
    participations.participant_id as salesforce_id,
    participations.raw_status,
    participations.survivor_id as contact_salesforce_id,
    students.student_key is null as is_student_unknown,
    participations.canonical_student_key
from participations
left join students on participations.student_key = students.student_key
where participations.outcome = 'kept' and participations.participant_type = 'Student'
