with

events as (select * from {{ ref('int_virtual__events') }}),
event_schools as (select * from {{ ref('bridge_event_schools') }}),

-- An event held for one school is that school's; several schools stand in the bridge.
only_schools as (
    select
        event_key,
        min(school_key) as school_key
    from event_schools
    group by event_key
    having count(*) = 1
)

select
    events.event_key,
    'pathful' as source,
    events.pathful_session_id,
    cast(null as varchar) as salesforce_id,
    events.title,
    events.event_type,
    'virtual' as format,
    events.status,
    events.raw_status,
    events.is_status_manual,
    events.session_date,
    events.start_at,
    events.end_at,
    events.is_time_known,
    events.duration_minutes,
    events.registered_student_count,
    events.attended_student_count,
    events.registered_student_count as participant_count,
    events.attended_educator_count,
    events.career_cluster,
    events.work_based_learning,
    events.series,
    'PREPKC' as session_host,
    only_schools.school_key,
    events.cancellation_reason,
    events.cancellation_notes,
    'pathful_direct' as import_source,
    cast(null as boolean) as inperson_page_visible,
    events.first_seen_run_id,
    events.last_seen_run_id,
    events.staff_notes,
    events.imported_status,
    events.is_corrected,
    events.status_decision_id,
    events.cancellation_set_by,
    events.cancellation_set_at
from events
left join only_schools on events.event_key = only_schools.event_key
