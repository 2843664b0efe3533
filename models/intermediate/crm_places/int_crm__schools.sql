{#- Which school an account of the CRM is, in the district its parent account is. The account id
    decides, and the key it was given stays when it is renamed or moves; of several accounts of one
    name in one district one is meant by the name (salesforce.md 1.3; lessons 5 and 31).
    One row per school account; one that was merged away has the key of its winner. -#}
with

accounts as (select * from {{ ref('int_crm__accounts') }}),
districts as (select * from {{ ref('int_crm__districts') }}),
account_keys as (select * from {{ ref('int_crm__account_keys') }}),
levels as (select * from {{ ref('ref_school_levels') }}),

named as (
    select
        accounts.account_id,
        accounts.survivor_id,
        accounts.account_name,
        {{ school_norm('accounts.account_name') }} as school_name_norm,
        accounts.parent_id,
        parents.survivor_id as district_account_id,
        accounts.school_code,
        accounts.is_deleted,
        accounts.created_at,
        accounts.first_load_seq,
        accounts.load_seq
    from accounts
    left join accounts as parents
        on accounts.parent_id = parents.account_id and parents.account_kind = 'district'
    where accounts.account_kind = 'school'
),

placed as (
    select
        named.*,
        districts.district_key,
        account_keys.first_key as school_key
    from named
    left join districts on named.district_account_id = districts.account_id
    left join account_keys
        on named.account_id = account_keys.account_id and account_keys.entity_type = 'school'
),

ranked as (
    select
        account_id,
        account_name as school_name,
        school_name_norm,
        school_key,
        district_key,
        district_account_id,
        row_number() over (
            partition by district_key, school_name_norm
            order by
                is_deleted asc,
                school_key = {{ key(["'school'", "district_key", "school_name_norm"]) }} desc,
                created_at asc nulls last,
                account_id asc
        ) as name_rank
    from placed
    where account_id = survivor_id
),

keyed as (
    select
        ranked.account_id,
        ranked.school_key,
        ranked.school_name,
        ranked.school_name_norm,
        ranked.district_key,
        ranked.district_account_id,
        coalesce(levels.level, 'Other') as level,
        ranked.district_key is null or ranked.name_rank = 1 as is_name_holder
    from ranked
    left join levels on ranked.account_id = levels.account_id
)

select
    placed.account_id,
    keyed.school_key,
    keyed.school_name,
    keyed.school_name_norm,
    keyed.district_key,
    keyed.district_account_id,
    placed.parent_id,
    placed.school_code,
    keyed.level,
    placed.survivor_id <> placed.account_id as is_merged,
    keyed.is_name_holder and placed.survivor_id = placed.account_id as is_name_holder,
    placed.is_deleted,
    placed.first_load_seq,
    placed.load_seq
from placed
inner join keyed on placed.survivor_id = keyed.account_id
