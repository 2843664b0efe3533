{#- Teachers whom a person said to be somebody else on the rosters (pathful.md 3.6), each with the
    teacher they end at: who was merged into somebody merged in turn ends at the last one. One row
    per teacher merged away. A pair's key is both teachers' keys, the smaller one on the left, so
    that the answer holds whatever their names become. -#}
with

decisions as (select * from {{ ref('int_decisions__active') }}),
load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),

known as (
    select teacher_key from load_teachers
    union
    select teacher_key
    from added_teachers
    where is_standing
),

newest_words as (
    select
        decision_seq,
        decision_id,
        decided_at,
        actor,
        action,
        split_part(subject_key, '-', 1) as left_teacher_key,
        split_part(subject_key, '-', 2) as right_teacher_key,
        {{ json_text('payload', 'survivor') }} as survivor
    from decisions
    where subject_type = 'pair' and action in ('merge', 'not_duplicate', 'defer')
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

directed as (
    select
        decision_seq,
        decision_id,
        decided_at,
        actor,
        case survivor when 'left' then right_teacher_key else left_teacher_key end as from_key,
        case survivor when 'left' then left_teacher_key else right_teacher_key end as to_key
    from newest_words
    where action = 'merge' and survivor in ('left', 'right')
),

edges as (
    select directed.*
    from directed
    inner join known as from_known on directed.from_key = from_known.teacher_key
    inner join known as to_known on directed.to_key = to_known.teacher_key
    qualify
        row_number() over (partition by directed.from_key order by directed.decision_seq desc) = 1
),

ends as {{ end_of_chain('edges') }}

select
    edges.from_key as from_teacher_key,
    ends.to_key as to_teacher_key,
    edges.to_key as into_teacher_key,
    edges.decision_seq,
    edges.decision_id,
    edges.decided_at,
    edges.actor as decided_by
from edges
inner join ends on edges.from_key = ends.from_key
