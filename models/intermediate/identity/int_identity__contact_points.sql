{#- The e-mails and phone numbers of every record as they are compared: a tag behind a + is off,
    dots stay (platform.md 4.2, 7.1). One row per record, kind and value. -#}
{{ config(materialized='view') }}
with

volunteers as (select * from {{ ref('int_crm__volunteer_contacts') }}),
channels as (select * from {{ ref('int_crm__contact_channels') }}),
csv_volunteers as (select * from {{ ref('int_volunteers__records') }}),

salesforce_values as (
    select
        'salesforce:' || volunteers.survivor_id as record_key,
        channels.kind,
        channels.value,
        channels.place
    from volunteers
    inner join channels on volunteers.speaker_id = channels.contact_id
    where volunteers.contact_role <> 'student' and channels.is_valid
),

csv_lists as (
    select
        record_key,
        'email' as kind,
        concat_ws(';', email, alternate_emails) as values_text
    from csv_volunteers
    union all
    select
        record_key,
        'phone' as kind,
        concat_ws(';', phone, alternate_phones) as values_text
    from csv_volunteers
),

csv_parts as (
    select
        record_key,
        kind,
        {{ placed_words("replace(values_text, ';', ' ')") }}
    from csv_lists
),

all_values as (
    select
        record_key,
        kind,
        value,
        place
    from salesforce_values
    union all
    select
        record_key,
        kind,
        word as value, -- noqa: RF04
        place
    from csv_parts
    where word <> ''
),

stripped as (
    select
        record_key,
        kind,
        place,
        case
            when kind = 'email' then regexp_replace(value, '^([^@+]+)\+[^@]*@', '\1@')
            else value
        end as match_value
    from all_values
)

select
    record_key,
    kind,
    match_value,
    {{ key(["'contact'", "kind", "match_value"]) }} as contact_key,
    min(place) as place
from stripped
group by record_key, kind, match_value
