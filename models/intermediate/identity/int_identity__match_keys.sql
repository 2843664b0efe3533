{#- What records share: one row per record, rule and hash of the key, only where another record has
    the key too (platform.md 4.2, identity.md 1). Large sets of people use the short list of rules.
    A block of more records than the limit is not compared; queue_shared_contacts names the contacts. -#}
{%- set handle -%}
    nullif({{ replace_all("split_part(email, '@', 1)", '[^a-z]', '') }}, '')
{%- endset -%}
{%- set keys = {
    'sounds_postal': "first_sound || ' ' || last_sound || ' ' || postal5",
    'initial_last_year': "left(first_norm, 1) || ' ' || last_norm || ' ' || year(dob)",
    'both_names': "case when first_norm < last_norm then first_norm || ' ' || last_norm"
        ~ " else last_norm || ' ' || first_norm end",
    'dob_first': "first_sound || ' ' || dob",
    'dob_last': "last_sound || ' ' || dob",
    'house_postal': "house_number || ' ' || postal5 || ' ' || left(last_norm, 1)",
    'dob': "cast(dob as varchar)",
    'last_postal': "last_norm || ' ' || postal5",
    'first_postal': "first_norm || ' ' || postal5",
    'house_street': "house_number || ' ' || left(street_norm, 5)",
    'handle': handle,
    'first_last_sound': "first_norm || ' ' || last_sound",
    'last_first_sound': "last_norm || ' ' || first_sound",
    'phone_end': "right(phone, 7)",
    'first_birth_month': "first_norm || ' ' || left(cast(dob as varchar), 7)",
    'last_birth_month': "last_norm || ' ' || right(cast(dob as varchar), 5)",
    'house_only_postal': "house_number || ' ' || postal5",
    'first_city': "first_norm || ' ' || city_norm",
    'both_sounds': "case when first_sound < last_sound then first_sound || ' ' || last_sound"
        ~ " else last_sound || ' ' || first_sound end",
    'street_postal': "left(street_norm, 8) || ' ' || postal5",
    'street_initial': "left(street_norm, 8) || ' ' || left(first_norm, 1)"
} -%}
with

records as (select * from {{ ref('int_identity__records') }}),
contact_values as (select * from {{ ref('int_identity__contact_values') }}),
match_keys as (select * from {{ ref('rule_match_keys') }}),
nicknames as (select * from {{ ref('ref_nicknames') }}),
params as {{ match_params(['wide_keys_below', 'max_block_size']) }},

rules as (
    select
        match_keys.rule_no,
        match_keys.rule
    from match_keys
    cross join params
    where
        match_keys.is_narrow
        or (select count(*) from records) < params.wide_keys_below
),

-- Whoever is called Bob may be a Robert.
given_names as (
    select
        entity_type,
        record_no,
        last_norm,
        first_norm as given_name
    from records
    where first_norm is not null and last_norm is not null
    union all
    select
        records.entity_type,
        records.record_no,
        records.last_norm,
        nicknames.given_name
    from records
    inner join nicknames on records.first_norm = nicknames.nickname
    where records.last_norm is not null
),

keyed as (
    select
        records.record_no,
        rules.rule_no,
        {{ hash_number(
            "records.entity_type || ' ' || rules.rule || ' ' || contact_values.match_value"
        ) }} as key_hash
    from contact_values
    inner join records on contact_values.record_key = records.record_key
    inner join rules on contact_values.kind = rules.rule
    union all
    select
        given_names.record_no,
        rules.rule_no,
        {{ hash_number(
            "given_names.entity_type || ' given_last ' || given_names.given_name || ' ' "
            ~ "|| given_names.last_norm"
        ) }} as key_hash
    from given_names
    inner join rules on rules.rule = 'given_last'
    {% for rule, expression in keys.items() %}
        union all
        select
            records.record_no,
            rules.rule_no,
            {{ hash_number("entity_type || ' " ~ rule ~ " ' || " ~ expression) }} as key_hash
        from records
        inner join rules on rules.rule = '{{ rule }}'
        where {{ expression }} is not null
    {% endfor %}
),

sized as (
    select
        record_no,
        rule_no,
        key_hash,
        count(*) over (partition by key_hash) as block_size
    from keyed
)

select
    sized.record_no,
    sized.rule_no,
    sized.key_hash,
    cast(sized.block_size as integer) as block_size,
    sized.block_size <= params.max_block_size as is_compared
from sized
cross join params
where sized.block_size > 1
