{#- What a person looks at to decide a pair: every record of the persons who stand in the queue of
    duplicates, also those that are in no shown pair themselves (platform.md 6.4). -#}
with

pairs as (select * from {{ ref('int_identity__pairs') }}),
people as (select * from {{ ref('int_identity__people') }}),
records as (select * from {{ ref('int_identity__records') }}),
contact_values as (select * from {{ ref('int_identity__contact_values') }}),
record_demographics as (select * from {{ ref('int_people__record_demographics') }}),

shown_people as (
    select left_person_key as person_key from pairs
    union
    select right_person_key as person_key from pairs
),

contacts as (
    select
        record_key,
        string_agg(match_value, ', ' order by place) filter (where kind = 'email') as emails,
        string_agg(match_value, ', ' order by place) filter (where kind = 'phone') as phones
    from contact_values
    group by record_key
)

select
    records.record_key,
    people.person_key,
    people.anchor_record_key,
    people.held_apart_reason,
    records.external_system as source,
    records.external_id,
    records.first_name,
    records.last_name,
    records.middle as middle_name,
    contacts.emails,
    contacts.phones,
    records.dob,
    records.is_minor,
    records.street,
    records.city,
    records.state_code,
    records.postal5 as postal_code,
    records.employer_norm as employer,
    record_demographics.gender,
    record_demographics.race_ethnicity,
    record_demographics.education,
    record_demographics.age_group,
    records.first_seen_at,
    records.source_updated_at as updated_at
from records
inner join people on records.record_key = people.record_key
inner join shown_people on people.person_key = shown_people.person_key
left join contacts on records.record_key = contacts.record_key
left join record_demographics on records.record_key = record_demographics.record_key
