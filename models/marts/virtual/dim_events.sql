with

events as (select * from {{ ref('int_virtual__events') }}),
event_schools as (select * from {{ ref('bridge_event_schools') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),
publishing as (select * from {{ ref('int_decisions__event_publishing') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),

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
    events.cancellation_set_at,
    cast(null as varchar) as location,
    cast(null as varchar) as registration_url,
    cast(null as bigint) as requested_volunteer_count,
    cast(null as bigint) as available_slot_count,
    cast(null as varchar) as raw_event_type,
    cast(null as boolean) as is_unaffiliated,
    cast(null as bigint) as filled_volunteer_count,
    cast(null as varchar) as description,
    cast(null as varchar) as raw_cancellation_reason
from events
left join only_schools on events.event_key = only_schools.event_key
union all
select
    crm_events.event_key,
    'salesforce' as source,
    cast(null as varchar) as pathful_session_id,
    crm_events.session_id as salesforce_id,
    crm_events.title,
    crm_events.event_type,
    crm_events.format,
    crm_events.status,
    crm_events.raw_status,
    false as is_status_manual,
    crm_events.session_date,
    crm_events.start_at,
    crm_events.end_at,
    true as is_time_known,
    crm_events.duration_minutes,
    cast(null as bigint) as registered_student_count,
    cast(null as bigint) as attended_student_count,
    crm_events.participant_count,
    cast(null as bigint) as attended_educator_count,
    cast(null as varchar) as career_cluster,
    cast(null as varchar) as work_based_learning,
    cast(null as varchar) as series,
    crm_events.session_host,
    crm_events.school_key,
    crm_events.cancellation_reason,
    crm_events.cancellation_notes,
    'salesforce_sync' as import_source,
    -- The CRM has the first word only (salesforce.md 1.9, 4.1).
    coalesce(publishing.is_visible, crm_events.is_visible_at_first) as inperson_page_visible,
    first_loads.run_id as first_seen_run_id,
    crm_events.run_id as last_seen_run_id,
    cast(null as varchar) as staff_notes,
    crm_events.status as imported_status,
    false as is_corrected,
    cast(null as varchar) as status_decision_id,
    crm_events.cancellation_set_by,
    crm_events.cancellation_set_at,
    crm_events.location,
    crm_events.registration_url,
    crm_events.requested_volunteer_count,
    crm_events.available_slot_count,
    crm_events.raw_event_type,
    crm_events.is_unaffiliated,
    crm_events.filled_volunteer_count,
    crm_events.description,
    crm_events.raw_cancellation_reason
from crm_events
left join publishing on crm_events.event_key = publishing.event_key
left join crm_loads as first_loads on crm_events.first_load_seq = first_loads.load_seq
where crm_events.scope = 'in_scope'
