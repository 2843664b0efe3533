{#- Whether anybody of each kind stands in the reports of an event, matched or not: an unmatched
    educator is a ticket, not a missing teacher (pathful.md 6.1). -#}
with

events as (select * from {{ ref('int_virtual__events') }}),
participations as (select * from {{ ref('int_virtual__participations') }})

select
    events.event_key,
    coalesce(bool_or(participations.role = 'educator'), false) as has_teacher,
    coalesce(bool_or(participations.role = 'professional'), false) as has_presenter
from events
left join participations on events.event_key = participations.event_key
group by events.event_key
