{#- Who the CRM calls a volunteer, by type or by taking part as one, of whatever type, also a
    contact that never landed (salesforce.md 1.13, 4.4). One row per survivor. -#}
with

roots as (select * from {{ ref('int_crm__contact_roots') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
names as (select * from {{ ref('int_crm__contact_names') }}),
participants as (select * from {{ ref('int_salesforce__session_participants') }}),

takers as (
    select distinct roots.survivor_id
    from participants
    inner join roots on participants.contact_id = roots.contact_id
    where lower(participants.participant_type) = 'volunteer' and not participants.is_deleted
)

select
    roots.survivor_id,
    roots.speaker_id,
    roots.contact_role,
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
