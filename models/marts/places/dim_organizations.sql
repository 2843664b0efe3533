with

organizations as (select * from {{ ref('int_places__organizations') }})

select
    organization_key,
    organization_name,
    cast(null as varchar) as organization_type,
    cast(null as varchar) as salesforce_id,
    is_provisional
from organizations
