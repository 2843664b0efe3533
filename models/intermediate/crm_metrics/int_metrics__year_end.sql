{{ config(materialized='view') }}
{#- The year-end numbers that are counted from events, volunteers and organizations (salesforce.md
    §6.2). One row per school year, scope and host in which there was a Completed event. Virtual is
    the type of the event here, not its format. -#}
with

cells as (select * from {{ ref('int_metrics__year_end_cells') }}),
contributions as (select * from {{ ref('int_metrics__contributions') }}),
attendance as (select * from {{ ref('int_metrics__event_attendance') }}),

-- A virtual event whose hours nobody sent counts its started hours, once and not per presenter.
sum_event_hours as (
    select
        event_key,
        sum(strict_hours) as strict_hours
    from contributions
    where kind = 'volunteer'
    group by event_key
),

judge as (
    select
        cells.*,
        listed.member_key,
        listed.hours,
        listed.strict_hours,
        listed.kind = 'event' as is_event,
        listed.kind = 'volunteer' as is_volunteer,
        listed.kind = 'volunteer' and listed.is_confirmed as is_person,
        listed.kind = 'organization' as is_organization,
        listed.kind = 'school' as is_school,
        listed.first_credited_date >= cells.starts_on as is_first_time,
        case
            when listed.kind <> 'event' then null
            when coalesce(sum_event_hours.strict_hours, 0) > 0 then sum_event_hours.strict_hours
            when cells.is_virtual_type and sum_event_hours.event_key is not null
                then ceil(cells.duration_minutes / 60.0)
        end as year_end_hours,
        case when listed.kind = 'event' then attendance.students_per_volunteer end
            as students_per_volunteer,
        listed.kind = 'event' and attendance.needs_attendance as needs_attendance
    from cells
    inner join contributions as listed on cells.event_key = listed.event_key
    left join sum_event_hours on cells.event_key = sum_event_hours.event_key
    left join attendance on cells.event_key = attendance.event_key
    where cells.is_completed
)

select
    scope_type,
    scope_key,
    school_year,
    host,
    count(*) filter (where is_event) as event_count,
    count(*) filter (where is_event and not is_virtual_type) as in_person_event_count,
    count(*) filter (where is_event and is_virtual_type) as virtual_event_count,
    count(*) filter (where needs_attendance) as needs_attendance_count,
    count(*) filter (where is_volunteer) as volunteer_engagement_count,
    count(*) filter (where is_volunteer and not is_virtual_type) as in_person_engagement_count,
    count(*) filter (where is_volunteer and is_virtual_type) as virtual_engagement_count,
    count(distinct member_key) filter (where is_person) as volunteer_count,
    count(distinct member_key) filter (where is_person and not is_virtual_type)
        as in_person_volunteer_count,
    count(distinct member_key) filter (where is_person and is_virtual_type)
        as virtual_volunteer_count,
    count(distinct member_key) filter (where is_person and is_first_time)
        as first_time_volunteer_count,
    count(distinct member_key) filter (where is_volunteer and not is_person)
        as unconfirmed_volunteer_count,
    {{ summed_hours('hours', 'is_volunteer') }} as volunteer_hours,
    {{ summed_hours('strict_hours', 'is_volunteer') }} as strict_volunteer_hours,
    {{ summed_hours('year_end_hours', 'is_event') }} as year_end_hours,
    {{ summed_hours('year_end_hours', 'not is_virtual_type') }} as in_person_year_end_hours,
    {{ summed_hours('year_end_hours', 'is_virtual_type') }} as virtual_year_end_hours,
    count(distinct member_key) filter (where is_organization) as organization_count,
    count(distinct member_key) filter (where is_organization and not is_virtual_type)
        as in_person_organization_count,
    count(distinct member_key) filter (where is_organization and is_virtual_type)
        as virtual_organization_count,
    {{ summed_hours('hours', 'is_organization') }} as organization_hours,
    {{ summed_hours('hours', 'is_organization and not is_virtual_type') }}
        as in_person_organization_hours,
    {{ summed_hours('hours', 'is_organization and is_virtual_type') }}
        as virtual_organization_hours,
    count(distinct member_key) filter (where is_school) as school_count,
    round(avg(students_per_volunteer), 2) as students_per_volunteer_avg
from judge
group by all
