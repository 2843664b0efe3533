{{ config(materialized='view') }}
{#- What imports changed in events that were known before: one row per report, session and kind of
    change, only where the event itself changed (pathful.md 4.4, 6.5). A value that a person holds
    was not changed by a report. -#}
{%- set kinds = {
    'STATUS_CHANGED': ['status'],
    'DATE_UPDATED': ['session_date'],
    'FIELD_UPDATED': [
        'title', 'duration_minutes', 'registered_student_count', 'attended_student_count',
        'career_cluster', 'work_based_learning', 'series'
    ],
} -%}
{%- set counts = ['registered_student_count', 'attended_student_count'] -%}
{%- set fields = kinds.values() | sum(start=[]) -%}
with

states as (select * from {{ ref('int_pathful__session_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
events as (select * from {{ ref('int_virtual__events') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),
edits as (select * from {{ ref('int_decisions__event_edits') }}),
spans as (select * from {{ ref('int_virtual__status_spans') }}),

compared as (
    select
        session_ref,
        load_seq,
        is_changed,
    {% for field in fields %}
        {%- set value = 'nullif(' ~ field ~ ', -1)' if field in counts else field %}
        cast({{ value }} as varchar) as {{ field }},
        lag(cast({{ value }} as varchar)) over so_far as previous_{{ field }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from states
    where is_first or is_changed
    window so_far as (partition by session_ref order by load_seq)
),

held_fields as (
    select
        event_key,
        field,
        decided_at as held_since
    from edits
    where is_newest and edited_value is not null
    union all
    select
        events.event_key,
        'status' as field,
        decisions.decided_at as held_since
    from events
    inner join decisions on events.status_decision_id = decisions.decision_id
),

-- Since when people hold which field of an event.
held as (
    select
        event_key,
    {% for field in fields %}
        max(held_since) filter (where field = '{{ field }}') as {{ field }}_held_since
        {{- ',' if not loop.last }}
    {%- endfor %}
    from held_fields
    group by event_key
),

placed as (
    select
        session_events.event_key,
        compared.session_ref,
        loads.run_id,
        loads.landed_at,
    {% for field in fields %}
        compared.{{ field }},
        compared.previous_{{ field }},
        (compared.{{ field }} is distinct from compared.previous_{{ field }})
        and coalesce(loads.landed_at < held.{{ field }}_held_since, true)
            as is_{{ field }}_changed
        {{- ',' if not loop.last }}
    {%- endfor %}
    from compared
    inner join session_events on compared.session_ref = session_events.session_ref
    inner join loads on compared.load_seq = loads.load_seq
    left join held on session_events.event_key = held.event_key
    where compared.is_changed and session_events.event_key is not null
),

told as (
    {% for kind, names in kinds.items() %}
        select
            event_key,
            session_ref,
            run_id,
            landed_at,
            '{{ kind }}' as audit_action,
            {{ json_object_where(names, 'is_%s_changed', 'left(previous_%s, 500)') }}
                as before_json,
            {{ json_object_where(names, 'is_%s_changed', 'left(%s, 500)') }} as after_json
        from placed
        union all
    {% endfor %}
    -- An import that takes an event out of Cancelled takes the reason of a person away.
    select
        spans.event_key,
        cast(null as varchar) as session_ref,
        min(loads.run_id) as run_id,
        spans.ended_at as landed_at,
        'CANCELLATION_REASON_CLEARED' as audit_action,
        cast(
            to_json(struct_pack(cancellation_reason := min(spans.cancellation_reason))) as varchar
        ) as before_json,
        '{"cancellation_reason":null}' as after_json
    from spans
    inner join loads on spans.ended_at = loads.landed_at
    where
        spans.status = 'Cancelled'
        and spans.next_status <> 'Cancelled'
        and spans.reason_decision_id is not null
    group by spans.event_key, spans.ended_at
)

select
    {{ key(["'import'", "run_id", "event_key", "session_ref", "audit_action"]) }} as change_key,
    event_key,
    run_id,
    landed_at,
    audit_action,
    before_json,
    after_json
from told
where after_json <> '{}'
