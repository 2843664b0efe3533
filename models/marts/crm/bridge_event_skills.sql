with

event_skills as (select * from {{ ref('int_crm__event_skills') }}),
events as (select * from {{ ref('int_crm__events') }})

select
    event_skills.event_key,
    event_skills.skill_name,
    event_skills.source_field
from event_skills
inner join events on event_skills.event_key = events.event_key
where events.scope = 'in_scope' and not event_skills.is_garbage
