{#- The e-mails and phone numbers by which records are compared: what is nobody's, by the list of
    the rules or by a steward's word, is not here (identity.md 5). One row per record, kind and
    value; place 1 is the first one of its kind. -#}
with

contact_points as (select * from {{ ref('int_identity__contact_points') }}),
generic_contacts as (select * from {{ ref('rule_generic_contacts') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

set_aside as (
    select distinct subject_key as contact_key
    from decisions
    where action = 'never_match_on'
),

kept as (
    select contact_points.*
    from contact_points
    left join generic_contacts
        on
            contact_points.kind = generic_contacts.kind
            and contact_points.match_value = generic_contacts.value
    left join set_aside on contact_points.contact_key = set_aside.contact_key
    where generic_contacts.value is null and set_aside.contact_key is null
)

select
    record_key,
    kind,
    match_value,
    row_number() over (
        partition by record_key, kind order by place asc, match_value asc
    ) as place
from kept
