{{ config(materialized='view') }}
{#- What the CRM says of people that cannot be right, one row per thing and rule (salesforce.md
    7.1). Ids and codes only. -#}
{%- set picklists = {
    'gender': 'gender', 'race_ethnicity': 'racial_ethnic_background',
    'education': 'highest_education', 'age_group': 'age_group'
} -%}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
names as (select * from {{ ref('int_crm__contact_names') }}),
channels as (select * from {{ ref('int_crm__contact_channels') }}),
picklist_values as (select * from {{ ref('int_crm__picklist_values') }}),
people as (select * from {{ ref('int_crm__contact_people') }}),
volunteers as (select * from {{ ref('int_crm__volunteers') }}),
skills as (select * from {{ ref('int_crm__volunteer_skills') }}),
students as (select * from {{ ref('int_crm__students') }}),
student_schools as (select * from {{ ref('int_crm__student_schools') }}),
identities as (select * from {{ ref('int_crm__student_identities') }}),
participations as (select * from {{ ref('int_crm__participations') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),

-- Merged and deleted contacts are nobody's work any more.
live as (
    select
        contacts.*,
        roots.contact_role
    from contacts
    inner join roots on contacts.contact_id = roots.contact_id
    where not contacts.is_deleted
),

of_contacts as (
    select
        contact_id,
        'crm_unreadable_value' as rule_code,
        unreadable_fields as detail
    from live
    where unreadable_fields is not null
    union all
    select
        live.contact_id,
        'bad_birth_date' as rule_code,
        live.contact_role as detail
    from live
    inner join birth_ages on live.contact_role = birth_ages.contact_role
    where not {{ birth_is_believed('live.birth_date', 'birth_ages.min_age', 'birth_ages.max_age') }}
    union all
    select
        students.contact_id,
        'bad_grade' as rule_code,
        students.raw_grade as detail
    from students
    where
        students.raw_grade is not null
        and students.current_grade is null
        and not students.is_deleted
    union all
    select
        live.contact_id,
        'all_caps_name' as rule_code,
        live.contact_role as detail
    from live
    inner join names on live.contact_id = names.contact_id
    where names.is_all_caps
    union all
    select
        live.contact_id,
        'missing_person_name' as rule_code,
        live.contact_role as detail
    from live
    inner join names on live.contact_id = names.contact_id
    where
        (live.contact_role = 'volunteer' and names.name_raw is null)
        or (
            live.contact_role in ('teacher', 'student')
            and (names.first_name is null or names.last_name is null)
        )
    union all
    select
        live.contact_id,
        case channels.kind when 'email' then 'invalid_contact_email' else 'invalid_phone' end
            as rule_code,
        channels.source_field as detail
    from live
    inner join channels on live.contact_id = channels.contact_id
    where not channels.is_valid
),

of_volunteers as (
    select
        contact_id,
        'vol_contact_required' as rule_code,
        cast(null as varchar) as detail
    from volunteers
    where
        email is null and phone_e164 is null and not is_deleted and not is_provisional
    union all
    select
        volunteers.contact_id,
        'sf_count_without_rows' as rule_code,
        cast(volunteers.sf_attended_session_count as varchar) as detail
    from volunteers
    left join participations on volunteers.person_key = participations.person_key
    where
        volunteers.sf_attended_session_count > 0
        and participations.person_key is null
        and not volunteers.is_deleted
),

of_students as (
    select
        students.contact_id,
        case student_schools.school_assignment_status
            when 'missing_school' then 'student_school_missing'
            else 'student_school_not_a_school'
        end as rule_code,
        students.primary_affiliation_id as detail
    from students
    inner join student_schools on students.student_key = student_schools.student_key
    where
        student_schools.school_assignment_status in ('missing_school', 'not_a_school')
        and not students.is_deleted
    union all
    select
        students.contact_id,
        'duplicate_student' as rule_code,
        canonical.contact_id as detail
    from students
    inner join identities on students.student_key = identities.student_key
    inner join students as canonical on identities.canonical_student_key = canonical.student_key
    where identities.canonical_student_key <> students.student_key and not students.is_deleted
),

by_record as (
    select
        'contact' as entity_type,
        rule_code,
        contact_id as record_key,
        contact_id,
        {{ list_text('detail', ',') }} as detail
    from (
        select * from of_contacts
        union all
        select * from of_volunteers
        union all
        select * from of_students
    ) as found
    group by rule_code, contact_id
),

spoken as (
    {% for field, column in picklists.items() %}
        select
            '{{ field }}' as field,
            {{ column }} as word,
            contact_id
        from live
        where {{ column }} is not null and contact_role <> 'student'
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- One row per word: staff put it on the list or correct it where it is used.
by_word as (
    select
        'picklist' as entity_type,
        'unmapped_' || picklist_values.field as rule_code,
        picklist_values.field || ':' || picklist_values.word as record_key,
        spoken.contact_id,
        picklist_values.match_rule
    from spoken
    inner join picklist_values
        on spoken.word = picklist_values.word and spoken.field = picklist_values.field
    where picklist_values.match_rule <> 'exact'
    union all
    select
        'picklist' as entity_type,
        'unmapped_contact_type' as rule_code,
        'contact_type:' || contact_type as record_key,
        contact_id,
        'none' as match_rule
    from live
    where contact_role = 'other'
    union all
    select
        'picklist' as entity_type,
        'garbage_skill' as rule_code,
        'skill:' || skills.skill_name as record_key,
        people.root_contact_id as contact_id,
        'none' as match_rule
    from skills
    inner join people
        on skills.person_key = people.person_key and people.contact_id = people.root_contact_id
    where skills.is_garbage
)

select
    by_record.entity_type,
    by_record.rule_code,
    by_record.record_key,
    by_record.contact_id as external_id,
    cast(json_object('contact_id', by_record.contact_id, 'detail', by_record.detail) as varchar)
        as payload_json,
    contacts.first_load_seq,
    contacts.load_seq as last_load_seq,
    1 as occurrence_count
from by_record
inner join contacts on by_record.contact_id = contacts.contact_id
union all
select
    by_word.entity_type,
    by_word.rule_code,
    by_word.record_key,
    cast(null as varchar) as external_id,
    cast(
        json_object(
            'match', min(by_word.match_rule), 'example_contact_id', min(by_word.contact_id)
        ) as varchar
    ) as payload_json,
    min(contacts.first_load_seq) as first_load_seq,
    max(contacts.load_seq) as last_load_seq,
    count(distinct by_word.contact_id) as occurrence_count
from by_word
inner join contacts on by_word.contact_id = contacts.contact_id
group by by_word.entity_type, by_word.rule_code, by_word.record_key
