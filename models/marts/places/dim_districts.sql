with

districts as (select * from {{ ref('int_places__districts') }})

select
    district_key,
    district_name,
    district_code,
    is_provisional
from districts
