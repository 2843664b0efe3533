with

event_places as (select * from {{ ref('int_virtual__event_places') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),
file_events as (select * from {{ ref('int_csv__events') }})

select
    event_key,
    school_key
from event_places
where school_key is not null
union
select
    event_key,
    school_key
from crm_events
where scope = 'in_scope' and school_key is not null
union
select
    event_key,
    school_key
from file_events
where school_key is not null
