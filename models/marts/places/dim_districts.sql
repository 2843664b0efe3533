with

districts as (select * from {{ ref('int_places__districts') }})

select
    district_key,
    district_name,
    district_code,
    is_provisional,
    salesforce_id,
    is_in_reports,
    is_deleted
from districts
