{#- The contacts that say who a volunteer is, and in which order they are heard: those that stand
    before deleted ones, then the one last changed (salesforce.md 4.2). One row per survivor that
    landed; who was merged into it says nothing any more. -#}
with

people as (select * from {{ ref('int_crm__contact_people') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),

speakers as (
    select
        people.person_key,
        people.root_contact_id,
        people.survivor_id,
        roots.speaker_id,
        contacts.is_deleted and roots.speaker_id = roots.survivor_id as is_deleted,
        contacts.modified_at
    from people
    inner join roots on people.contact_id = roots.contact_id
    inner join contacts on roots.speaker_id = contacts.contact_id
    where roots.contact_id = roots.survivor_id
)

select
    person_key,
    root_contact_id,
    survivor_id,
    speaker_id,
    is_deleted,
    row_number() over (
        partition by person_key
        order by is_deleted asc, modified_at desc nulls last, speaker_id asc
    ) as place
from speakers
