{#- Since when, and until when, each record of a volunteer speaks for a person (platform.md 4.12). A
    record that a rule joins always did, as far as anybody knows; one that people joined does since
    the first merge that ties it to the person's oldest record. Of a merge that was taken back the
    younger side's records, as they stand today, spoke for the older person in between. One row per
    person, record and period. -#}
with recursive

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
active as (select * from {{ ref('int_decisions__active') }}),
records as (select * from {{ ref('int_identity__records') }}),
people as (select * from {{ ref('int_identity__people') }}),
edges as (select * from {{ ref('int_identity__edges') }}),
pair_decisions as (select * from {{ ref('int_identity__pair_decisions') }}),

ties as (
    select
        edges.left_no,
        edges.right_no,
        one.person_key,
        coalesce(active.decision_seq, 0) as decision_seq
    from edges
    inner join people as one on edges.left_no = one.record_no
    inner join people as other on edges.right_no = other.record_no
    left join pair_decisions
        on
            case when edges.kind = 'must' then edges.left_no end = pair_decisions.left_no
            and edges.right_no = pair_decisions.right_no
    left join active on pair_decisions.decision_id = active.decision_id
    where edges.kind in ('auto', 'must') and one.person_key = other.person_key
),

ways as (
    select
        left_no as from_no,
        right_no as to_no,
        person_key,
        decision_seq
    from ties
    union all
    select
        right_no as from_no,
        left_no as to_no,
        person_key,
        decision_seq
    from ties
),

-- A way from the oldest record is open since the newest merge on it.
reached as (
    select
        record_no,
        cast(0 as bigint) as decision_seq
    from people
    where
        record_no = anchor_record_no
        and person_key in (select ties.person_key from ties where ties.decision_seq > 0)
    union
    select
        ways.to_no as record_no,
        greatest(reached.decision_seq, ways.decision_seq) as decision_seq
    from reached
    inner join ways on reached.record_no = ways.from_no
),

joined as (
    select
        record_no,
        min(decision_seq) as decision_seq
    from reached
    group by record_no
),

standing as (
    select
        people.person_key,
        people.record_key,
        people.record_no,
        people.anchor_record_no,
        decisions.decided_at as since,
        decisions.decision_id as since_decision_id
    from people
    left join joined on people.record_no = joined.record_no
    left join decisions on joined.decision_seq = decisions.decision_seq
),

undone as (
    select
        taken.decision_id as since_decision_id,
        taken.decided_at as since,
        one.record_no as one_no,
        other.record_no as other_no,
        max(backs.decided_at) as until,
        max_by(backs.decision_id, backs.decision_seq) as until_decision_id
    from decisions as taken
    inner join decisions as backs on taken.decision_id = backs.revokes
    inner join records as one on split_part(taken.subject_key, '-', 1) = one.record_hash
    inner join records as other on split_part(taken.subject_key, '-', 2) = other.record_hash
    where
        taken.action = 'merge'
        and taken.subject_type = 'pair'
        and taken.decision_id not in (select active.decision_id from active)
    group by
        taken.decision_id, taken.decided_at, one.record_no, other.record_no
),

undone_sides as (
    select
        undone.*,
        case
            when one.anchor_record_no <= other.anchor_record_no then one.person_key
            else other.person_key
        end as older_key,
        case
            when one.anchor_record_no <= other.anchor_record_no then other.person_key
            else one.person_key
        end as younger_key
    from undone
    inner join people as one on undone.one_no = one.record_no
    inner join people as other on undone.other_no = other.record_no
)

select
    person_key,
    record_key,
    since,
    since_decision_id,
    cast(null as timestamp with time zone) as until,
    cast(null as varchar) as until_decision_id
from standing
union all
select
    undone_sides.older_key as person_key,
    standing.record_key,
    undone_sides.since,
    undone_sides.since_decision_id,
    undone_sides.until,
    undone_sides.until_decision_id
from undone_sides
inner join standing on undone_sides.younger_key = standing.person_key
-- Of two who are one again it is the record that came back.
where
    undone_sides.older_key <> undone_sides.younger_key
    or standing.since >= undone_sides.until
