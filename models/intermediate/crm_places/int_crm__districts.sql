{#- Which district an account of the CRM is: the listed one whose name or alias it bears or once
    bore, or for which it stands in the reports, else the one of its own key. Of several accounts of
    one listed name one is the listed district, the others are districts of their own
    (salesforce.md 1.3, 2.12; lesson 5). One row per district account; one that was merged away has
    the key of its winner. -#}
with

accounts as (select * from {{ ref('int_crm__accounts') }}),
account_names as (select * from {{ ref('int_crm__account_names') }}),
account_keys as (select * from {{ ref('int_crm__account_keys') }}),
districts as (select * from {{ ref('ref_districts') }}),
aliases as (select * from {{ ref('map_district_aliases') }}),
report_districts as (select * from {{ ref('ref_report_districts') }}),

district_accounts as (
    select
        accounts.*,
        account_keys.first_key,
        report_districts.account_id is not null as is_in_reports
    from accounts
    left join account_keys
        on accounts.account_id = account_keys.account_id and account_keys.entity_type = 'district'
    left join report_districts on accounts.account_id = report_districts.account_id
    where accounts.account_kind = 'district'
),

-- What accounts merged into it were called, it was called too; its own names go first.
listed as (
    select
        members.survivor_id,
        members.account_id = members.survivor_id as is_own,
        members.is_in_reports,
        members.first_key,
        account_names.first_load_seq,
        districts.district_name is not null as is_named_so,
        coalesce(
            report_districts.district_name, districts.district_name, aliases.district_name
        ) as listed_name
    from district_accounts as members
    inner join account_names
        on
            members.account_id = account_names.account_id
            and account_names.account_kind = 'district'
    left join report_districts on members.account_id = report_districts.account_id
    left join districts on lower(account_names.account_name) = lower(districts.district_name)
    left join aliases on lower(account_names.account_name) = lower(aliases.alias)
    where coalesce(
        report_districts.district_name, districts.district_name, aliases.district_name
    ) is not null
),

chosen as (
    select
        survivor_id,
        listed_name,
        is_in_reports,
        is_named_so,
        first_load_seq,
        bool_or(first_key = {{ key(["'district'", "lower(listed_name)"]) }}) over (
            partition by survivor_id, lower(listed_name)
        ) as has_key
    from listed
    qualify
        row_number() over (
            partition by survivor_id
            order by
                is_in_reports desc,
                is_own desc,
                first_load_seq asc,
                is_named_so desc,
                listed_name asc
        ) = 1
),

-- Who is meant by a name that several accounts have: the one whose key the name gives, then the
-- oldest. Of a listed name that is also who is the listed district.
ranked as (
    select
        holders.account_id,
        holders.account_name,
        holders.first_key,
        chosen.listed_name,
        row_number() over (
            partition by lower(coalesce(chosen.listed_name, holders.account_name))
            order by
                chosen.survivor_id is not null desc,
                coalesce(chosen.has_key, false) desc,
                coalesce(chosen.is_in_reports, false) desc,
                holders.is_deleted asc,
                holders.first_key
                = {{ key(["'district'", "lower(holders.account_name)"]) }} desc,
                chosen.first_load_seq asc nulls last,
                coalesce(chosen.is_named_so, false) desc,
                holders.created_at asc nulls last,
                holders.account_id asc
        ) as name_rank
    from district_accounts as holders
    left join chosen on holders.account_id = chosen.survivor_id
    where holders.account_id = holders.survivor_id
),

keyed as (
    select
        account_id,
        name_rank = 1 as is_name_holder,
        case when name_rank = 1 then coalesce(listed_name, account_name) else account_name end
            as district_name,
        case
            when name_rank = 1 and listed_name is not null
                then {{ key(["'district'", "lower(listed_name)"]) }}
            else first_key
        end as district_key
    from ranked
)

select
    district_accounts.account_id,
    district_accounts.account_name,
    keyed.district_key,
    keyed.district_name,
    district_accounts.school_code as district_code,
    district_accounts.survivor_id <> district_accounts.account_id as is_merged,
    keyed.is_name_holder and district_accounts.survivor_id = district_accounts.account_id
        as is_name_holder,
    district_accounts.is_in_reports,
    district_accounts.is_deleted,
    district_accounts.first_load_seq,
    district_accounts.load_seq
from district_accounts
inner join keyed on district_accounts.survivor_id = keyed.account_id
