{#- Of each field that people may correct: what the reports say and since which load, what counts,
    and the decision that made it so (pathful.md 9.2, lesson 32). -#}
{%- set edited = [
    'title', 'session_date', 'duration_minutes', 'registered_student_count',
    'attended_student_count', 'career_cluster', 'work_based_learning', 'series'
] -%}
with

imported as (select * from {{ ref('int_virtual__imported_events') }}),
events as (select * from {{ ref('int_virtual__events') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
edits as (select * from {{ ref('int_decisions__event_edits') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

given_days as (
    select
        session_events.event_key,
        'session_date' as field,
        max_by(undated.decision_id, row(undated.decided_at, undated.decision_id)) as decision_id
    from undated
    inner join session_events on undated.session_ref = session_events.session_ref
    where undated.decided_date is not null and session_events.event_key is not null
    group by session_events.event_key
),

-- A correction counts against every report, a day given to an undated session until one dates it.
field_decisions as (
    select
        event_key,
        field,
        decision_id
    from edits
    where is_newest and edited_value is not null and field <> 'notes'
    union all
    select
        given_days.event_key,
        given_days.field,
        given_days.decision_id
    from given_days
    inner join imported on given_days.event_key = imported.event_key
    left join edits
        on
            given_days.event_key = edits.event_key
            and given_days.field = edits.field
            and edits.is_newest
            and edits.edited_value is not null
    where imported.session_date is null and edits.event_key is null
),

field_values as (
    {% for field in edited -%}
        select
            imported.event_key,
            '{{ field }}' as field,
            cast(imported.{{ field }} as varchar) as imported_value,
            cast(events.{{ field }} as varchar) as final_value,
            imported.{{ field }}_order as load_order,
            cast(null as varchar) as decision_id
        from imported
        inner join events on imported.event_key = events.event_key
        union all
    {% endfor -%}
    select
        imported.event_key,
        'status' as field,
        events.imported_status as imported_value,
        events.status as final_value,
        case when rules.is_decisive then imported.decisive_status_order else loads.load_order end
            as load_order,
        events.status_decision_id as decision_id
    from imported
    inner join events on imported.event_key = events.event_key
    inner join rules on events.imported_status = rules.status
    left join loads on imported.open_since_load_seq = loads.load_seq
    union all
    select
        imported.event_key,
        'cancellation_reason' as field,
        case when events.imported_status = 'Cancelled' then imported.cancellation_reason end
            as imported_value,
        events.cancellation_reason as final_value,
        imported.cancellation_reason_order as load_order,
        events.reason_decision_id as decision_id
    from imported
    inner join events on imported.event_key = events.event_key
    union all
    select
        event_key,
        'cancellation_notes' as field,
        cast(null as varchar) as imported_value,
        cancellation_notes as final_value,
        cast(null as bigint) as load_order,
        reason_decision_id as decision_id
    from events
),

deciders as (
    select
        decision_id,
        actor,
        decided_at
    from decisions
    union all
    select
        decision_id,
        actor,
        decided_at
    from undated
    where decided_date is not null
),

traced as (
    select
        field_values.event_key,
        field_values.field,
        field_values.imported_value,
        field_values.final_value,
        case when field_values.imported_value is not null then field_values.load_order end
            as load_order,
        coalesce(field_values.decision_id, field_decisions.decision_id) as decision_id
    from field_values
    left join field_decisions
        on
            field_values.event_key = field_decisions.event_key
            and field_values.field = field_decisions.field
    where field_values.imported_value is not null or field_values.final_value is not null
)

select
    traced.event_key,
    traced.field,
    traced.imported_value,
    loads.run_id as imported_run_id,
    loads.landed_at as imported_at,
    traced.final_value,
    traced.decision_id is not null as is_corrected,
    traced.decision_id,
    deciders.actor as decided_by,
    deciders.decided_at
from traced
left join loads on traced.load_order = loads.load_order
left join deciders on traced.decision_id = deciders.decision_id
