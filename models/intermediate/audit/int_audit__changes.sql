{{ config(materialized='view') }}
{#- What each decision and each revoke really changed: the fields with the value that stood right
    before and right after it, one row per decision (pathful.md 6.5). Where no decision stood, what
    the reports said by then did, as far as their history tells; else what they say now. Leaving
    Cancelled takes the reason away, and a reason of an earlier cancellation is none (6.3). -#}
{%- set fields = [
    'title', 'session_date', 'duration_minutes', 'registered_student_count',
    'attended_student_count', 'career_cluster', 'work_based_learning', 'series'
] -%}
{%- set reason_fields = "('cancellation_reason', 'cancellation_notes')" -%}
with

settings as (select * from {{ ref('int_audit__settings') }}),
chains as (select * from {{ ref('int_audit__chains') }}),
spans as (select * from {{ ref('int_virtual__status_spans') }}),
states as (select * from {{ ref('int_pathful__session_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),
educators as (select * from {{ ref('int_virtual__educators') }}),
teacher_links as (select * from {{ ref('int_virtual__teacher_links') }}),
presenter_links as (select * from {{ ref('int_virtual__presenter_links') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),

reason_fields as (select unnest(['cancellation_reason', 'cancellation_notes']) as field),

points as (
    select
        chains.decision_id,
        chains.decision_seq,
        chains.decided_at,
        chains.root_id,
        settings.subject,
        settings.event_key,
        settings.teacher_key,
        settings.person_key,
        settings.action,
        settings.field,
        settings.track
    from settings
    inner join chains on settings.decision_id = chains.root_id
    union
    -- Whoever moves the status may take a reason away.
    select
        chains.decision_id,
        chains.decision_seq,
        chains.decided_at,
        chains.root_id,
        settings.subject,
        settings.event_key,
        settings.teacher_key,
        settings.person_key,
        settings.action,
        reason_fields.field,
        reason_fields.field as track
    from settings
    inner join chains on settings.decision_id = chains.root_id
    cross join reason_fields
    where settings.event_key is not null and settings.track = 'status'
),

-- Since when the event had been cancelled, for reasons of this cancellation only.
cancellations as (
    select
        points.decision_id,
        max(spans.ended_at) as cancelled_since
    from points
    inner join spans on points.event_key = spans.event_key
    where
        points.track in {{ reason_fields }}
        and spans.status <> 'Cancelled'
        and spans.ended_at <= points.decided_at
    group by points.decision_id
),

found as (
    select
        points.decision_id,
        points.track,
        max(settings.decision_seq) filter (
            where stances.decision_seq < points.decision_seq
            and coalesce(stances.until_seq >= points.decision_seq, true)
        ) as seq_before,
        max(settings.decision_seq) filter (
            where coalesce(stances.until_seq > points.decision_seq, true)
        ) as seq_after
    from points
    inner join settings on points.subject = settings.subject and points.track = settings.track
    inner join chains as stances on settings.decision_id = stances.root_id and stances.is_standing
    left join cancellations on points.decision_id = cancellations.decision_id
    where
        stances.decision_seq <= points.decision_seq
        and (
            points.track not in {{ reason_fields }}
            or settings.decision_id = points.root_id
            or coalesce(settings.decided_at >= cancellations.cancelled_since, true)
        )
    group by points.decision_id, points.track
),

first_states as (
    select
        subject,
        track,
        min_by(state_before, decision_seq) as state_before
    from settings
    group by subject, track
),

edited_states as (
    select
        points.decision_id,
        states.*
    from points
    inner join session_events on points.event_key = session_events.event_key
    inner join states on session_events.session_ref = states.session_ref
    inner join loads on states.load_seq = loads.load_seq
    where points.action = 'edit_event'
    qualify
        row_number() over (
            partition by points.decision_id
            order by
                loads.landed_at <= points.decided_at desc,
                states.load_seq desc,
                states.session_ref asc
        ) = 1
),

reported_statuses as (
    select
        points.decision_id,
        spans.imported_status
    from points
    inner join spans on points.event_key = spans.event_key
    where points.track = 'status'
    qualify
        row_number() over (
            partition by points.decision_id
            order by spans.began_at <= points.decided_at desc, spans.moment_number desc
        ) = 1
),

reported_reasons as (
    select
        points.decision_id,
        spans.cancellation_reason
    from points
    inner join spans on points.event_key = spans.event_key
    where
        points.track = 'cancellation_reason'
        and spans.reason_decision_id is null
        and spans.began_at <= points.decided_at
    qualify
        row_number() over (
            partition by points.decision_id order by spans.moment_number desc
        ) = 1
),

bases as (
    {% for field in fields -%}
        select
            decision_id,
            '{{ field }}' as track,
            {% if field.endswith('_count') -%}
                cast(nullif({{ field }}, -1) as varchar)
            {%- else -%}
                cast({{ field }} as varchar)
            {%- endif %} as value
        from edited_states
        union all
    {% endfor -%}
    select
        decision_id,
        'status' as track,
        imported_status as value
    from reported_statuses
    union all
    select
        decision_id,
        'cancellation_reason' as track,
        cancellation_reason as value
    from reported_reasons
    union all
    select distinct
        points.decision_id,
        points.track,
        teachers.teacher_name as value
    from points
    inner join educators
        on points.event_key = educators.event_key and points.teacher_key = educators.teacher_key
    inner join teachers on points.teacher_key = teachers.teacher_key
    where points.field = 'teacher'
    union all
    select distinct
        points.decision_id,
        points.track,
        presenters.person_name as value
    from points
    inner join presenter_links
        on
            points.event_key = presenter_links.event_key
            and points.person_key = presenter_links.person_key
    inner join presenters on points.person_key = presenters.person_key
    where points.field = 'presenter' and presenter_links.import_source <> 'manual_entry'
    union all
    select
        points.decision_id,
        points.track,
        teacher_links.attendance_status as value
    from points
    inner join teacher_links
        on
            points.event_key = teacher_links.event_key
            and points.teacher_key = teacher_links.teacher_key
    where points.field = 'attendance_status'
    union all
    select
        points.decision_id,
        'target_sessions' as track,
        cast({{ latest('load_teachers.target_sessions', 'load_teachers.load_seq') }} as varchar)
            as value
    from points
    inner join load_teachers on points.subject = 'roster_teacher:' || load_teachers.roster_key
    where points.field = 'target_sessions'
    group by points.decision_id
),

weighed as (
    select
        points.decision_id,
        points.field,
        points.track,
        points.action,
        case
            when before_settings.is_base is not false
                then coalesce(bases.value, first_states.state_before)
            else before_settings.value
        end as before_value,
        case
            when after_settings.is_base is not false
                then coalesce(bases.value, first_states.state_before)
            else after_settings.value
        end as after_value
    from points
    left join found
        on points.decision_id = found.decision_id and points.track = found.track
    left join settings as before_settings
        on
            points.subject = before_settings.subject
            and points.track = before_settings.track
            and found.seq_before = before_settings.decision_seq
    left join settings as after_settings
        on
            points.subject = after_settings.subject
            and points.track = after_settings.track
            and found.seq_after = after_settings.decision_seq
    left join first_states
        on points.subject = first_states.subject and points.track = first_states.track
    left join bases on points.decision_id = bases.decision_id and points.track = bases.track
),

-- No reason where the event was not cancelled, before or after.
gated as (
    select
        weighed.decision_id,
        weighed.field,
        weighed.track in {{ reason_fields }} and weighed.action <> 'set_cancellation_reason'
            as is_companion,
        case
            when weighed.track not in {{ reason_fields }} or statuses.before_value is null
                then weighed.before_value
            when statuses.before_value = 'Cancelled' then weighed.before_value
        end as before_value,
        case
            when weighed.track not in {{ reason_fields }} or statuses.after_value is null
                then weighed.after_value
            when statuses.after_value = 'Cancelled' then weighed.after_value
        end as after_value
    from weighed
    left join weighed as statuses
        on weighed.decision_id = statuses.decision_id and statuses.track = 'status'
),

fields_once as (
    select
        decision_id,
        field,
        left(min(before_value), 500) as before_value,
        left(min(after_value), 500) as after_value,
        bool_or(before_value is distinct from after_value) as is_changed,
        bool_and(is_companion) as is_companion
    from gated
    group by decision_id, field
),

-- A decision that changed nothing shows what it left as it was.
told as (
    select
        *,
        bool_or(is_changed) over (partition by decision_id) as has_change
    from fields_once
)

select
    decision_id,
    {{ json_object_of('field', 'before_value') }} as before_json,
    {{ json_object_of('field', 'after_value') }} as after_json
from told
where is_changed or (not has_change and not is_companion)
group by decision_id
