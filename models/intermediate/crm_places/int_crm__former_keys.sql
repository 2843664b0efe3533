{#- Where a key leads by which a place of the CRM went once: the key of an account that was merged
    into another, of a district that proved to be a listed one, and the key that a name gives whose
    bearer has another (salesforce.md 1.13). A key that is a place today leads nowhere. One row per
    kind of place and former key. -#}
with

account_keys as (select * from {{ ref('int_crm__account_keys') }}),
districts as (select * from {{ ref('int_crm__districts') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
organizations as (select * from {{ ref('int_crm__organizations') }}),
place_names as (select * from {{ ref('int_crm__place_names') }}),

places as (
    select
        'district' as entity_type,
        account_id,
        district_key as place_key,
        is_merged
    from districts
    union all
    select
        'school' as entity_type,
        account_id,
        school_key as place_key,
        is_merged
    from schools
    union all
    select
        'organization' as entity_type,
        account_id,
        organization_key as place_key,
        is_merged
    from organizations
),

today as (
    select distinct
        entity_type,
        place_key
    from places
),

candidates as (
    select
        places.entity_type,
        account_keys.first_key as former_key,
        places.place_key,
        case when places.is_merged then 'merged' else 'renamed' end as reason,
        1 as precedence
    from places
    inner join account_keys
        on
            places.entity_type = account_keys.entity_type
            and places.account_id = account_keys.account_id
    union all
    select
        entity_type,
        name_key as former_key,
        place_key,
        'renamed' as reason,
        2 as precedence
    from place_names
    where is_standing
)

select
    candidates.entity_type,
    candidates.former_key,
    candidates.place_key,
    candidates.reason
from candidates
left join today
    on
        candidates.entity_type = today.entity_type
        and candidates.former_key = today.place_key
where today.place_key is null
qualify
    row_number() over (
        partition by candidates.entity_type, candidates.former_key
        order by candidates.precedence asc, candidates.place_key asc
    ) = 1
