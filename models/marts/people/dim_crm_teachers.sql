{#- The teachers of the CRM; a school that was merged away is its winner, where that stands. -#}
with

teachers as (select * from {{ ref('int_crm__teachers') }}),
schools as (select * from {{ ref('int_crm__schools') }}),

standing_schools as (select * from schools where not is_deleted and not is_merged)

select
    teachers.teacher_key,
    teachers.contact_id as salesforce_id,
    teachers.first_name,
    teachers.last_name,
    teachers.email,
    standing_schools.school_key,
    standing_schools.district_key,
    teachers.is_on_roster
from teachers
left join schools
    on
        teachers.school_account_id = schools.account_id
        and (schools.is_merged or not schools.is_deleted)
left join standing_schools on schools.school_key = standing_schools.school_key
where not teachers.is_deleted
