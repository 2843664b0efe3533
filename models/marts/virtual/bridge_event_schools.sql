with

event_places as (select * from {{ ref('int_virtual__event_places') }})

select distinct
    event_key,
    school_key
from event_places
where school_key is not null
