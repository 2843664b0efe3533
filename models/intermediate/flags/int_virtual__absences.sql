{{ config(materialized='view') }}
{#- From when until when nobody of a kind stood in an event. A row of a report is somebody, matched
    or not, for an unmatched educator is a ticket and no missing teacher (pathful.md 6.1); so is a
    person whom staff tagged or whose attendance they added. Whom staff untagged is there no more,
    whatever the reports go on to say. Everybody stands under the own key, whoever is one person
    today (pathful.md 3.5, 3.6). -#}
with

participations as (select * from {{ ref('int_pathful__participation_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
words as (select * from {{ ref('int_virtual__person_words') }}),
teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
flags as (select * from {{ ref('rule_event_flags') }}),

roles as (
    select missing_role as role
    from flags
    where missing_role <> ''
),

-- An override stands beside what is said of a person's place in the event.
decided as (
    select
        event_key,
        role,
        decision_seq,
        decided_at,
        case when action = 'override_attendance' then 'override:' else '' end || own_key
            as own_key,
        case
            when action = 'override_attendance' then effect = 'add'
            else action in ('tag_teacher', 'tag_presenter')
        end as is_there
    from words
),

known_people as (
    select
        'educator' as role,
        person_ref,
        own_teacher_key as own_key
    from teacher_matches
    union all
    select
        'professional' as role,
        person_ref,
        own_key
    from presenter_matches
),

-- Where staff changed nobody, it is enough that somebody came.
named as (
    select
        session_events.event_key,
        participations.role,
        participations.load_seq,
        case
            when session_events.event_key in (select decided.event_key from decided)
                then coalesce(known_people.own_key, participations.person_ref)
            else 'somebody'
        end as own_key
    from participations
    inner join session_events on participations.session_ref = session_events.session_ref
    left join known_people
        on
            participations.role = known_people.role
            and participations.person_ref = known_people.person_ref
    where
        participations.is_first
        and participations.role in ('educator', 'professional')
        and session_events.event_key is not null
),

steps as (
    select
        named.event_key,
        named.role,
        named.own_key,
        min(loads.landed_at) as step_at,
        0 as decision_seq,
        cast(null as boolean) as is_there
    from named
    inner join loads on named.load_seq = loads.load_seq
    group by named.event_key, named.role, named.own_key
    union all
    select
        event_key,
        role,
        own_key,
        decided_at as step_at,
        decision_seq,
        is_there
    from decided
),

-- What staff said last of a person counts; where they said nothing, being named does.
standings as (
    select
        event_key,
        role,
        own_key,
        step_at,
        decision_seq,
        coalesce(
            {{ latest('is_there', 'decision_seq') }} over (
                partition by event_key, role, own_key
                order by step_at, decision_seq
                rows between unbounded preceding and current row
            ),
            true
        ) as is_present
    from steps
),

arrivals as (
    select
        *,
        case when is_present then 1 else 0 end - coalesce(
            lag(case when is_present then 1 else 0 end) over (
                partition by event_key, role, own_key order by step_at, decision_seq
            ),
            0
        ) as arrived_count
    from standings
),

crowds as (
    select
        event_key,
        role,
        step_at,
        decision_seq,
        own_key,
        sum(arrived_count) over (
            partition by event_key, role
            order by step_at, decision_seq
            range between unbounded preceding and current row
        ) > 0 as is_anybody_present
    from arrivals
),

turns as (
    select
        event_key,
        role,
        is_anybody_present,
        step_at
    from crowds
    qualify
        is_anybody_present is distinct from lag(is_anybody_present, 1, false) over (
            partition by event_key, role order by step_at, decision_seq, own_key
        )
),

-- Before anybody came nobody was there.
periods as (
    select
        event_key,
        role,
        is_anybody_present,
        step_at
    from turns
    union all
    select distinct
        session_events.event_key,
        roles.role,
        false as is_anybody_present,
        cast(null as timestamptz) as step_at
    from session_events
    cross join roles
    where session_events.event_key is not null
),

bounded as (
    select
        *,
        lead(step_at) over (partition by event_key, role order by step_at nulls first)
            as next_step_at
    from periods
)

select
    event_key,
    role,
    step_at as absent_from,
    next_step_at as absent_until
from bounded
where not is_anybody_present
