{#- What people said of a person's place in an event, under the person's own key: that of the time
    before anybody merged or matched the person (pathful.md 3.5, 3.6). A word about a person is one
    about everybody whom an earlier decision had made that person, never about those who became so
    later. One row per decision and own key. -#}
with recursive

decisions as (select * from {{ ref('int_decisions__events') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
presenter_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
contact_people as (select * from {{ ref('int_crm__contact_people') }}),

-- Somebody without a name to go by has no key until matched: the reference stands for it. A
-- volunteer of the CRM is who that is.
presenters as (
    select
        coalesce(own_key, person_ref) as own_key,
        min(person_key) as person_key,
        min(matched_into_key) as matched_into_key,
        min(match_decision_seq) as match_decision_seq
    from presenter_matches
    where person_key is not null
    group by coalesce(own_key, person_ref)
    union all
    select distinct
        person_key as own_key,
        person_key,
        cast(null as varchar) as matched_into_key,
        cast(null as bigint) as match_decision_seq
    from contact_people
),

words as (
    select
        'educator' as role,
        teacher_key as named_key,
        event_key,
        action,
        payload,
        reason,
        decision_seq,
        decision_id,
        decided_at,
        actor
    from decisions
    where
        action in ('tag_teacher', 'untag_teacher', 'override_attendance')
        and teacher_key is not null
    union all
    select
        'professional' as role,
        presenter_keys.own_key as named_key,
        decisions.event_key,
        decisions.action,
        decisions.payload,
        decisions.reason,
        decisions.decision_seq,
        decisions.decision_id,
        decisions.decided_at,
        decisions.actor
    from decisions
    inner join presenter_keys on decisions.person_key = presenter_keys.alias_key
    where decisions.action in ('tag_presenter', 'untag_presenter')
),

steps as (
    select
        'educator' as role,
        from_teacher_key as from_key,
        into_teacher_key as to_key,
        decision_seq
    from merged_teachers
    union all
    select
        'professional' as role,
        own_key as from_key,
        matched_into_key as to_key,
        match_decision_seq as decision_seq
    from presenters
    where matched_into_key is not null
),

-- Who is somebody else, over all steps, since the latest of them.
walks as (
    select
        role,
        from_key as own_key,
        to_key as named_key,
        decision_seq as since_seq
    from steps
    union all
    select
        walks.role,
        walks.own_key,
        steps.to_key as named_key,
        greatest(walks.since_seq, steps.decision_seq) as since_seq
    from walks
    inner join steps on walks.role = steps.role and walks.named_key = steps.from_key
),

meant as (
    select
        words.*,
        words.named_key as own_key
    from words
    union all
    select
        words.*,
        walks.own_key
    from words
    inner join walks on words.role = walks.role and words.named_key = walks.named_key
    where words.decision_seq > walks.since_seq
)

select
    meant.event_key,
    meant.role,
    meant.own_key,
    case
        when meant.role = 'educator' then coalesce(merged_teachers.to_teacher_key, meant.own_key)
        else presenters.person_key
    end as entity_key,
    meant.action,
    {{ json_text('meant.payload', 'effect') }} as effect,
    meant.decision_seq,
    meant.decision_id,
    meant.decided_at,
    meant.actor,
    meant.reason
from meant
left join merged_teachers
    on case when meant.role = 'educator' then meant.own_key end = merged_teachers.from_teacher_key
left join presenters
    on case when meant.role = 'professional' then meant.own_key end = presenters.own_key
where meant.role = 'educator' or presenters.person_key is not null
