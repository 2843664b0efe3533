{#- The rows of organizations by file, corrected where a steward did (platform.md 2.3). A type that
    is on no list counts as other. One row per landed row. -#}
{{ config(materialized='view') }}
{%- set fields = [
    'organization_type', 'website', 'phone', 'email', 'tax_id', 'logo_url', 'founded_date',
    'is_active', 'source_updated_at'
] -%}
{%- set bare = [
    'name', 'description', 'contact_person_name', 'contact_person_title', 'slug'
] -%}
with

staged as (select * from {{ ref('stg_csv__organizations') }}),
patches as (select * from {{ ref('int_decisions__row_patches') }}),
words as (select * from {{ ref('map_contract_words') }}),

{{ corrected_rows(fields, bare) }},

typed as (
    select
        entered.*,
        organization_type_words.word as organization_type,
        {{ contact_phones('entered.phone_text') }} as phone_cell,
        {{ contact_emails('entered.email_text') }} as email_cell,
        {{ contract_date('entered.founded_date_text') }} as founded_date,
        {{ contract_boolean('entered.is_active_text') }} as is_active,
        {{ contract_timestamp('entered.source_updated_at_text') }} as source_updated_at
    from entered
    left join words as organization_type_words
        on
            organization_type_words.field = 'organization_type'
            and lower(entered.organization_type_text) = organization_type_words.raw_word
)

select
    {{ row_keys() }},
    payload,
    source_updated_at,
    name_text as organization_name,
    description_text as description,
    coalesce(organization_type, 'other') as organization_type,
    organization_type_text as organization_type_raw,
    website_text as website,
    case when phone_cell['invalid_count'] = 0 then phone_cell['found'][1] end as phone,
    case when email_cell['invalid_count'] = 0 then email_cell['found'][1] end as email,
    phone_cell['invalid_count'] > 0 as has_invalid_phone,
    email_cell['invalid_count'] > 0 as has_invalid_email,
    tax_id_text as tax_id,
    logo_url_text as logo_url,
    contact_person_name_text as contact_person_name,
    contact_person_title_text as contact_person_title,
    founded_date,
    coalesce(is_active, true) as is_active,
    trim(
        {{ replace_all(
            replace_all(
                replace_all(
                    'lower(' ~ fold_accents('coalesce(slug_text, name_text)') ~ ')', '[ _]+', '-'
                ),
                '[^a-z0-9-]', ''
            ),
            '-+', '-'
        ) }}, '-'
    ) as slug,
    {{ unread(['founded_date', 'source_updated_at']) }} as unreadable_fields,
    {{ unread(['organization_type', 'is_active']) }} as unmapped_fields,
    {{ fingerprint([
        'name_text', 'description_text', 'organization_type_text', 'website_text', 'phone_text',
        'email_text', 'tax_id_text', 'logo_url_text', 'contact_person_name_text',
        'contact_person_title_text', 'founded_date', 'is_active', 'slug_text'
    ]) }} as fingerprint
from typed
