with

organizations as (select * from {{ ref('int_places__organizations') }})

select
    organization_key,
    organization_name,
    organization_type,
    salesforce_id,
    is_provisional,
    city,
    state_code,
    last_activity_date,
    is_deleted,
    slug,
    website,
    description,
    is_active
from organizations
