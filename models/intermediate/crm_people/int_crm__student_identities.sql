{#- Which records of the CRM are one student (salesforce.md 6.0 C2): those that bear the same number
    in one district, or in one school that has no district. A number says nothing across districts, nor
    does one of zeros only, and a student whom no school is known of stays alone. Every record keeps
    its row; counts go by the canonical one, which is the oldest id that stands. One row per record. -#}
with

students as (select * from {{ ref('int_crm__students') }}),
student_schools as (select * from {{ ref('int_crm__student_schools') }}),
schools as (select * from {{ ref('int_crm__schools') }}),

scoped as (
    select
        students.student_key,
        students.contact_id,
        students.is_deleted,
        case
            when regexp_matches(lower(students.student_id), '[a-z1-9]')
                then lower(students.student_id)
        end as student_number,
        coalesce(schools.district_key, student_schools.school_key) as scope_key
    from students
    inner join student_schools on students.student_key = student_schools.student_key
    left join schools
        on
            case
                when student_schools.school_assignment_status = 'assigned'
                    then students.primary_affiliation_id
            end
            = schools.account_id
),

ranked as (
    select
        *,
        first_value(student_key) over (
            partition by scope_key, student_number order by is_deleted asc, contact_id asc
        ) as first_key
    from scoped
)

select
    student_key,
    case
        when student_number is not null and scope_key is not null then first_key
        else student_key
    end as canonical_student_key
from ranked
