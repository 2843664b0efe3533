{#- Which organization an account of the CRM is: every account that is no district, school or
    household, also one without a type, and the schools and districts of which a volunteer is a
    member (salesforce.md 1.2, 1.8; lesson 7). Of several accounts of one name one keeps the name.
    One row per account; one that was merged away has the key of its winner. -#}
with

accounts as (select * from {{ ref('int_crm__accounts') }}),
affiliations as (select * from {{ ref('int_salesforce__affiliations') }}),
contact_people as (select * from {{ ref('int_crm__contact_people') }}),

memberships as (
    select distinct affiliations.account_id
    from affiliations
    inner join contact_people on affiliations.contact_id = contact_people.contact_id
    where not affiliations.is_deleted
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
        {{ organization_norm('accounts.account_name') }} as organization_norm,
        case accounts.account_kind
            when 'school' then 'School'
            when 'district' then 'District'
            else coalesce(accounts.account_type, 'Other')
        end as organization_type
    from accounts
    left join joined on accounts.survivor_id = joined.survivor_id
    where accounts.account_kind = 'organization' or joined.survivor_id is not null
),

ranked as (
    select
        account_id,
        account_name as organization_name,
        organization_norm,
        row_number() over (
            partition by organization_norm
            order by
                is_deleted asc,
                account_kind = 'organization' desc,
                created_at asc nulls last,
                account_id asc
        ) as name_rank
    from organizations
    where account_id = survivor_id
),

keyed as (
    select
        account_id,
        organization_name,
        organization_norm,
        name_rank = 1 as is_name_holder,
        case
            when name_rank = 1 then {{ key(["'organization'", "organization_norm"]) }}
            else {{ key(["'organization'", "'sf:' || account_id"]) }}
        end as organization_key
    from ranked
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
