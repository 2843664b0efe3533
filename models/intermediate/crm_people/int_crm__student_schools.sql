{#- Phase 2 of the students: the school of each, judged anew for all at every build, so that a
    transfer moves the student and a school that lands later is found (salesforce.md 3.3). Only a
    school that exists is assigned, the winner for one that was merged away; whoever has none keeps
    the row and the reason. -#}
with

students as (select * from {{ ref('int_crm__students') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
accounts as (select * from {{ ref('int_salesforce__accounts') }}),
exclusions as (select * from {{ ref('ref_school_assignment_exclusions') }}),

standing_schools as (select * from schools where not is_deleted and not is_merged),

open_schools as (
    select
        schools.account_id,
        schools.school_key
    from schools
    inner join standing_schools on schools.school_key = standing_schools.school_key
    where schools.is_merged or not schools.is_deleted
),

other_accounts as (
    select accounts.account_id
    from accounts
    left join schools on accounts.account_id = schools.account_id
    where schools.account_id is null and not accounts.is_deleted
),

judged as (
    select
        students.student_key,
        open_schools.school_key,
        case
            when students.primary_affiliation_id is null then 'no_affiliation'
            when exclusions.account_id is not null then 'excluded'
            when open_schools.account_id is not null then 'assigned'
            when other_accounts.account_id is not null then 'not_a_school'
            else 'missing_school'
        end as school_assignment_status
    from students
    left join exclusions on students.primary_affiliation_id = exclusions.account_id
    left join open_schools on students.primary_affiliation_id = open_schools.account_id
    left join other_accounts on students.primary_affiliation_id = other_accounts.account_id
)

select
    student_key,
    case when school_assignment_status = 'assigned' then school_key end as school_key,
    school_assignment_status
from judged
