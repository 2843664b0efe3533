{{ config(materialized='view') }}
{#- What each decision and each revoke really changed: the fields with the value that stood right
    before and right after it, one row per decision (pathful.md 6.5). Only what was known by then
    counts, so that a row stays as it was written whatever comes later: the decisions that stood at
    that moment, else what the reports had said by then. Leaving Cancelled takes the reason away,
    and a reason of an earlier cancellation is none (6.3). -#}
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
loads as (select * from {{ ref('int_pathful__loads') }}),
participations as (select * from {{ ref('int_pathful__participation_states') }}),
teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),

reason_fields as (select unnest(['cancellation_reason', 'cancellation_notes']) as field),
sides as (select unnest(['before', 'after']) as side),

points as (
    {% for is_companion in [false, true] -%}
        select
            chains.decision_id,
            chains.decision_seq,
            chains.decided_at,
            chains.root_id,
            settings.subject,
            settings.event_key,
            settings.teacher_key,
            settings.person_key,
            settings.person_name,
            settings.action,
            {{ 'reason_fields.field' if is_companion else 'settings.field' }},
            {{ 'reason_fields.field as track' if is_companion else 'settings.track' }}
        from settings
        inner join chains on settings.decision_id = chains.root_id
        {% if is_companion -%}
            -- Whoever moves the status may take a reason away.
            cross join reason_fields
            where settings.subject like 'event:%' and settings.track = 'status'
        {%- else -%}
            union
        {% endif -%}
    {%- endfor %}
),

moments as (
    select distinct
        decision_id,
        decision_seq,
        decided_at,
        subject,
        event_key
    from points
),

-- Which decisions about the same thing stood right before a decision and right after it.
standing as (
    select
        moments.decision_id,
        sides.side,
        settings.track,
        settings.value,
        settings.decision_seq,
        settings.decided_at,
        settings.decision_id = moments.decision_id as is_itself
    from moments
    inner join settings on moments.subject = settings.subject
    inner join chains as stances on settings.decision_id = stances.root_id and stances.is_standing
    cross join sides
    where
        case
            when sides.side = 'before'
                then
                    stances.decision_seq < moments.decision_seq
                    and coalesce(stances.until_seq >= moments.decision_seq, true)
            else
                stances.decision_seq <= moments.decision_seq
                and coalesce(stances.until_seq > moments.decision_seq, true)
        end
),

-- Reports count until a person says the first word about the status.
manual_statuses as (
    select
        decision_id,
        side,
        min(decided_at) as manual_since,
        max(decision_seq) filter (where value <> 'Cancelled') as other_seq
    from standing
    where track = 'status'
    group by decision_id, side
),

-- Since when the event had been cancelled, for reasons of this cancellation only.
endings as (
    select
        standing.decision_id,
        standing.side,
        min(standing.decided_at) as cancelled_since
    from standing
    inner join manual_statuses
        on
            standing.decision_id = manual_statuses.decision_id
            and standing.side = manual_statuses.side
    where standing.track = 'status' and standing.decision_seq > manual_statuses.other_seq
    group by standing.decision_id, standing.side
    union all
    select
        moments.decision_id,
        sides.side,
        max(
            least(
                coalesce(spans.ended_at, moments.decided_at),
                coalesce(manual_statuses.manual_since, moments.decided_at)
            )
        ) as cancelled_since
    from moments
    cross join sides
    left join manual_statuses
        on
            moments.decision_id = manual_statuses.decision_id
            and sides.side = manual_statuses.side
    inner join spans on moments.event_key = spans.event_key
    where
        spans.imported_status <> 'Cancelled'
        and spans.began_at < coalesce(manual_statuses.manual_since, moments.decided_at)
    group by moments.decision_id, sides.side
),

cancellations as (
    select
        decision_id,
        side,
        max(cancelled_since) as cancelled_since
    from endings
    group by decision_id, side
),

