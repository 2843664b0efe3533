{#- The addresses and numbers of each contact that landed, every one once; place 1 is the primary
    one: what the contact prefers, else the next that is there, and a valid one before one that is
    not (salesforce.md 2.3, 2.4). E-mails in lower case, phones in E.164; what is neither stands as
    it came. One row per contact, kind and value. -#}
{%- set fields = {
    'email': {
        'Email': 'email', 'npe01__HomeEmail__c': 'home_email',
        'npe01__WorkEmail__c': 'work_email', 'npe01__AlternateEmail__c': 'alternate_email'
    },
    'phone': {
        'MobilePhone': 'mobile_phone', 'HomePhone': 'home_phone',
        'npe01__WorkPhone__c': 'work_phone', 'Phone': 'phone'
    }
} -%}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),
contact_fields as (select * from {{ ref('rule_contact_fields') }}),
preferred_fields as (select * from {{ ref('rule_preferred_fields') }}),

entered as (
    {% for kind, columns in fields.items() %}
        {% for source_field, column in columns.items() %}
            select
                contact_id,
                '{{ kind }}' as kind,
                '{{ source_field }}' as source_field,
                {{ column }} as entered,
                coalesce(lower(preferred_{{ kind }}), 'blank') as preferred
            from contacts
            where {{ column }} is not null
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- The library reads every number once.
numbers as (
    select
        entered,
        {{ phone_e164('entered') }} as phone_e164
    from (select distinct entered.entered from entered where entered.kind = 'phone') as spellings
),

read_values as (
    select
        entered.contact_id,
        entered.kind,
        entered.source_field,
        entered.preferred,
        case
            when entered.kind = 'email' then lower(entered.entered)
            else coalesce(numbers.phone_e164, entered.entered)
        end as value, -- noqa: RF04
        case
            when entered.kind = 'phone' then numbers.phone_e164 is not null
            else
                regexp_matches(
                    lower(entered.entered),
                    '^[^@\s<>(),;:"]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z0-9]{2,}$'
                )
        end as is_valid
    from entered
    left join numbers
        on case when entered.kind = 'phone' then entered.entered end = numbers.entered
),

placed as (
    select
        read_values.*,
        contact_fields.value_type,
        row_number() over (
            partition by read_values.contact_id, read_values.kind
            order by
                read_values.is_valid desc,
                preferred_fields.place asc nulls last,
                contact_fields.place asc,
                read_values.source_field asc
        ) as field_place
    from read_values
    inner join contact_fields
        on
            read_values.kind = contact_fields.kind
            and read_values.source_field = contact_fields.source_field
    left join preferred_fields
        on
            read_values.kind = preferred_fields.kind
            and read_values.preferred = preferred_fields.preferred
            and read_values.source_field = preferred_fields.source_field
),

distinct_values as (
    select *
    from placed
    qualify
        row_number() over (partition by contact_id, kind, value order by field_place asc) = 1
)

select
    contact_id,
    kind,
    value, -- noqa: RF04
    value_type,
    source_field,
    is_valid,
    row_number() over (partition by contact_id, kind order by field_place asc) as place
from distinct_values
