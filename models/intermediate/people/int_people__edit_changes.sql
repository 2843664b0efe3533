{{ config(materialized='view') }}
{#- How what staff say about people in the fields that no source owns changed (interface.md 4): a
    word counts from when it was said until it was taken back, under the person's key of today. One
    row per person, field and change. -#}
{%- set edited = [
    'local_status', 'is_excluded_from_reports', 'volunteer_status', 'additional_volunteer_count',
    'is_person_of_color', 'organization_key', 'notes'
] -%}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
active as (select * from {{ ref('int_decisions__active') }}),
presenter_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),

owners as (
    select
        own_key,
        min(person_key) as person_key
    from presenter_matches
    where own_key is not null
    group by own_key
),

edits as (
    {% for field in edited %}
        select
            decisions.decision_seq,
            decisions.decision_id,
            decisions.decided_at,
            decisions.subject_key,
            '{{ field }}' as field,
            nullif(trim({{ json_text('decisions.payload', field) }}), '') as value -- noqa: RF04
        from decisions
        where
            decisions.action = 'edit_person'
            and decisions.subject_type = 'person'
            and {{ json_has('decisions.payload', field) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

backs as (
    select
        revokes as taken_id,
        max(decided_at) as decided_at,
        max_by(decision_id, decision_seq) as decision_id
    from decisions
    where revokes is not null
    group by revokes
),

timed_edits as (
    select
        edits.decision_seq,
        edits.decision_id,
        edits.decided_at,
        edits.field,
        edits.value,
        coalesce(owners.person_key, presenter_keys.own_key, edits.subject_key) as person_key,
        case when active.decision_id is null then backs.decision_id end as until_decision_id,
        case when active.decision_id is null then backs.decided_at end as until
    from edits
    left join presenter_keys on edits.subject_key = presenter_keys.alias_key
    left join owners on presenter_keys.own_key = owners.own_key
    left join active on edits.decision_id = active.decision_id
    left join backs on edits.decision_id = backs.taken_id
),

edit_moments as (
    select
        person_key,
        field,
        decided_at as happened_at,
        decision_id
    from timed_edits
    union
    select
        person_key,
        field,
        until as happened_at,
        until_decision_id as decision_id
    from timed_edits
    where until is not null
),

edits_heard as (
    select
        edit_moments.person_key,
        edit_moments.field,
        edit_moments.happened_at,
        edit_moments.decision_id,
        timed_edits.value
    from edit_moments
    left join timed_edits
        on
            edit_moments.person_key = timed_edits.person_key
            and edit_moments.field = timed_edits.field
            and edit_moments.happened_at >= timed_edits.decided_at
            and edit_moments.happened_at
            < coalesce(timed_edits.until, cast('9999-12-31' as timestamptz))
    qualify
        row_number() over (
            partition by edit_moments.person_key, edit_moments.field, edit_moments.decision_id
            order by timed_edits.decision_seq desc nulls last
        ) = 1
),

changed as (
    select
        person_key,
        field,
        lag(value) over edits_in_order as old_value,
        value as new_value,
        happened_at as changed_at,
        decision_id
    from edits_heard
    window
        edits_in_order as (
            partition by person_key, field order by happened_at asc, decision_id asc
        )
)

select
    person_key,
    field,
    old_value,
    new_value,
    changed_at,
    decision_id
from changed
where new_value is distinct from old_value
