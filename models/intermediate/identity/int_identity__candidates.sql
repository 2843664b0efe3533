{#- Pairs of records that share a key, each once, the older record left (platform.md 4.2). A value
    that too many records share counts for nothing. -#}
with

keys as (select * from {{ ref('int_identity__match_keys') }}),
rules as (select * from {{ ref('rule_match_keys') }}),

compared as (
    select
        keys.record_no,
        keys.rule_no,
        keys.key_hash,
        keys.block_size,
        rules.rule,
        rules.is_appendix_b
    from keys
    inner join rules on keys.rule_no = rules.rule_no
    where keys.is_compared
),

-- Two numbers in one make the grouping cheap.
met as (
    select
        older.record_no * 4294967296 + newer.record_no as pair_no,
        bool_or(older.is_appendix_b) as is_appendix_b,
        min(case when older.rule = 'email' then older.block_size end) as email_count,
        min(case when older.rule = 'phone' then older.block_size end) as phone_count
    from compared as older
    inner join compared as newer
        on older.key_hash = newer.key_hash and older.record_no < newer.record_no
    group by older.record_no * 4294967296 + newer.record_no
)

select
    pair_no,
    cast(pair_no // 4294967296 as integer) as left_no,
    cast(pair_no % 4294967296 as integer) as right_no,
    is_appendix_b,
    email_count,
    phone_count
from met
