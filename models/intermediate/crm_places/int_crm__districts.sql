{#- Which district an account of the CRM is: the listed one that bears its name or alias, or for
    which it stands in the reports, else one of its own name. Of several accounts of one name one
    keeps the name, the others are districts of their own (salesforce.md 1.3, 2.12; lesson 5).
    One row per district account; one that was merged away has the key of its winner. -#}
with

accounts as (select * from {{ ref('int_crm__accounts') }}),
districts as (select * from {{ ref('ref_districts') }}),
aliases as (select * from {{ ref('map_district_aliases') }}),
report_districts as (select * from {{ ref('ref_report_districts') }}),

district_accounts as (select * from accounts where account_kind = 'district'),

named as (
    select
        district_accounts.*,
        coalesce(
            report_districts.district_name,
            districts.district_name,
            aliases.district_name,
            district_accounts.account_name
        ) as canonical_name,
        report_districts.account_id is not null as is_in_reports,
        districts.district_name is not null as is_named_so
    from district_accounts
    left join report_districts on district_accounts.account_id = report_districts.account_id
    left join districts
        on lower(district_accounts.account_name) = lower(districts.district_name)
    left join aliases on lower(district_accounts.account_name) = lower(aliases.alias)
),

-- The reports' own account first, then one that is still there, then the oldest.
ranked as (
    select
        account_id,
        row_number() over (
            partition by lower(canonical_name)
            order by
                is_deleted asc,
                is_in_reports desc,
                is_named_so desc,
                created_at asc nulls last,
                account_id asc
        ) as name_rank
    from named
    where account_id = survivor_id
),

keyed as (
    select
        named.account_id,
        ranked.name_rank = 1 as is_name_holder,
        case
            when ranked.name_rank = 1 then named.canonical_name
            else named.account_name
        end as district_name,
        case
            when ranked.name_rank = 1
                then {{ key(["'district'", "lower(named.canonical_name)"]) }}
            else {{ key(["'district'", "'sf:' || named.account_id"]) }}
        end as district_key
    from named
    inner join ranked on named.account_id = ranked.account_id
)

select
    named.account_id,
    named.account_name,
    keyed.district_key,
    keyed.district_name,
    named.school_code as district_code,
    named.survivor_id <> named.account_id as is_merged,
    keyed.is_name_holder and named.survivor_id = named.account_id as is_name_holder,
    named.is_in_reports,
    named.is_deleted,
    named.first_load_seq,
    named.load_seq
from named
inner join keyed on named.survivor_id = keyed.account_id
