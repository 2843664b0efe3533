with

event_skills as (select * from {{ ref('int_crm__event_skills') }}),
events as (select * from {{ ref('int_crm__events') }}),
file_events as (select * from {{ ref('int_csv__events') }}),

requested as (
    select
        event_key,
        {{ split_list('requested_skills', '; ') }} as skill_name
    from file_events
    where requested_skills is not null
)

select
    event_skills.event_key,
    event_skills.skill_name,
    event_skills.source_field
from event_skills
inner join events on event_skills.event_key = events.event_key
where events.scope = 'in_scope' and not event_skills.is_garbage
union all
select
    event_key,
    skill_name,
    'requested_skills' as source_field
from requested
