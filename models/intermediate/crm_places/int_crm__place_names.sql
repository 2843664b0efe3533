{#- Which district, school or organization of the CRM a name means, now that accounts are renamed,
    moved and merged: one that bears the name today, else one that bore it once (or that was merged
    into one that stands), last one that is deleted. A former name that the list of organizations
    has as its own means no account any more (salesforce.md 1.13, 2.16; pathful.md 2.3 to 2.5).
    One row per kind of place, district of a school, and comparable name. -#}
with

accounts as (select * from {{ ref('int_crm__accounts') }}),
account_names as (select * from {{ ref('int_crm__account_names') }}),
districts as (select * from {{ ref('int_crm__districts') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
organizations as (select * from {{ ref('int_crm__organizations') }}),
aliases as (select * from {{ ref('map_organization_aliases') }}),

-- Each name counts for the account that stands today for the one that bore it.
borne as (
    select
        accounts.survivor_id,
        account_names.account_kind,
        account_names.account_name,
        parents.survivor_id as district_account_id,
        account_names.last_load_seq
    from account_names
    inner join accounts on account_names.account_id = accounts.account_id
    left join accounts as parents
        on account_names.parent_id = parents.account_id and parents.account_kind = 'district'
),

meant as (
    select
        'district' as entity_type,
        cast(null as varchar) as district_key,
        lower(borne.account_name) as name_norm,
        districts.district_key as place_key,
        districts.district_name as place_name,
        borne.survivor_id,
        lower(borne.account_name) = lower(districts.account_name) as is_current,
        districts.is_name_holder,
        districts.is_deleted,
        borne.last_load_seq,
        {{ key(["'district'", "lower(borne.account_name)"]) }} as name_key
    from borne
    inner join districts on borne.survivor_id = districts.account_id
    where borne.account_kind = 'district'
    union all
    select
        'school' as entity_type,
        lain.district_key,
        {{ school_norm('borne.account_name') }} as name_norm,
        schools.school_key as place_key,
        schools.school_name as place_name,
        borne.survivor_id,
        coalesce(
            {{ school_norm('borne.account_name') }} = schools.school_name_norm
            and lain.district_key = schools.district_key,
            false
        ) as is_current,
        schools.is_name_holder,
        schools.is_deleted,
        borne.last_load_seq,
        {{ key(["'school'", "lain.district_key", school_norm('borne.account_name')]) }} as name_key
    from borne
    inner join schools on borne.survivor_id = schools.account_id
    inner join districts as lain on borne.district_account_id = lain.account_id
    where borne.account_kind = 'school'
    union all
    select
        'organization' as entity_type,
        cast(null as varchar) as district_key,
        {{ organization_norm('borne.account_name') }} as name_norm,
        organizations.organization_key as place_key,
        organizations.organization_name as place_name,
        borne.survivor_id,
        {{ organization_norm('borne.account_name') }} = organizations.organization_norm
            as is_current,
        organizations.is_name_holder,
        organizations.is_deleted,
        borne.last_load_seq,
        {{ key(["'organization'", organization_norm('borne.account_name')]) }} as name_key
    from borne
    inner join organizations on borne.survivor_id = organizations.account_id
    where borne.account_kind <> 'household'
),

-- Nobody stands for the name of deleted accounts, so it keeps the key that the name gives.
chosen as (
    select meant.*
    from meant
    left join accounts on meant.survivor_id = accounts.account_id
    where meant.name_norm is not null
    qualify
        row_number() over (
            partition by meant.entity_type, meant.district_key, meant.name_norm
            order by
                meant.is_deleted asc,
                meant.is_deleted and meant.place_key = meant.name_key desc,
                meant.is_current desc,
                meant.is_name_holder desc,
                meant.place_key = meant.name_key desc,
                meant.last_load_seq desc,
                accounts.created_at asc nulls last,
                meant.survivor_id asc,
                meant.place_key asc
        ) = 1
),

listed as (
    select distinct {{ organization_norm('organization_name') }} as name_norm
    from aliases
),

judged as (
    select
        chosen.*,
        not chosen.is_current
        and chosen.entity_type = 'organization'
        and listed.name_norm is not null as is_taken_back
    from chosen
    left join listed on chosen.name_norm = listed.name_norm
)

select
    entity_type,
    district_key,
    name_norm,
    name_key,
    case
        when is_taken_back and place_key = name_key
            then {{ key(["'organization'", "'name'", "name_norm"]) }}
        when is_taken_back then name_key
        else place_key
    end as place_key,
    case when not is_taken_back then place_name end as place_name,
    is_current,
    not is_deleted and not is_taken_back as is_standing
from judged
