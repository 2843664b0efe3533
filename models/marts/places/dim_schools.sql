with

schools as (select * from {{ ref('int_places__schools') }})

select
    school_key,
    school_name,
    district_key,
    level,
    cast(null as varchar) as salesforce_id,
    is_provisional
from schools
