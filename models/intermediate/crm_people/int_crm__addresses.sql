{#- The postal addresses of each contact that landed; place 1 is the primary one. A country alone is
    no address; the work address is one text, read as "street, city, ST zip" where it has those
    parts, else as a street (salesforce.md 2.5). One row per contact and field. -#}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),
states as (select * from {{ ref('map_states') }}),
contact_fields as (select * from {{ ref('rule_contact_fields') }}),
preferred_fields as (select * from {{ ref('rule_preferred_fields') }}),

entered as (
    select
        contact_id,
        primary_address_type,
        'MailingAddress' as source_field,
        mailing_street as street,
        mailing_city as city,
        mailing_state as state_entered,
        mailing_postal_code as postal_code
    from contacts
    where
        coalesce(mailing_street, mailing_city, mailing_state, mailing_postal_code) is not null
    union all
    select
        contact_id,
        primary_address_type,
        'npe01__Work_Address__c' as source_field,
        {{ work_address_part('work_address', 'street') }} as street,
        {{ work_address_part('work_address', 'city') }} as city,
        {{ work_address_part('work_address', 'state') }} as state_entered,
        {{ work_address_part('work_address', 'postal_code') }} as postal_code
    from contacts
    where regexp_matches(work_address, '[^ ,]')
)

select
    entered.contact_id,
    entered.source_field,
    contact_fields.value_type,
    nullif(trim(entered.street), '') as street,
    nullif(trim(entered.city), '') as city,
    nullif(trim(entered.state_entered), '') as state_entered,
    states.state_code,
    nullif(trim(entered.postal_code), '') as postal_code,
    nullif(regexp_extract(entered.postal_code, '^[0-9]{3}'), '') as zip3,
    row_number() over (
        partition by entered.contact_id
        order by
            preferred_fields.place asc nulls last,
            contact_fields.place asc,
            entered.source_field asc
    ) as place
from entered
inner join contact_fields
    on contact_fields.kind = 'address' and entered.source_field = contact_fields.source_field
left join preferred_fields
    on
        preferred_fields.kind = 'address'
        and coalesce(lower(entered.primary_address_type), 'blank') = preferred_fields.preferred
        and entered.source_field = preferred_fields.source_field
left join states on lower(trim(entered.state_entered)) = states.value
