with

participations as (select * from {{ ref('int_virtual__participations') }}),
matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
roster as (select * from {{ ref('int_roster__roster') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

-- Under the address each educator leads to: what was merged keeps its own events here.
attended as (
    select distinct
        participations.event_key,
        matches.own_teacher_key as teacher_key
    from participations
    inner join matches on participations.person_ref = matches.person_ref
    where participations.role = 'educator' and matches.own_teacher_key is not null
),

event_counts as (
    select
        teacher_key,
        count(*) as event_count
    from attended
    group by teacher_key
),

named as (
    select
        teacher_key,
        school_key,
        {{ name_norm('first_name') }} as given_norm,
        {{ name_norm('last_name') }} as surname_norm
    from teachers
),

active as (
    select distinct teacher_key
    from roster
    where is_active
),

comparable as (
    select named.*
    from named
    inner join active on named.teacher_key = active.teacher_key
    where named.given_norm is not null and named.surname_norm is not null
),

namesakes as (
    select
        here.teacher_key as left_teacher_key,
        there.teacher_key as right_teacher_key
    from comparable as here
    inner join comparable as there
        on here.given_norm = there.given_norm and here.teacher_key < there.teacher_key
    where
        here.surname_norm <> there.surname_norm
        -- A school that is not known contradicts nobody.
        and coalesce(here.school_key = there.school_key, true)
),

answers as (
    select
        split_part(subject_key, '-', 1) as left_teacher_key,
        split_part(subject_key, '-', 2) as right_teacher_key,
        decision_id,
        actor,
        decided_at,
        action,
        {{ json_text('payload', 'survivor') }} as survivor
    from decisions
    where subject_type = 'pair' and action in ('merge', 'not_duplicate', 'defer')
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

known_answers as (
    select answers.*
    from answers
    inner join teachers as here on answers.left_teacher_key = here.teacher_key
    inner join teachers as there on answers.right_teacher_key = there.teacher_key
),

pairs as (
    select
        left_teacher_key,
        right_teacher_key
    from namesakes
    union
    select
        left_teacher_key,
        right_teacher_key
    from known_answers
),

shared_counts as (
    select
        pairs.left_teacher_key,
        pairs.right_teacher_key,
        count(*) as shared_event_count
    from pairs
    inner join attended as here on pairs.left_teacher_key = here.teacher_key
    inner join attended as there
        on
            pairs.right_teacher_key = there.teacher_key
            and here.event_key = there.event_key
    group by pairs.left_teacher_key, pairs.right_teacher_key
),

measured as (
    select
        pairs.left_teacher_key,
        pairs.right_teacher_key,
        coalesce(left_counts.event_count, 0) as left_event_count,
        coalesce(right_counts.event_count, 0) as right_event_count,
        coalesce(shared_counts.shared_event_count, 0) as shared_event_count,
        coalesce(
            100.0 * shared_counts.shared_event_count
            / least(left_counts.event_count, right_counts.event_count),
            0
        ) as overlap_pct,
        known_answers.action,
        known_answers.survivor,
        known_answers.decision_id,
        known_answers.actor,
        known_answers.decided_at
    from pairs
    left join event_counts as left_counts on pairs.left_teacher_key = left_counts.teacher_key
    left join event_counts as right_counts on pairs.right_teacher_key = right_counts.teacher_key
    left join shared_counts
        on
            pairs.left_teacher_key = shared_counts.left_teacher_key
            and pairs.right_teacher_key = shared_counts.right_teacher_key
    left join known_answers
        on
            pairs.left_teacher_key = known_answers.left_teacher_key
            and pairs.right_teacher_key = known_answers.right_teacher_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by decision_id is null
            order by
                overlap_pct desc,
                shared_event_count desc,
                left_teacher_key asc,
                right_teacher_key asc
        ) as place
    from measured
    where
        decision_id is not null
        or (
            shared_event_count >= {{ var('duplicate_min_shared_events') }}
            and overlap_pct >= {{ var('duplicate_min_overlap_pct') }}
        )
)

select
    left_teacher_key || '-' || right_teacher_key as pair_key,
    left_teacher_key,
    right_teacher_key,
    left_event_count,
    right_event_count,
    shared_event_count,
    cast(round(overlap_pct, 1) as double) as overlap_pct,
    case action
        when 'merge' then 'merged'
        when 'not_duplicate' then 'rejected'
        when 'defer' then 'deferred'
        else 'pending'
    end as status,
    case
        when action = 'merge' and survivor = 'left' then left_teacher_key
        when action = 'merge' and survivor = 'right' then right_teacher_key
    end as survivor_teacher_key,
    decision_id,
    actor as decided_by,
    decided_at
from ranked
where decision_id is not null or place <= {{ var('max_duplicate_pairs') }}
