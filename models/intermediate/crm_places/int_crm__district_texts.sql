{#- Which district the district text of a session means, whole and never by a part of it: an account
    id first, then the exact name, the exact alias, and both without case (salesforce.md 2.12;
    lesson 21). One row per text; without a district where nothing is called so. -#}
with

sessions as (select * from {{ ref('int_salesforce__sessions') }}),
accounts as (select * from {{ ref('int_crm__accounts') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
crm_districts as (select * from {{ ref('int_crm__districts') }}),
districts as (select * from {{ ref('ref_districts') }}),
aliases as (select * from {{ ref('map_district_aliases') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
place_names as (select * from {{ ref('int_crm__place_names') }}),

texts as (
    select distinct coalesce(district_name, parent_account) as district_text
    from sessions
    where coalesce(district_name, parent_account) is not null
),

places as (
    select
        account_id,
        district_key
    from crm_districts
    union all
    select
        account_id,
        district_key
    from schools
    where district_key is not null
),

-- An organization lies in the district that is its parent, or of the school that is its parent.
account_districts as (
    select
        accounts.account_id,
        coalesce(own.district_key, parents.district_key) as district_key
    from accounts
    left join places as own on accounts.account_id = own.account_id
    left join places as parents on accounts.parent_id = parents.account_id
),

words as (
    select
        district_name as word,
        {{ key(["'district'", "lower(district_name)"]) }} as district_key,
        true as is_name,
        1 as precedence
    from districts
    union all
    select
        account_name as word,
        district_key,
        true as is_name,
        case when is_name_holder then 2 else 4 end as precedence
    from crm_districts
    where not is_deleted and not is_merged
    union all
    -- What Pathful alone calls a district is none yet.
    select
        district_name as word,
        district_key,
        match_rule = 'roster' as is_name,
        3 as precedence
    from district_names
    where match_rule in ('roster', 'decision')
    union all
    select
        alias as word,
        {{ key(["'district'", "lower(district_name)"]) }} as district_key,
        false as is_name,
        1 as precedence
    from aliases
    union all
    select
        name_norm as word,
        place_key as district_key,
        false as is_name,
        2 as precedence
    from place_names
    where entity_type = 'district' and is_standing and not is_current
),

hits as (
    select
        texts.district_text,
        account_districts.district_key,
        'id' as match_rule,
        0 as rule_rank,
        0 as precedence
    from texts
    inner join account_districts
        on {{ salesforce_id('texts.district_text') }} = account_districts.account_id
    where account_districts.district_key is not null
    union all
    select
        texts.district_text,
        words.district_key,
        case when words.is_name then 'name' else 'alias' end as match_rule,
        case
            when texts.district_text = words.word and words.is_name then 1
            when texts.district_text = words.word then 2
            when words.is_name then 3
            else 4
        end as rule_rank,
        words.precedence
    from texts
    inner join words on lower(texts.district_text) = lower(words.word)
),

resolved as (
    select *
    from hits
    qualify
        row_number() over (
            partition by district_text
            order by rule_rank asc, precedence asc, district_key asc
        ) = 1
)

select
    texts.district_text,
    resolved.district_key,
    resolved.match_rule
from texts
left join resolved on texts.district_text = resolved.district_text
