{#- A revoke may itself be revoked, so a decision stands when the chain of revokes on it is even:
    only a revoke that stands takes its target away (interface.md 4). -#}
with recursive

decisions as (select * from {{ ref('stg_decisions__decisions') }}),

newest_revokes as (
    select
        decision_id,
        revokes
    from decisions
    where revokes is not null
    qualify row_number() over (partition by revokes order by decision_seq desc) = 1
),

-- From each decision along the newest revoke of each.
chains as (
    select
        decision_id as root_id,
        decision_id,
        0 as depth
    from decisions
    where revokes is null
    union all
    select
        chains.root_id,
        newest_revokes.decision_id,
        chains.depth + 1 as depth
    from chains
    inner join newest_revokes on chains.decision_id = newest_revokes.revokes
    where chains.depth < 100
),

depths as (
    select
        root_id,
        max(depth) as depth
    from chains
    group by root_id
)

select
    decisions.decision_seq,
    decisions.decision_id,
    decisions.decided_at,
    decisions.actor,
    decisions.role,
    decisions.action,
    decisions.subject_type,
    decisions.subject_key,
    decisions.payload,
    decisions.reason
from decisions
inner join depths on decisions.decision_id = depths.root_id
where depths.depth % 2 = 0 and decisions.action <> 'revoke'
