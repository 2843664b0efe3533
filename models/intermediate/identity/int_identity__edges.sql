{#- What joins records and what keeps them apart: pairs that merge by themselves, with their score;
    pairs that a person joined (must) or told apart (cannot) (identity.md 4). One row per pair. -#}
with

outcomes as (select * from {{ ref('int_identity__outcomes') }}),
decisions as (select * from {{ ref('int_identity__pair_decisions') }})

select
    outcomes.left_no,
    outcomes.right_no,
    'auto' as kind,
    outcomes.score as strength
from outcomes
left join decisions
    on outcomes.left_no = decisions.left_no and outcomes.right_no = decisions.right_no
where
    outcomes.band = 'auto'
    and coalesce(decisions.action not in ('merge', 'not_duplicate'), true)
union all
select
    left_no,
    right_no,
    case when action = 'merge' then 'must' else 'cannot' end as kind,
    cast(1 as decimal(5, 4)) as strength
from decisions
where action in ('merge', 'not_duplicate')
