with

schools as (select * from {{ ref('int_places__schools') }})

select
    school_key,
    school_name,
    district_key,
    level,
    salesforce_id,
    is_provisional,
    school_code,
    is_deleted
from schools
