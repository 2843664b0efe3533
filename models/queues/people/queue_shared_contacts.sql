{#- E-mails and phone numbers of many persons, such as that of a school: what a steward may say
    never to match on, and what one said so about (identity.md 5). -#}
with

contact_points as (select * from {{ ref('int_identity__contact_points') }}),
people as (select * from {{ ref('int_identity__people') }}),
generic_contacts as (select * from {{ ref('rule_generic_contacts') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
params as {{ match_params(['shared_contact_people', 'max_block_size']) }},

answers as (
    select
        subject_key as contact_key,
        decision_id,
        actor,
        decided_at
    from decisions
    where action = 'never_match_on'
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

counted as (
    select
        contact_points.contact_key,
        contact_points.kind,
        contact_points.match_value,
        count(distinct contact_points.record_key) as record_count,
        count(distinct people.person_key) as person_count
    from contact_points
    inner join people on contact_points.record_key = people.record_key
    group by contact_points.contact_key, contact_points.kind, contact_points.match_value
)

select
    counted.contact_key,
    counted.kind,
    counted.match_value as contact_value,
    counted.record_count,
    counted.person_count,
    counted.record_count <= params.max_block_size as is_compared,
    case when answers.contact_key is null then 'matched' else 'never_matched' end as status,
    answers.decision_id,
    answers.actor as decided_by,
    answers.decided_at
from counted
cross join params
left join generic_contacts
    on
        counted.kind = generic_contacts.kind
        and counted.match_value = generic_contacts.value
left join answers on counted.contact_key = answers.contact_key
where
    generic_contacts.value is null
    and (counted.person_count >= params.shared_contact_people or answers.contact_key is not null)
