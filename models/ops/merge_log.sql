{#- What was ever joined or taken apart (platform.md 2.9, 4.12): every merge a person decided, also
    one that was taken back; every undo, be it a revoke or the word that pulls an automatic merge
    apart; and the merges that hold by rule. Records stay as they are, so what each side was before
    stands in them. What pulled a merge apart is told from what only kept two apart by the score that
    is stored still: without that word a rule would have joined them. -#}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
pairs as (select * from {{ ref('int_identity__pairs') }}),
records as (select * from {{ ref('int_identity__records') }}),
scores as (select * from {{ ref('int_identity__scores') }}),
params as {{ match_params(['auto_enabled', 'auto_threshold']) }},

manual_merges as (
    select
        decision_id,
        subject_key as pair_key,
        'manual' as decision_type,
        actor,
        decided_at,
        reason,
        cast(null as varchar) as undone_decision_id
    from decisions
    where action = 'merge' and subject_type = 'pair'
),

undone as (
    select
        decisions.decision_id,
        manual_merges.pair_key,
        'undo' as decision_type,
        decisions.actor,
        decisions.decided_at,
        decisions.reason,
        manual_merges.decision_id as undone_decision_id
    from decisions
    inner join manual_merges on decisions.revokes = manual_merges.decision_id
),

numbered as (
    select
        pairs.decision_id,
        pairs.score,
        pairs.guard,
        least(one.record_no, other.record_no) as left_no,
        greatest(one.record_no, other.record_no) as right_no
    from pairs
    inner join records as one on pairs.left_record_key = one.record_key
    inner join records as other on pairs.right_record_key = other.record_key
    where pairs.decision = 'rejected' and not pairs.is_auto_merge_blocked
),

joined_by_rule as (
    select numbered.decision_id
    from numbered
    cross join params
    inner join scores on numbered.left_no = scores.left_no and numbered.right_no = scores.right_no
    where
        params.auto_enabled = 1
        and coalesce(numbered.guard <> 'household', true)
        and (scores.is_deterministic or numbered.score >= params.auto_threshold)
),

pulled_apart as (
    select
        decisions.decision_id,
        decisions.subject_key as pair_key,
        'undo' as decision_type,
        decisions.actor,
        decisions.decided_at,
        decisions.reason,
        cast(null as varchar) as undone_decision_id
    from decisions
    inner join joined_by_rule on decisions.decision_id = joined_by_rule.decision_id
    where decisions.action = 'not_duplicate'
),

automatic as (
    select
        cast(null as varchar) as decision_id,
        pair_key,
        case when step = 'deterministic' then 'deterministic_auto' else 'fuzzy_auto' end
            as decision_type,
        'system' as actor,
        cast(null as timestamp with time zone) as decided_at,
        cast(null as varchar) as reason,
        cast(null as varchar) as undone_decision_id
    from pairs
    -- What only follows from other merges is none of its own.
    where decision = 'auto_merged' and band = 'auto'
),

events as (
    select * from manual_merges
    union all
    select * from undone
    union all
    select * from pulled_apart
    union all
    select * from automatic
)

select
    coalesce(events.decision_id, events.pair_key) as merge_key,
    events.decision_id,
    events.pair_key,
    pairs.left_record_key,
    pairs.right_record_key,
    pairs.left_person_key,
    pairs.right_person_key,
    events.decision_type,
    events.actor as performed_by,
    events.decided_at as performed_at,
    events.reason,
    events.undone_decision_id,
    pairs.decision as pair_decision,
    pairs.score,
    pairs.match_type,
    pairs.features_json
from events
inner join pairs on events.pair_key = pairs.pair_key
