with

communications as (select * from {{ ref('int_crm__communications') }}),
people as (select * from {{ ref('int_crm__communication_people') }})

select
    communications.communication_key,
    people.person_key,
    communications.event_key,
    communications.activity_type,
    communications.subject,
    communications.occurred_at,
    communications.direction,
    communications.source_object,
    communications.source_id,
    coalesce(people.match_method, 'none') as match_method,
    communications.status,
    communications.body,
    communications.is_incoming,
    communications.from_address,
    people.person_kind,
    communications.is_time_of_entry
from communications
left join people on communications.communication_key = people.communication_key
where communications.outcome in ('kept', 'unmatched')
