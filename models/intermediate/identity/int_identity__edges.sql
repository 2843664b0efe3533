{#- What joins records and what keeps them apart: a row by file that names a contact of the CRM by
    its id (platform.md 4.6, step 0); pairs that merge by themselves, with their score; pairs that a
    person joined (must) or told apart (cannot) (identity.md 4). One row per pair. -#}
with

records as (select * from {{ ref('int_identity__records') }}),
contacts as (select * from {{ ref('int_crm__contact_roots') }}),
outcomes as (select * from {{ ref('int_identity__outcomes') }}),
decisions as (select * from {{ ref('int_identity__pair_decisions') }}),

by_id as (
    select
        least(named.record_no, theirs.record_no) as left_no,
        greatest(named.record_no, theirs.record_no) as right_no
    from records as named
    inner join contacts on {{ salesforce_id('named.external_id') }} = contacts.contact_id
    inner join records as theirs on 'salesforce:' || contacts.survivor_id = theirs.record_key
    where named.external_system = 'salesforce' and starts_with(named.record_key, 'csv:')
),

by_rule as (
    select
        left_no,
        right_no,
        max(strength) as strength
    from (
        select
            left_no,
            right_no,
            cast(1 as decimal(5, 4)) as strength
        from by_id
        union all
        select
            left_no,
            right_no,
            score as strength
        from outcomes
        where band = 'auto'
    ) as found
    group by left_no, right_no
)

select
    by_rule.left_no,
    by_rule.right_no,
    'auto' as kind,
    by_rule.strength
from by_rule
left join decisions
    on by_rule.left_no = decisions.left_no and by_rule.right_no = decisions.right_no
where coalesce(decisions.action not in ('merge', 'not_duplicate'), true)
union all
select
    left_no,
    right_no,
    case when action = 'merge' then 'must' else 'cannot' end as kind,
    cast(1 as decimal(5, 4)) as strength
from decisions
where action in ('merge', 'not_duplicate')
