{#- Which school a row of students by file means (platform.md 2.7; salesforce.md 3.3): an account of
    the CRM by its id, the only school of a code, the only known school of a name; an organization by
    file stands for its name. A school that nobody knows is missing, and what is known but no school
    is said to be so. One row per landed row of a student. -#}
with

people as (select * from {{ ref('int_csv__people_rows') }}),
schools as (select * from {{ ref('int_places__schools') }}),
crm_schools as (select * from {{ ref('int_crm__schools') }}),
accounts as (select * from {{ ref('int_salesforce__accounts') }}),
organizations as (select * from {{ ref('int_csv__organizations') }}),

-- Their ids may differ in capitals only.
file_organizations as (
    select
        lower(external_system || ':' || external_id) as word,
        min(organization_name) as organization_name
    from organizations
    group by lower(external_system || ':' || external_id)
),

students as (
    select
        people.run_id,
        people.row_number,
        people.school_affiliation as school_ref,
        {{ salesforce_id('people.school_affiliation') }} as account_id,
        file_organizations.organization_name,
        {{ school_norm(
            'coalesce(file_organizations.organization_name, people.school_affiliation)'
        ) }} as school_name_norm
    from people
    left join file_organizations
        on
            lower(people.external_system || ':' || people.school_affiliation)
            = file_organizations.word
    where people.entity_type = 'student' and not people.is_blank
),

known_schools as (select * from schools where not is_provisional and not is_deleted),

by_account as (
    select
        crm_schools.account_id,
        known_schools.school_key
    from crm_schools
    inner join known_schools on crm_schools.school_key = known_schools.school_key
    where crm_schools.is_merged or not crm_schools.is_deleted
),

by_code as (
    select
        lower(school_code) as school_code,
        min(school_key) as school_key
    from known_schools
    group by lower(school_code)
    having count(*) = 1
),

by_name as (
    select
        school_name_norm,
        min(school_key) as school_key
    from known_schools
    group by school_name_norm
    having count(*) = 1
),

other_places as (
    select 'id:' || account_id as word
    from accounts
    where not is_deleted
    union
    select 'name:' || lower(account_name) as word
    from accounts
    where not is_deleted and account_name is not null
    union
    select 'name:' || organization_norm as word
    from organizations
    where is_newest_of_key
),

placed as (
    select
        students.run_id,
        students.row_number,
        students.school_ref,
        coalesce(by_account.school_key, by_code.school_key, by_name.school_key) as school_key,
        coalesce(students.organization_name, other_ids.word, other_names.word) is not null
            as is_known_place
    from students
    left join by_account on students.account_id = by_account.account_id
    left join by_code on lower(students.school_ref) = by_code.school_code
    left join by_name on students.school_name_norm = by_name.school_name_norm
    left join other_places as other_ids on 'id:' || students.account_id = other_ids.word
    left join other_places as other_names
        on 'name:' || lower(students.school_ref) = other_names.word
)

select
    placed.run_id,
    placed.row_number,
    placed.school_key,
    known_schools.district_key,
    case
        when placed.school_ref is null then 'no_affiliation'
        when placed.school_key is not null then 'assigned'
        when placed.is_known_place then 'not_a_school'
        else 'missing_school'
    end as school_assignment_status,
    -- Within what a student's number says something (salesforce.md 6.0 C2).
    coalesce(known_schools.district_key, placed.school_key) as scope_key
from placed
left join known_schools on placed.school_key = known_schools.school_key
