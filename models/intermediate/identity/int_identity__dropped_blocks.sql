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
)

select
    rules.rule,
    cast(dropped.key_hash as varchar) as block_key,
    dropped.record_count,
    records.record_key as example_record_key,
    max(contact_values.match_value) as shared_value
from dropped
inner join rules on dropped.rule_no = rules.rule_no
inner join records on dropped.first_record_no = records.record_no
left join contact_values
    on
        records.record_key = contact_values.record_key
        and rules.rule = contact_values.kind
        and dropped.key_hash
        = {{ hash_number(
            "records.entity_type || ' ' || rules.rule || ' ' || contact_values.match_value"
        ) }}
group by
    rules.rule,
    dropped.key_hash,
    dropped.record_count,
    records.record_key
