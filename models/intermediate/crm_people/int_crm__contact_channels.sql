{#- The addresses and numbers of each contact that landed, every one once; place 1 is the primary
    one: what the contact prefers, else the next that is there, and a valid one before one that is
    not (salesforce.md 2.3, 2.4). E-mails in lower case, phones in E.164; what is neither stands as
    it came. One row per contact, kind and value. -#}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),
contact_fields as (select * from {{ ref('rule_contact_fields') }}),
preferred_fields as (select * from {{ ref('rule_preferred_fields') }}),

{{ contact_values('contacts') }},

placed as (
    select
        contact_values.contact_id,
        contact_values.kind,
        contact_values.source_field,
        contact_values.value,
        contact_values.is_valid,
        contact_fields.value_type,
        row_number() over (
            partition by contact_values.contact_id, contact_values.kind
            order by
                contact_values.is_valid desc,
                preferred_fields.place asc nulls last,
                contact_fields.place asc,
                contact_values.source_field asc
        ) as field_place
    from contact_values
    inner join contact_fields
        on
            contact_values.kind = contact_fields.kind
            and contact_values.source_field = contact_fields.source_field
    left join preferred_fields
        on
            contact_values.kind = preferred_fields.kind
            and contact_values.preferred = preferred_fields.preferred
            and contact_values.source_field = preferred_fields.source_field
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
