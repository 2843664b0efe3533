{#- Which volunteer each contact stands for (salesforce.md 1.13, 4.4). A volunteer is who the CRM
    calls one, by type or by taking part as one, of whatever type, also a contact that never landed.
    Merged contacts are their survivor; contacts that share an e-mail and the name are one person,
    whose root is the oldest; a student is one with nobody. One row per contact that is or was a
    volunteer's. -#}
with recursive

roots as (select * from {{ ref('int_crm__contact_roots') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
names as (select * from {{ ref('int_crm__contact_names') }}),
channels as (select * from {{ ref('int_crm__contact_channels') }}),
participants as (select * from {{ ref('int_salesforce__session_participants') }}),

takers as (
    select distinct roots.survivor_id
    from participants
    inner join roots on participants.contact_id = roots.contact_id
    where lower(participants.participant_type) = 'volunteer' and not participants.is_deleted
),

volunteers as (
    select
        roots.survivor_id,
        roots.speaker_id,
        roots.contact_role,
        names.name_norm,
        contacts.created_at
    from roots
    left join names on roots.speaker_id = names.contact_id
    left join contacts on roots.speaker_id = contacts.contact_id
    where
        roots.contact_id = roots.survivor_id
        and (
            (roots.contact_role = 'volunteer' and names.name_raw is not null)
            or roots.survivor_id in (select takers.survivor_id from takers)
        )
),

addressed as (
    select
        volunteers.survivor_id,
        volunteers.name_norm,
        channels.value as email
    from volunteers
    inner join channels
        on
            volunteers.speaker_id = channels.contact_id
            and channels.kind = 'email'
            and channels.is_valid
    where volunteers.contact_role <> 'student' and volunteers.name_norm is not null
),

pairs as (
    select distinct
        one.survivor_id as left_id,
        other.survivor_id as right_id
    from addressed as one
    inner join addressed as other
        on one.email = other.email and one.name_norm = other.name_norm
    where one.survivor_id <> other.survivor_id
),

reached as (
    select
        left_id,
        right_id
    from pairs
    union
    select
        reached.left_id,
        pairs.right_id
    from reached
    inner join pairs on reached.right_id = pairs.left_id
),

members as (
    select
        survivor_id,
        survivor_id as member_id
    from volunteers
    union
    select
        left_id as survivor_id,
        right_id as member_id
    from reached
),

people as (
    select
        members.survivor_id,
        members.member_id as root_contact_id
    from members
    inner join volunteers on members.member_id = volunteers.survivor_id
    qualify
        row_number() over (
            partition by members.survivor_id
            order by volunteers.created_at asc nulls last, members.member_id asc
        ) = 1
)

select
    roots.contact_id,
    roots.survivor_id,
    people.root_contact_id,
    {{ key(["'volunteer'", "'sf:' || people.root_contact_id"]) }} as person_key
from roots
inner join people on roots.survivor_id = people.survivor_id
