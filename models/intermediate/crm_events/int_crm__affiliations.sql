{#- The affiliations of the CRM at their own grain, every one of them in exactly one outcome. A
    start or an end that nobody entered stays unknown, which is without bound, and never becomes the
    day of the import (salesforce.md 1.8, L3, L4, L14). -#}
with

affiliations as (select * from {{ ref('int_salesforce__affiliations') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
people as (select * from {{ ref('int_crm__contact_people') }}),
organizations as (select * from {{ ref('int_crm__organizations') }}),
statuses as (select * from {{ ref('map_affiliation_statuses') }})

select
    affiliations.affiliation_id,
    people.person_key,
    organizations.organization_key,
    affiliations.contact_id,
    affiliations.account_id,
    affiliations.role,
    coalesce(statuses.status, affiliations.status) as status,
    coalesce(affiliations.is_primary, false) as is_primary,
    affiliations.start_date,
    affiliations.end_date,
    case
        when affiliations.is_deleted then 'deleted'
        when people.person_key is null and not coalesce(roots.is_landed, false)
            then 'unknown_contact'
        when people.person_key is null then 'not_a_volunteer'
        when organizations.organization_key is null then 'unknown_organization'
        else 'kept'
    end as outcome,
    affiliations.unreadable_fields,
    affiliations.run_id,
    affiliations.first_load_seq,
    affiliations.load_seq
from affiliations
left join roots on affiliations.contact_id = roots.contact_id
left join people on affiliations.contact_id = people.contact_id
left join organizations on affiliations.account_id = organizations.account_id
left join statuses on lower(affiliations.status) = statuses.raw_status
