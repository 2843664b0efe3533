{#- Every contact the CRM ever named, also in other records only, with the contact it ended at when
    the CRM merged it: chains to their end, circles nowhere (salesforce.md 1.13). One row per id.
    The speaker's record says who that is: the survivor's own, or until it lands the newest of those
    merged into it. -#}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),
participants as (select * from {{ ref('int_salesforce__session_participants') }}),
affiliations as (select * from {{ ref('int_salesforce__affiliations') }}),
tasks as (select * from {{ ref('int_salesforce__tasks') }}),
cases as (select * from {{ ref('int_salesforce__cases') }}),
types as (select * from {{ ref('map_contact_types') }}),

-- Of a record that came back nobody is the master any more.
edges as (
    select
        contact_id as from_key,
        master_record_id as to_key
    from contacts
    where is_deleted and master_record_id is not null
),

ends as {{ end_of_chain('edges') }},

mentioned as (
    select contact_id from contacts
    union
    select to_key as contact_id from edges
    union
    select contact_id from participants
    union
    select contact_id from affiliations
    union
    select who_id as contact_id from tasks where who_id like '003%'
    union
    select contact_id from cases
),

followed as (
    select
        mentioned.contact_id,
        coalesce(ends.to_key, mentioned.contact_id) as survivor_id,
        contacts.contact_id is not null as is_landed,
        contacts.contact_type,
        contacts.modified_at
    from mentioned
    left join ends on mentioned.contact_id = ends.from_key
    left join contacts on mentioned.contact_id = contacts.contact_id
    where mentioned.contact_id is not null
),

speakers as (
    select
        survivor_id,
        contact_id as speaker_id,
        contact_type
    from followed
    where is_landed
    qualify
        row_number() over (
            partition by survivor_id
            order by contact_id = survivor_id desc, modified_at desc nulls last, contact_id asc
        ) = 1
)

select
    followed.contact_id,
    followed.survivor_id,
    followed.is_landed,
    speakers.speaker_id,
    case
        when speakers.speaker_id is null then 'unknown'
        when speakers.contact_type is null then 'volunteer'
        else coalesce(types.contact_role, 'other')
    end as contact_role
from followed
left join speakers on followed.survivor_id = speakers.survivor_id
left join types on lower(speakers.contact_type) = types.contact_type
