{#- The students that files brought, as their sources said last (platform.md 2.7). One whose number
    the CRM has, in the same district where both have one, or whose id is a contact's, is the CRM's
    student, of whom the CRM knows better. Records of one system that bear one number in one
    district are one student, the first; every record keeps its row. One row per system and id. -#}
with

people as (select * from {{ ref('int_csv__people_rows') }}),
student_schools as (select * from {{ ref('int_csv__student_schools') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),
crm_students as (select * from {{ ref('int_crm__students') }}),
crm_student_schools as (select * from {{ ref('int_crm__student_schools') }}),
crm_identities as (select * from {{ ref('int_crm__student_identities') }}),
schools as (select * from {{ ref('int_places__schools') }}),
grades as (select * from {{ ref('map_grades') }}),
words as (select * from {{ ref('map_contract_words') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),

{{ standing_rows('student') }},

race_words as (
    select distinct
        word,
        crm_code
    from words
    where field = 'race_ethnicity' and crm_code is not null
),

students as (
    select
        standing.*,
        people.external_system,
        people.external_id,
        people.first_name,
        people.last_name,
        people.student_id,
        case
            when regexp_matches(lower(people.student_id), '[a-z1-9]') then lower(people.student_id)
        end as student_number,
        case
            when grades.grade is not null then grades.grade
            when
                regexp_matches(people.grade, '^[0-9]{1,2}([.][0-9]*)?$')
                and try_cast(people.grade as double) < 13
                then cast(trunc(try_cast(people.grade as double)) as bigint)
        end as current_grade,
        people.gender,
        coalesce(race_words.crm_code, people.race_ethnicity) as racial_ethnic,
        case
            when
                {{ birth_is_believed('people.dob', 'birth_ages.min_age', 'birth_ages.max_age') }}
                then people.dob
        end as dob,
        people.email,
        people.phone as phone_e164,
        people.enrollment_date,
        people.graduation_date,
        student_schools.school_key,
        student_schools.district_key,
        student_schools.school_assignment_status,
        student_schools.scope_key
    from standing
    inner join people
        on standing.rows_run_id = people.run_id and standing.row_number = people.row_number
    inner join student_schools
        on
            standing.rows_run_id = student_schools.run_id
            and standing.row_number = student_schools.row_number
    inner join birth_ages on birth_ages.contact_role = 'student'
    left join grades on lower(people.grade) = grades.value
    left join race_words on people.race_ethnicity = race_words.word
),

numbered as (
    select
        lower(crm_students.student_id) as student_number,
        crm_identities.canonical_student_key as student_key,
        coalesce(schools.district_key, crm_student_schools.school_key) as scope_key
    from crm_students
    inner join crm_identities on crm_students.student_key = crm_identities.student_key
    inner join crm_student_schools on crm_students.student_key = crm_student_schools.student_key
    left join schools on crm_student_schools.school_key = schools.school_key
    where not crm_students.is_deleted
),

-- A number that several students of the CRM have says nothing.
by_number as (
    select
        students.record_hash,
        min(numbered.student_key) as student_key
    from students
    inner join numbered
        on
            students.student_number = numbered.student_number
            and coalesce(students.scope_key = numbered.scope_key, true)
    group by students.record_hash
    having count(distinct numbered.student_key) = 1
),

keyed as (
    select
        students.*,
        coalesce(contacts.student_key, by_number.student_key) as crm_student_key,
        case
            when contacts.student_key is not null then 'salesforce_id'
            when by_number.student_key is not null then 'student_number'
            else 'own'
        end as match_rule,
        {{ key([
            "'student'",
            "case students.external_system when 'salesforce' then 'sf:' "
            ~ "else 'csv:' || students.external_system || ':' end || students.external_id"
        ]) }} as own_key
    from students
    left join crm_students as contacts
        on
            case when students.external_system = 'salesforce' then students.external_id end
            = contacts.contact_id
    left join by_number on students.record_hash = by_number.record_hash
),

ranked as (
    select
        *,
        first_value(own_key) over (
            partition by
                crm_student_key is null, external_system, student_number, coalesce(scope_key, '')
            order by first_load_seq asc, row_number asc, record_hash asc
        ) as first_key
    from keyed
)

select
    external_system,
    external_id,
    coalesce(crm_student_key, own_key) as student_key,
    crm_student_key is not null as is_of_crm,
    match_rule,
    case
        when crm_student_key is not null then crm_student_key
        when student_number is not null then first_key
        else own_key
    end as canonical_student_key,
    student_id,
    first_name,
    last_name,
    school_key,
    district_key,
    school_assignment_status,
    current_grade,
    gender,
    racial_ethnic,
    dob,
    email,
    phone_e164,
    enrollment_date,
    graduation_date,
    first_seen_at,
    last_seen_at,
    first_load_seq,
    load_seq
from ranked
