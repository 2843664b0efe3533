{#- What people said about pairs of records: the newest standing word per pair, in either order, and
    whether a merge was ever taken back, for then none happens by itself again (platform.md 4.6, V5;
    4.12). A pair key is the hashes of its two records. One row per pair. -#}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
active as (select * from {{ ref('int_decisions__active') }}),
records as (select * from {{ ref('int_identity__records') }}),

said as (
    select
        decisions.decision_seq,
        decisions.decision_id,
        decisions.decided_at,
        decisions.actor,
        decisions.action,
        active.decision_id is not null as is_standing,
        one.record_no as one_no,
        other.record_no as other_no
    from decisions
    left join active on decisions.decision_id = active.decision_id
    inner join records as one on split_part(decisions.subject_key, '-', 1) = one.record_hash
    inner join records as other on split_part(decisions.subject_key, '-', 2) = other.record_hash
    where
        decisions.subject_type = 'pair'
        and decisions.action in ('merge', 'not_duplicate', 'defer')
        and one.record_no <> other.record_no
)

select
    least(one_no, other_no) as left_no,
    greatest(one_no, other_no) as right_no,
    max_by(action, decision_seq) filter (where is_standing) as action,
    max_by(decision_id, decision_seq) filter (where is_standing) as decision_id,
    max_by(actor, decision_seq) filter (where is_standing) as decided_by,
    max_by(decided_at, decision_seq) filter (where is_standing) as decided_at,
    bool_or(action = 'merge' and not is_standing) as is_auto_merge_blocked
from said
group by least(one_no, other_no), greatest(one_no, other_no)
