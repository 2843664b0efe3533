{#- One row per virtual session as it counts today: what the reports say with what people decided
    laid over it. A person's status and reason stand against every import, each corrected field
    until its correction is taken back (pathful.md 4.2, 4.5, 6.3). -#}
{%- set texts = ['title', 'career_cluster', 'work_based_learning', 'series'] -%}
{%- set counts = ['registered_student_count', 'attended_student_count'] -%}
with

imported as (select * from {{ ref('int_virtual__imported_events') }}),
spans as (select * from {{ ref('int_virtual__status_spans') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),
edits as (select * from {{ ref('int_decisions__event_edits') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),
presets as (select * from {{ ref('map_dismissal_presets') }}),

corrections as (
    select
        event_key,
        {% for field in texts -%}
            max(edited_value) filter (where field = '{{ field }}') as {{ field }},
        {% endfor -%}
        {% for field in counts + ['duration_minutes'] -%}
            max(try_cast(edited_value as bigint)) filter (where field = '{{ field }}')
                as {{ field }},
        {% endfor -%}
        max(edited_value) filter (where field = 'session_date') as session_date,
        max(edited_value) filter (where field = 'notes') as staff_notes,
        count(*) filter (where field <> 'notes' and edited_value is not null) > 0 as is_corrected
    from edits
    where is_newest
    group by event_key
),

corrected as (
    select
        imported.event_key,
        imported.pathful_session_id,
        imported.raw_status,
        imported.attended_educator_count,
        imported.first_load_seq,
        imported.last_load_seq,
        imported.newest_load_order,
        spans.status,
        spans.imported_status,
        spans.session_date,
        spans.status_decision_id,
        spans.reason_decision_id,
        spans.cancellation_reason,
        corrections.staff_notes,
        {% for field in texts + counts -%}
            coalesce(corrections.{{ field }}, imported.{{ field }}) as {{ field }},
        {% endfor -%}
        coalesce(corrections.is_corrected, false) as is_corrected,
        coalesce(
            corrections.duration_minutes,
            imported.duration_minutes,
            {{ var('default_duration_minutes') }}
        ) as duration_minutes,
        coalesce(imported.is_time_known, false) as is_time_known,
        imported.start_at as imported_start_at,
        {{ utc_to_site_local('imported.start_at') }} as imported_local_start,
        corrections.session_date is not null as is_moved
    from imported
    inner join spans on imported.event_key = spans.event_key and spans.ended_at is null
    left join corrections on imported.event_key = corrections.event_key
),

-- Another day is the same time of day; a day that only a person gave has none.
timed as (
    select
        *,
        case
            when is_moved or imported_start_at is null
                then
                    {{ site_local_to_utc(
                        '(cast(session_date as timestamp) + coalesce('
                        "imported_local_start - date_trunc('day', imported_local_start), "
                        "interval '0' minute))"
                    ) }}
            else imported_start_at
        end as start_at
    from corrected
),

reasons as (
    select
        decisions.decision_id,
        decisions.actor,
        decisions.decided_at,
        {{ cancellation_notes('decisions.action', 'decisions.payload', 'presets.notes') }} as notes
    from decisions
    left join presets on {{ json_text('decisions.payload', 'preset') }} = presets.preset
    where decisions.action in ('set_cancellation_reason', 'dismiss_draft')
)

select
    timed.event_key,
    timed.pathful_session_id,
    timed.title,
    'virtual_session' as event_type,
    timed.status,
    timed.imported_status,
    timed.raw_status,
    timed.status_decision_id is not null as is_status_manual,
    timed.status_decision_id,
    -- Pathful itself has not said yet how it ended (pathful.md 4.9).
    coalesce(status_decisions.action = 'promote_draft', false) and not imported_rules.is_decisive
        as is_promoted_draft,
    timed.session_date,
    timed.start_at,
    timed.start_at + to_minutes(timed.duration_minutes) as end_at,
    timed.is_time_known,
    timed.duration_minutes,
    timed.registered_student_count,
    timed.attended_student_count,
    timed.attended_educator_count,
    timed.career_cluster,
    timed.work_based_learning,
    timed.series,
    timed.staff_notes,
    timed.is_corrected,
    timed.cancellation_reason,
    reasons.notes as cancellation_notes,
    reasons.actor as cancellation_set_by,
    reasons.decided_at as cancellation_set_at,
    timed.reason_decision_id,
    coalesce(newest_load.import_source, 'pathful_direct') as import_source,
    first_load.run_id as first_seen_run_id,
    last_load.run_id as last_seen_run_id,
    first_load.landed_at as first_seen_at,
    last_load.landed_at as last_seen_at
from timed
inner join rules as imported_rules on timed.imported_status = imported_rules.status
inner join loads as first_load on timed.first_load_seq = first_load.load_seq
inner join loads as last_load on timed.last_load_seq = last_load.load_seq
left join loads as newest_load on timed.newest_load_order = newest_load.load_order
left join decisions as status_decisions
    on timed.status_decision_id = status_decisions.decision_id
left join reasons on timed.reason_decision_id = reasons.decision_id
