{#- Values that more records share than are compared: what a steward may put on the list of generic
    contacts. One row per rule and key. -#}
{{ config(materialized='view') }}
with

keys as (select * from {{ ref('int_identity__match_keys') }}),
rules as (select * from {{ ref('rule_match_keys') }}),
records as (select * from {{ ref('int_identity__records') }}),
contact_values as (select * from {{ ref('int_identity__contact_values') }}),

dropped as (
    select
        rule_no,
        key_hash,
        max(block_size) as record_count,
        min(record_no) as first_record_no
    from keys
    where not is_compared
    group by rule_no, key_hash
),

examples as (
    select
        rules.rule,
        dropped.key_hash,
        dropped.record_count,
        records.record_key,
        records.entity_type
    from dropped
    inner join rules on dropped.rule_no = rules.rule_no
    inner join records on dropped.first_record_no = records.record_no
),

shared as (
    select
        examples.rule,
        examples.key_hash,
        max(contact_values.match_value) as shared_value
    from examples
    inner join contact_values
        on examples.record_key = contact_values.record_key and examples.rule = contact_values.kind
    where
        examples.key_hash
        = {{ hash_number(
            "examples.entity_type || ' ' || examples.rule || ' ' || contact_values.match_value"
        ) }}
    group by examples.rule, examples.key_hash
)

select
    examples.rule,
    cast(examples.key_hash as varchar) as block_key,
    examples.record_count,
    examples.record_key as example_record_key,
    shared.shared_value
from examples
left join shared on examples.rule = shared.rule and examples.key_hash = shared.key_hash
