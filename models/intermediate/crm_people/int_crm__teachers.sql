{#- The teachers of the CRM (salesforce.md 1.6): the roster's teacher with one of their addresses
    when nobody of another name has it, else people of their own. Who stands on the roster stays the
    roster's word. One row per contact. -#}
with

roots as (select * from {{ ref('int_crm__contact_roots') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
names as (select * from {{ ref('int_crm__contact_names') }}),
channels as (select * from {{ ref('int_crm__contact_channels') }}),
roster_teachers as (select * from {{ ref('int_roster__teachers') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),

teachers as (
    select
        roots.survivor_id as contact_id,
        roots.speaker_id,
        names.first_name,
        names.last_name,
        names.name_norm,
        contacts.primary_affiliation_id as school_account_id,
        contacts.is_deleted and roots.speaker_id = roots.survivor_id as is_deleted
    from roots
    inner join contacts on roots.speaker_id = contacts.contact_id
    inner join names on roots.speaker_id = names.contact_id
    where
        roots.contact_id = roots.survivor_id
        and roots.contact_role = 'teacher'
        and names.first_name is not null
        and names.last_name is not null
),

addressed as (
    select
        teachers.contact_id,
        teachers.name_norm,
        channels.value as email
    from teachers
    inner join channels
        on
            teachers.speaker_id = channels.contact_id
            and channels.kind = 'email'
            and channels.is_valid
),

unshared as (
    select email
    from addressed
    group by email
    having count(distinct name_norm) = 1
),

matched as (
    select
        addressed.contact_id,
        min(coalesce(merged_teachers.to_teacher_key, roster_teachers.teacher_key)) as teacher_key
    from addressed
    inner join unshared on addressed.email = unshared.email
    inner join roster_teachers on addressed.email = roster_teachers.email
    left join merged_teachers on roster_teachers.teacher_key = merged_teachers.from_teacher_key
    group by addressed.contact_id
    having
        count(distinct coalesce(merged_teachers.to_teacher_key, roster_teachers.teacher_key)) = 1
)

select
    teachers.contact_id,
    coalesce(
        matched.teacher_key, {{ key(["'teacher'", "'sf:' || teachers.contact_id"]) }}
    ) as teacher_key,
    teachers.first_name,
    teachers.last_name,
    channels.value as email,
    teachers.school_account_id,
    matched.teacher_key is not null as is_on_roster,
    teachers.is_deleted
from teachers
left join matched on teachers.contact_id = matched.contact_id
left join channels
    on
        teachers.speaker_id = channels.contact_id
        and channels.kind = 'email'
        and channels.place = 1
        and channels.is_valid
