{#- By which other keys the places of the marts went once: for bookmarks and exports of then. -#}
with

former_keys as (select * from {{ ref('int_places__former_keys') }})

select
    entity_type,
    former_key,
    place_key as key,
    reason
from former_keys
