{#- Whom and what a row of ties by file means (platform.md 2.4, 4.10): a person and an organization
    of a file of the same system, else of the CRM; an organization may be named instead. A record
    that the CRM merged leads to its winner, one that it deleted nowhere. Null where nothing that we
    know is meant; tested anew by every build. One row per landed row that is not blank. -#}
with

affiliations as (select * from {{ ref('int_csv__affiliations_rows') }}),
records as (select * from {{ ref('int_volunteers__records') }}),
people as (select * from {{ ref('int_identity__people') }}),
crm_people as (select * from {{ ref('int_crm__contact_people') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
organizations as (select * from {{ ref('int_csv__organizations') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),

live as (
    select
        run_id,
        row_number,
        external_system,
        contact_external_id as contact_ref,
        organization_external_id as organization_ref,
        lower(external_system || ':' || contact_external_id) as contact_word,
        lower(external_system || ':' || organization_external_id) as organization_word,
        {{ salesforce_id('contact_external_id') }} as contact_id,
        {{ salesforce_id('organization_external_id') }} as account_id,
        lower(organization_external_id) as organization_norm
    from affiliations
    where not is_blank
),

file_people as (
    select
        lower(records.external_system || ':' || records.external_id) as word,
        records.external_id,
        people.person_key
    from records
    inner join people on records.record_key = people.record_key
),

standing_people as (
    select
        crm_people.contact_id,
        crm_people.person_key
    from crm_people
    inner join contacts on crm_people.contact_id = contacts.contact_id
    where not contacts.is_deleted or crm_people.contact_id <> crm_people.survivor_id
),

-- Ids that differ in capitals only are told apart where the row writes one of them.
linked_people as (
    select
        live.run_id,
        live.row_number,
        coalesce(file_people.person_key, standing_people.person_key) as person_key
    from live
    left join file_people on live.contact_word = file_people.word
    left join standing_people on live.contact_id = standing_people.contact_id
    qualify
        row_number() over (
            partition by live.run_id, live.row_number
            order by
                coalesce(live.contact_ref = file_people.external_id, false) desc,
                file_people.external_id asc
        ) = 1
),

file_organizations as (
    select
        lower(external_system || ':' || external_id) as word,
        external_id,
        organization_key
    from organizations
),

standing_accounts as (
    select
        account_id,
        organization_key
    from crm_organizations
    where not is_deleted or is_merged
),

named as (
    select
        organization_norm,
        organization_key,
        is_name_holder
    from crm_organizations
    where not is_deleted and not is_merged
    union all
    select
        organization_norm,
        organization_key,
        false as is_name_holder
    from organizations
    where is_newest_of_key
),

names as (
    select
        organization_norm,
        organization_key
    from named
    qualify
        row_number() over (
            partition by organization_norm order by is_name_holder desc, organization_key asc
        ) = 1
),

linked_organizations as (
    select
        live.run_id,
        live.row_number,
        coalesce(
            file_organizations.organization_key,
            standing_accounts.organization_key,
            names.organization_key
        ) as organization_key
    from live
    left join file_organizations on live.organization_word = file_organizations.word
    left join standing_accounts on live.account_id = standing_accounts.account_id
    left join names on live.organization_norm = names.organization_norm
    qualify
        row_number() over (
            partition by live.run_id, live.row_number
            order by
                coalesce(live.organization_ref = file_organizations.external_id, false) desc,
                file_organizations.external_id asc
        ) = 1
)

select
    live.run_id,
    live.row_number,
    live.contact_ref,
    live.organization_ref,
    linked_people.person_key,
    linked_organizations.organization_key
from live
inner join linked_people
    on live.run_id = linked_people.run_id and live.row_number = linked_people.row_number
inner join linked_organizations
    on
        live.run_id = linked_organizations.run_id
        and live.row_number = linked_organizations.row_number
