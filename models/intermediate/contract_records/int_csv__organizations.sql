{#- The organizations that files brought, as their sources said last, and which organization each
    is (platform.md 2.3; docs/adr/0018). A record has for good the key of the name that it first
    landed with, so the CRM, Pathful and other files mean the same one by that name, whichever comes
    first; where the first bearer of the name had another by then, the record has a key of its own.
    A record with an id of the CRM is that account's. One row per system and id. -#}
with

organizations as (select * from {{ ref('int_csv__organizations_rows') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
place_names as (select * from {{ ref('int_crm__place_names') }}),
words as (select * from {{ ref('map_contract_words') }}),

{{ standing_rows('organization') }},

type_words as (
    select distinct
        word,
        crm_code
    from words
    where field = 'organization_type' and crm_code is not null
),

names as (
    select
        clean.record_hash,
        clean.load_seq,
        clean.row_number,
        {{ organization_norm('organizations.organization_name') }} as name_norm
    from clean
    inner join organizations
        on
            clean.rows_run_id = organizations.run_id
            and clean.row_number = organizations.row_number
),

first_names as (
    select
        record_hash,
        min_by(name_norm, row(load_seq, row_number)) as name_norm
    from names
    group by record_hash
),

renamed as (
    select
        names.record_hash,
        min(names.load_seq) as load_seq
    from names
    inner join first_names on names.record_hash = first_names.record_hash
    where names.name_norm <> first_names.name_norm
    group by names.record_hash
),

named as (
    select
        standing.*,
        first_names.name_norm as first_name_norm,
        {{ key(["'organization'", "first_names.name_norm"]) }} as first_name_key,
        first_value(standing.record_hash) over by_name as bearer_hash,
        first_value(renamed.load_seq) over by_name as bearer_renamed_load_seq
    from standing
    inner join first_names on standing.record_hash = first_names.record_hash
    left join renamed on standing.record_hash = renamed.record_hash
    window by_name as (
        partition by first_names.name_norm
        order by standing.first_load_seq asc, standing.record_hash asc
        rows between unbounded preceding and unbounded following
    )
),

keyed as (
    select
        named.*,
        organizations.external_system,
        organizations.external_id,
        organizations.organization_name,
        {{ organization_norm('organizations.organization_name') }} as organization_norm,
        coalesce(type_words.crm_code, 'Other') as organization_type,
        organizations.description,
        organizations.website,
        organizations.slug,
        organizations.is_active,
        accounts.account_id as salesforce_id,
        case
            when accounts.account_id is not null then accounts.organization_key
            when
                known_names.is_current
                or named.record_hash = named.bearer_hash
                or coalesce(named.first_load_seq < named.bearer_renamed_load_seq, true)
                then coalesce(known_names.place_key, named.first_name_key)
            else
                {{ key([
                    "'organization'",
                    "'csv:' || organizations.external_system || ':' || organizations.external_id"
                ]) }}
        end as organization_key
    from named
    inner join organizations
        on
            named.rows_run_id = organizations.run_id
            and named.row_number = organizations.row_number
    left join type_words on organizations.organization_type = type_words.word
    left join crm_organizations as accounts
        on
            case
                when organizations.external_system = 'salesforce' then organizations.external_id
            end
            = accounts.account_id
    left join place_names as known_names
        on
            known_names.entity_type = 'organization'
            and named.first_name_norm = known_names.name_norm
),

crm_keys as (
    select distinct organization_key
    from crm_organizations
    where not is_merged and not is_deleted
),

ranked as (
    select
        keyed.*,
        min(keyed.first_load_seq) over (partition by keyed.organization_key) as key_load_seq,
        row_number() over (
            partition by keyed.organization_key
            order by keyed.updated_at desc, keyed.load_seq desc, keyed.record_hash asc
        ) = 1 as is_newest_of_key
    from keyed
),

-- An address on the web that was given once is not taken away by an organization that comes later.
slugged as (
    select
        *,
        row_number() over (
            partition by is_newest_of_key, slug order by key_load_seq asc, organization_key asc
        ) as slug_place
    from ranked
)

select
    slugged.external_system,
    slugged.external_id,
    slugged.organization_key,
    slugged.organization_name,
    slugged.organization_norm,
    slugged.organization_type,
    slugged.description,
    slugged.website,
    case
        when slugged.slug_place > 1
            then slugged.slug || '-' || cast(slugged.slug_place - 1 as varchar)
        else nullif(slugged.slug, '')
    end as slug,
    slugged.is_active,
    slugged.salesforce_id,
    slugged.is_newest_of_key,
    crm_keys.organization_key is not null as is_of_crm,
    case
        when slugged.salesforce_id is not null then 'salesforce_id'
        when crm_keys.organization_key is not null then 'name'
        when
            slugged.record_hash <> slugged.bearer_hash
            and slugged.organization_key = slugged.first_name_key
            then 'name'
        else 'own'
    end as match_rule,
    slugged.first_seen_at,
    slugged.last_seen_at,
    slugged.first_load_seq,
    slugged.load_seq
from slugged
left join crm_keys on slugged.organization_key = crm_keys.organization_key