found as (
    select
        points.decision_id,
        points.track,
        max(standing.decision_seq) filter (where standing.side = 'before') as seq_before,
        max(standing.decision_seq) filter (where standing.side = 'after') as seq_after
    from points
    inner join standing
        on points.decision_id = standing.decision_id and points.track = standing.track
    left join cancellations
        on
            standing.decision_id = cancellations.decision_id
            and standing.side = cancellations.side
    where
        points.track not in {{ reason_fields }}
        or standing.is_itself
        or coalesce(standing.decided_at >= cancellations.cancelled_since, true)
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
        moments.decision_id,
        spans.imported_status
    from moments
    inner join spans on moments.event_key = spans.event_key
    where moments.subject like 'event:%'
    qualify
        row_number() over (
            partition by moments.decision_id
            order by spans.began_at <= moments.decided_at desc, spans.moment_number desc
        ) = 1
),

reported_reasons as (
    select
        moments.decision_id,
        {{ latest(
            'states.cancellation_reason',
            ['states.cancellation_reason_order', 'states.session_ref']
        ) }} as cancellation_reason
    from moments
    inner join reported_statuses on moments.decision_id = reported_statuses.decision_id
    inner join session_events on moments.event_key = session_events.event_key
    inner join states on session_events.session_ref = states.session_ref
    inner join loads on states.load_seq = loads.load_seq
    where
        reported_statuses.imported_status = 'Cancelled' and loads.landed_at <= moments.decided_at
    group by moments.decision_id
),

-- Whom the reports had named for the event by then.
reported_people as (
    select
        points.decision_id,
        points.track,
        points.decided_at,
        points.teacher_key,
        points.person_key,
        points.person_name,
        participations.role,
        participations.person_ref
    from points
    inner join session_events on points.event_key = session_events.event_key
    inner join participations on session_events.session_ref = participations.session_ref
    inner join loads on participations.load_seq = loads.load_seq
    where
        points.subject like 'event:%'
        and points.field in ('teacher', 'presenter')
        and participations.is_first
        and loads.landed_at <= points.decided_at
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
    -- A teacher stands for those who were merged into him by then.
    select distinct
        reported_people.decision_id,
        reported_people.track,
        reported_people.person_name as value
    from reported_people
    inner join teacher_matches on reported_people.person_ref = teacher_matches.person_ref
    left join merged_teachers on teacher_matches.own_teacher_key = merged_teachers.from_teacher_key
    where
        reported_people.role = 'educator'
        and coalesce(teacher_matches.resolved_since <= reported_people.decided_at, true)
        and (
            reported_people.teacher_key = teacher_matches.own_teacher_key
            or (
                reported_people.teacher_key = teacher_matches.teacher_key
                and merged_teachers.decided_at <= reported_people.decided_at
            )
        )
    union all
    select distinct
        reported_people.decision_id,
        reported_people.track,
        reported_people.person_name as value
    from reported_people
    inner join presenter_matches on reported_people.person_ref = presenter_matches.person_ref
    where
        reported_people.role = 'professional'
        and (
            reported_people.person_key = presenter_matches.own_key
            or (
                reported_people.person_key = presenter_matches.person_key
                and presenter_matches.resolved_since <= reported_people.decided_at
            )
        )
    union all
    select
        points.decision_id,
        'target_sessions' as track,
        cast({{ latest('load_teachers.target_sessions', 'load_teachers.load_seq') }} as varchar)
            as value
    from points
    inner join load_teachers on points.subject = 'roster_teacher:' || load_teachers.roster_key
    where points.field = 'target_sessions' and load_teachers.landed_at <= points.decided_at
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
    {% for side in ['before', 'after'] -%}
        left join settings as {{ side }}_settings
            on
                points.subject = {{ side }}_settings.subject
                and points.track = {{ side }}_settings.track
                and found.seq_{{ side }} = {{ side }}_settings.decision_seq
    {% endfor -%}
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
