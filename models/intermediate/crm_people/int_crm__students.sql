{#- Phase 1 of the students: who they are, without any school (salesforce.md 1.7, 3.2). The school
    stands in a model of its own, so that no run of this one can take it away. A student is who the
    CRM calls one, by type or by taking part as one, whatever the type is now, so that no closed year
    changes (1.13). One row per student; one without a first or last name is nobody (reported as
    missing_person_name). -#}
with

roots as (select * from {{ ref('int_crm__contact_roots') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
participants as (select * from {{ ref('int_salesforce__session_participants') }}),
names as (select * from {{ ref('int_crm__contact_names') }}),
channels as (select * from {{ ref('int_crm__contact_channels') }}),
picklist_values as (select * from {{ ref('int_crm__picklist_values') }}),
grades as (select * from {{ ref('map_grades') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),

takers as (
    select distinct roots.survivor_id
    from participants
    inner join roots on participants.contact_id = roots.contact_id
    where lower(participants.participant_type) = 'student' and not participants.is_deleted
),

students as (
    select
        survivor_id,
        speaker_id
    from roots
    where
        contact_id = survivor_id
        and (
            contact_role = 'student'
            or survivor_id in (select takers.survivor_id from takers)
        )
)

select
    {{ key(["'student'", "'sf:' || students.survivor_id"]) }} as student_key,
    students.survivor_id as contact_id,
    names.first_name,
    names.last_name,
    emails.value as email,
    phones.value as phone_e164,
    contacts.local_student_id as student_id,
    case
        when
            {{ birth_is_believed(
                'contacts.birth_date', 'birth_ages.min_age', 'birth_ages.max_age'
            ) }}
            then contacts.birth_date
    end as dob,
    genders.code as gender,
    contacts.racial_ethnic_background as racial_ethnic,
    case
        when grades.grade is not null then grades.grade
        when
            regexp_matches(contacts.current_grade, '^[0-9]{1,2}([.][0-9]*)?$')
            and try_cast(contacts.current_grade as double) < 13
            then cast(trunc(try_cast(contacts.current_grade as double)) as bigint)
    end as current_grade,
    contacts.current_grade as raw_grade,
    contacts.legacy_grade,
    contacts.class_id,
    contacts.primary_affiliation_id,
    contacts.is_deleted and students.speaker_id = students.survivor_id as is_deleted,
    contacts.load_seq
from students
inner join contacts on students.speaker_id = contacts.contact_id
inner join names on students.speaker_id = names.contact_id
inner join birth_ages on birth_ages.contact_role = 'student'
left join channels as emails
    on
        students.speaker_id = emails.contact_id
        and emails.kind = 'email'
        and emails.place = 1
        and emails.is_valid
left join channels as phones
    on
        students.speaker_id = phones.contact_id
        and phones.kind = 'phone'
        and phones.place = 1
        and phones.is_valid
left join picklist_values as genders
    on genders.field = 'gender' and contacts.gender = genders.word
left join grades on lower(contacts.current_grade) = grades.value
where names.first_name is not null and names.last_name is not null
