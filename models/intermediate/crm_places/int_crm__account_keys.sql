{#- The key that each account of the CRM was given for good, for each thing it ever was: from the
    name it first landed with, a school's within the district it first lay in. Of several accounts
    of one first name the one that landed first has the name's key, the others keys of their own;
    what lands later moves no key (salesforce.md 1.3; lessons 5 and 31). One row per kind of thing
    and account. -#}
with

account_names as (select * from {{ ref('int_crm__account_names') }}),
districts as (select * from {{ ref('ref_districts') }}),
aliases as (select * from {{ ref('map_district_aliases') }}),
report_districts as (select * from {{ ref('ref_report_districts') }}),

things as (
    select
        account_names.account_kind as entity_type,
        account_names.*
    from account_names
    where account_names.account_kind in ('district', 'school')
    union all
    -- A school or a district may become an organization later, when a volunteer is its member.
    select
        'organization' as entity_type,
        account_names.*
    from account_names
    where account_names.account_kind <> 'household'
),

firsts as (
    select *
    from things
    qualify
        row_number() over (
            partition by entity_type, account_id
            order by first_load_seq asc, account_name asc, parent_id asc nulls last
        ) = 1
),

named_districts as (
    select
        firsts.account_id,
        firsts.first_load_seq,
        firsts.was_deleted,
        firsts.created_at,
        lower(
            coalesce(
                report_districts.district_name,
                districts.district_name,
                aliases.district_name,
                firsts.account_name
            )
        ) as name_norm,
        report_districts.account_id is not null as is_in_reports,
        districts.district_name is not null as is_named_so
    from firsts
    left join report_districts on firsts.account_id = report_districts.account_id
    left join districts on lower(firsts.account_name) = lower(districts.district_name)
    left join aliases on lower(firsts.account_name) = lower(aliases.alias)
    where firsts.entity_type = 'district'
),

district_keys as (
    select
        account_id,
        first_load_seq,
        case
            when
                row_number() over (
                    partition by name_norm
                    order by
                        is_in_reports desc,
                        was_deleted asc,
                        first_load_seq asc,
                        is_named_so desc,
                        created_at asc nulls last,
                        account_id asc
                ) = 1
                then {{ key(["'district'", "name_norm"]) }}
            else {{ key(["'district'", "'sf:' || account_id"]) }}
        end as first_key
    from named_districts
),

-- A parent that landed later gives the school its district, but no longer its key.
placed_schools as (
    select
        firsts.account_id,
        firsts.first_load_seq,
        firsts.was_deleted,
        firsts.created_at,
        {{ school_norm('firsts.account_name') }} as name_norm,
        district_keys.first_key as district_key
    from firsts
    left join district_keys
        on
            firsts.parent_id = district_keys.account_id
            and firsts.first_load_seq >= district_keys.first_load_seq
    where firsts.entity_type = 'school'
),

school_keys as (
    select
        account_id,
        case
            when
                district_key is not null
                and name_norm is not null
                and row_number() over (
                    partition by district_key, name_norm
                    order by
                        was_deleted asc,
                        first_load_seq asc,
                        created_at asc nulls last,
                        account_id asc
                ) = 1
                then {{ key(["'school'", "district_key", "name_norm"]) }}
            else {{ key(["'school'", "'sf:' || account_id"]) }}
        end as first_key
    from placed_schools
),

organization_keys as (
    select
        account_id,
        case
            when
                row_number() over (
                    partition by {{ organization_norm('account_name') }}
                    order by
                        was_deleted asc,
                        first_load_seq asc,
                        account_kind = 'organization' desc,
                        created_at asc nulls last,
                        account_id asc
                ) = 1
                then {{ key(["'organization'", organization_norm('account_name')]) }}
            else {{ key(["'organization'", "'sf:' || account_id"]) }}
        end as first_key
    from firsts
    where entity_type = 'organization'
)

select
    'district' as entity_type,
    account_id,
    first_key
from district_keys
union all
select
    'school' as entity_type,
    account_id,
    first_key
from school_keys
union all
select
    'organization' as entity_type,
    account_id,
    first_key
from organization_keys
