{#- Which organization an account of the CRM is: every account that is no district, school or
    household, also one without a type, and the schools and districts of which a volunteer is a
    member, by the CRM or by a file (salesforce.md 1.2, 1.8; lesson 7). The key it was given stays when it is renamed; of
    several accounts of one name one is meant by the name.
    One row per account; one that was merged away has the key of its winner. -#}
with

accounts as (select * from {{ ref('int_crm__accounts') }}),
affiliations as (select * from {{ ref('int_salesforce__affiliations') }}),
file_affiliations as (select * from {{ ref('int_csv__affiliations_rows') }}),
contact_people as (select * from {{ ref('int_crm__contact_people') }}),
account_keys as (select * from {{ ref('int_crm__account_keys') }}),

memberships as (
    select distinct affiliations.account_id
    from affiliations
    inner join contact_people on affiliations.contact_id = contact_people.contact_id
    where not affiliations.is_deleted
    union
    select {{ salesforce_id('organization_external_id') }} as account_id
    from file_affiliations
    where organization_external_id is not null
),

-- A membership of an account that was merged away is one of its winner.
joined as (
    select distinct accounts.survivor_id
    from accounts
    inner join memberships on accounts.account_id = memberships.account_id
    where accounts.account_kind in ('school', 'district')
),

organizations as (
    select
        accounts.*,
        account_keys.first_key as organization_key,
        {{ organization_norm('accounts.account_name') }} as organization_norm,
        case accounts.account_kind
            when 'school' then 'School'
            when 'district' then 'District'
            else coalesce(accounts.account_type, 'Other')
        end as organization_type
    from accounts
    left join account_keys
        on
            accounts.account_id = account_keys.account_id
            and account_keys.entity_type = 'organization'
    left join joined on accounts.survivor_id = joined.survivor_id
    where accounts.account_kind = 'organization' or joined.survivor_id is not null
),

keyed as (
    select
        account_id,
        organization_key,
        account_name as organization_name,
        organization_norm,
        row_number() over (
            partition by organization_norm
            order by
                is_deleted asc,
                organization_key = {{ key(["'organization'", "organization_norm"]) }} desc,
                account_kind = 'organization' desc,
                created_at asc nulls last,
                account_id asc
        ) = 1 as is_name_holder
    from organizations
    where account_id = survivor_id
)

select
    organizations.account_id,
    keyed.organization_key,
    keyed.organization_name,
    keyed.organization_norm,
    organizations.organization_type,
    organizations.account_kind = 'organization' and organizations.account_type is null
        as is_type_missing,
    organizations.description,
    organizations.city,
    organizations.state_code,
    organizations.postal_code,
    organizations.last_activity_date,
    organizations.survivor_id <> organizations.account_id as is_merged,
    keyed.is_name_holder and organizations.survivor_id = organizations.account_id
        as is_name_holder,
    organizations.is_deleted,
    organizations.first_load_seq,
    organizations.load_seq
from organizations
inner join keyed on organizations.survivor_id = keyed.account_id
