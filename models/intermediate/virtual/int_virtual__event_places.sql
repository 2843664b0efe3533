{#- Schools and districts of an event from all its educator rows (lesson 37), as keys of ours. -#}
with

session_places as (select * from {{ ref('int_pathful__session_places') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
school_names as (select * from {{ ref('int_places__school_names') }}),
district_names as (select * from {{ ref('int_places__district_names') }})

select distinct
    session_events.event_key,
    school_names.school_key,
    district_names.district_key
from session_places
inner join session_events on session_places.session_ref = session_events.session_ref
left join district_names
    on session_places.district_name_norm = district_names.district_name_norm
left join school_names
    on
        session_places.school_name_norm = school_names.school_name_norm
        and district_names.district_key is not distinct from school_names.district_key
where session_events.event_key is not null
