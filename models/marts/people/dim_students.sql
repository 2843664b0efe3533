{#- Both phases of the students joined at the end (salesforce.md 3): who they are, and where they go
    to school; and beside them the students whom only files know (platform.md 2.7). -#}
with

students as (select * from {{ ref('int_crm__students') }}),
student_schools as (select * from {{ ref('int_crm__student_schools') }}),
identities as (select * from {{ ref('int_crm__student_identities') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
classes as (select * from {{ ref('int_crm__classes') }}),
file_students as (select * from {{ ref('int_csv__students') }})

select
    students.student_key,
    students.contact_id as salesforce_id,
    students.student_id,
    students.first_name,
    students.last_name,
    student_schools.school_key,
    case
        when student_schools.school_assignment_status = 'assigned' then 'assigned'
        when student_schools.school_assignment_status in ('missing_school', 'not_a_school')
            then 'missing_school'
        else 'no_school'
    end as school_assignment,
    students.current_grade,
    students.gender,
    students.racial_ethnic,
    students.dob,
    true as is_active,
    student_schools.school_assignment_status,
    students.primary_affiliation_id,
    classes.class_key,
    schools.district_key,
    students.email,
    students.phone_e164,
    students.is_deleted,
    identities.canonical_student_key,
    identities.canonical_student_key <> students.student_key as is_duplicate
from students
inner join student_schools on students.student_key = student_schools.student_key
inner join identities on students.student_key = identities.student_key
left join schools
    on
        case
            when student_schools.school_assignment_status = 'assigned'
                then students.primary_affiliation_id
        end
        = schools.account_id
left join classes on students.class_id = classes.class_id and not classes.is_deleted
union all
select
    student_key,
    null as salesforce_id,
    student_id,
    first_name,
    last_name,
    school_key,
    case
        when school_assignment_status = 'assigned' then 'assigned'
        when school_assignment_status in ('missing_school', 'not_a_school') then 'missing_school'
        else 'no_school'
    end as school_assignment,
    current_grade,
    gender,
    racial_ethnic,
    dob,
    true as is_active,
    school_assignment_status,
    null as primary_affiliation_id,
    null as class_key,
    district_key,
    email,
    phone_e164,
    false as is_deleted,
    canonical_student_key,
    canonical_student_key <> student_key as is_duplicate
from file_students
where not is_of_crm
