{#- Who is coming to each event, and what is missing (salesforce.md §6.3: contact report, DIA filled
    and unfilled; M110). A person counts once per event, as the most certain of their rows says. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
event_facts as (select * from {{ ref('dim_events') }}),
attendance as (select * from {{ ref('int_metrics__event_attendance') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
staffing_statuses as (select * from {{ ref('map_staffing_statuses') }}),
program_types as (select * from {{ ref('map_program_types') }}),

judge_people as (
    select
        participations.event_key,
        coalesce(participations.person_key, participations.participation_key) as member_key,
        coalesce(bool_or(staffing_statuses.staffing_status = 'confirmed'), false) as is_confirmed,
        coalesce(bool_or(staffing_statuses.staffing_status = 'scheduled'), false) as is_scheduled
    from participations
    left join staffing_statuses
        on
            lower(trim(coalesce(participations.raw_status, participations.status)))
            = staffing_statuses.raw_status
    where coalesce(participations.attendance_status, 'SignedUp') not in ('NoShow', 'Canceled')
    group by all
),

count_people as (
    select
        event_key,
        count(*) as volunteer_count,
        count(*) filter (where is_confirmed) as confirmed_volunteer_count,
        count(*) filter (where is_scheduled and not is_confirmed) as scheduled_volunteer_count,
        count(*) filter (where not is_scheduled and not is_confirmed) as other_volunteer_count
    from judge_people
    group by event_key
),

count_credits as (
    select
        event_key,
        count(*) as credited_volunteer_count
    from credits
    group by event_key
),

dia_types as (
    select event_type
    from program_types
    where program_key = 'dia_students'
)

select
    events.event_key,
    events.session_date,
    events.event_type,
    events.status,
    events.session_date >= {{ logical_date() }} as is_upcoming,
    dia_types.event_type is not null as is_dia,
    event_facts.requested_volunteer_count,
    coalesce(count_people.volunteer_count, 0) as volunteer_count,
    coalesce(count_people.scheduled_volunteer_count, 0) as scheduled_volunteer_count,
    coalesce(count_people.confirmed_volunteer_count, 0) as confirmed_volunteer_count,
    coalesce(count_people.other_volunteer_count, 0) as other_volunteer_count,
    coalesce(count_credits.credited_volunteer_count, 0) as credited_volunteer_count,
    coalesce(
        count_people.scheduled_volunteer_count + count_people.confirmed_volunteer_count, 0
    ) > 0 as is_filled,
    status_rules.is_planned
    and events.session_date >= {{ logical_date() }}
    and coalesce(count_people.volunteer_count, 0)
    < greatest(coalesce(event_facts.requested_volunteer_count, 0), 1) as is_needing_volunteers,
    attendance.attended_student_count,
    attendance.total_student_count,
    attendance.classroom_count,
    attendance.rotation_count,
    attendance.students_per_volunteer,
    attendance.needs_attendance,
    events.session_date >= {{ logical_date() }}
    and events.status = 'Confirmed' as is_in_contact_report
from events
inner join attendance on events.event_key = attendance.event_key
inner join event_facts on events.event_key = event_facts.event_key
inner join status_rules on events.status = status_rules.status
left join count_people on events.event_key = count_people.event_key
left join count_credits on events.event_key = count_credits.event_key
left join dia_types on events.event_type = dia_types.event_type
