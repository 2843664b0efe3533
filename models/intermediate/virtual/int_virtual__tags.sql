{{ config(materialized='view') }}
{#- Whom people put on an event or took off it: the newest standing word about each person in each
    event, under the keys of today. It outlives every import (pathful.md 4.4). -#}
with

decisions as (select * from {{ ref('int_decisions__events') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
presenter_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),

persons_of_keys as (
    select distinct
        presenter_keys.alias_key,
        presenter_matches.person_key
    from presenter_keys
    inner join presenter_matches on presenter_keys.own_key = presenter_matches.own_key
),

words as (
    select
        decisions.event_key,
        'educator' as role,
        coalesce(merged_teachers.to_teacher_key, decisions.teacher_key) as entity_key,
        decisions.action = 'tag_teacher' as is_tagged,
        decisions.decision_seq,
        decisions.decision_id,
        decisions.decided_at
    from decisions
    left join merged_teachers on decisions.teacher_key = merged_teachers.from_teacher_key
    where
        decisions.action in ('tag_teacher', 'untag_teacher') and decisions.teacher_key is not null
    union all
    select
        decisions.event_key,
        'professional' as role,
        persons_of_keys.person_key as entity_key,
        decisions.action = 'tag_presenter' as is_tagged,
        decisions.decision_seq,
        decisions.decision_id,
        decisions.decided_at
    from decisions
    inner join persons_of_keys on decisions.person_key = persons_of_keys.alias_key
    where decisions.action in ('tag_presenter', 'untag_presenter')
)

select
    event_key,
    role,
    entity_key,
    is_tagged,
    decision_id,
    decided_at
from words
qualify
    row_number() over (partition by event_key, role, entity_key order by decision_seq desc) = 1
