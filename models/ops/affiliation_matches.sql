{#- How many ties of people to organizations led to both (platform.md 2.4, 6.7): of each load of a
    file what its rows named, tested anew by every build; of the CRM the affiliations that stand, by
    the run that brought their newest version, but for those of students and teachers, who belong to
    a school and no organization. A tie that leads to neither counts under both. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
links as (select * from {{ ref('int_csv__affiliation_links') }}),
crm_affiliations as (select * from {{ ref('int_crm__affiliations') }}),

attempts as (
    select
        'csv' as source, -- noqa: RF04
        loads.run_id,
        links.person_key is not null as has_contact,
        links.organization_key is not null as has_organization
    from loads
    inner join landed on loads.rows_run_id = landed.run_id
    inner join links on landed.run_id = links.run_id and landed.row_number = links.row_number
    where landed.entity_type = 'affiliation' and not landed.is_superseded
    union all
    select
        'salesforce' as source, -- noqa: RF04
        run_id,
        outcome <> 'unknown_contact' as has_contact,
        organization_key is not null as has_organization
    from crm_affiliations
    where outcome not in ('deleted', 'not_a_volunteer')
)

select
    source,
    run_id,
    count(*) as attempted_count,
    count(*) filter (where has_contact and has_organization) as matched_count,
    count(*) filter (where not has_contact) as unmatched_contact_count,
    count(*) filter (where not has_organization) as unmatched_organization_count,
    {{ percentage('count(*) filter (where has_contact and has_organization)', 'count(*)') }}
        as match_rate_pct
from attempts
group by source, run_id
