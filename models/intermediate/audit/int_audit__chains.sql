{{ config(materialized='view') }}
{#- Each decision with the revokes that hang on it, directly or through other revokes: one row per
    decision and link. At an even depth the decision stands from there on, at an odd one it does
    not; the newest link says how it stands today (interface.md 4). -#}
with recursive

decisions as (select * from {{ ref('stg_decisions__decisions') }}),

chains as (
    select
        decision_id as root_id,
        decision_id,
        decision_seq,
        decided_at,
        0 as depth
    from decisions
    union all
    select
        chains.root_id,
        revokes.decision_id,
        revokes.decision_seq,
        revokes.decided_at,
        chains.depth + 1 as depth
    from chains
    inner join decisions as revokes on chains.decision_id = revokes.revokes
    where chains.depth < 100
)

select
    root_id,
    decision_id,
    decision_seq,
    decided_at,
    depth,
    depth % 2 = 0 as is_standing,
    lead(decision_seq) over (partition by root_id order by decision_seq) as until_seq
from chains
