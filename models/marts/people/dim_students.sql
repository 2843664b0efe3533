{#- Both phases of the students joined at the end (salesforce.md 3): who they are, and where they go
    to school; and beside them the students whom only files know (platform.md 2.7). -#}
with

students as (select * from {{ ref('int_crm__students') }}),
student_schools as (select * from {{ ref('int_crm__student_schools') }}),
identities as (select * from {{ ref('int_crm__student_identities') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
classes as (select * from {{ ref('int_crm__classes') }}),
file_students as (select * from {{ ref('int_csv__students') }}),

-- Of whom the CRM has too a file says only the days that the CRM has no field for.
file_days as (
    select
        student_key,
        max_by(enrollment_date, row(load_seq, external_system, external_id)) filter (
            where enrollment_date is not null
        ) as enrollment_date,
        max_by(graduation_date, row(load_seq, external_system, external_id)) filter (
            where graduation_date is not null
        ) as graduation_date
    from file_students
    where is_of_crm
    group by student_key
)

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
    identities.canonical_student_key <> students.student_key as is_duplicate,
    file_days.enrollment_date,
    file_days.graduation_date
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
left join file_days on students.student_key = file_days.student_key
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
    canonical_student_key <> student_key as is_duplicate,
    enrollment_date,
    graduation_date
from file_students
where not is_of_crm
