with

teachers as (select * from {{ ref('int_roster__teachers') }}),
matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
crm_teachers as (select * from {{ ref('int_crm__teachers') }}),

-- A teacher with several accounts shows the best proven one; all of them are in external_id_map.
accounts as (
    select
        teacher_key,
        user_id
    from matches
    where teacher_key is not null and user_id is not null
    qualify
        row_number() over (
            partition by teacher_key
            order by
                case match_rule when 'decision' then 1 when 'email' then 2 else 3 end,
                first_load_seq,
                user_id
        ) = 1
),

contacts as (
    select
        teacher_key,
        min(contact_id) as contact_id
    from crm_teachers
    where is_on_roster and not is_deleted
    group by teacher_key
)

select
    teachers.teacher_key,
    teachers.teacher_name,
    teachers.first_name,
    teachers.last_name,
    teachers.email,
    accounts.user_id as pathful_user_id,
    contacts.contact_id as salesforce_id,
    teachers.school_key,
    teachers.district_key
from teachers
left join accounts on teachers.teacher_key = accounts.teacher_key
left join contacts on teachers.teacher_key = contacts.teacher_key
