{#- The metrics of salesforce.md §6.1 by month and by year of each kind, defined here and nowhere
    else; agg_monthly_impact and agg_impact_years choose rows. One row per period, scope and format
    in which there was an event. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
periods as (select * from {{ ref('int_metrics__event_periods') }}),
scopes as (select * from {{ ref('int_metrics__event_scopes') }}),
contributions as (select * from {{ ref('int_metrics__contributions') }}),

list_formats as (
    select
        event_key,
        'all' as format
    from events
    union all
    select
        event_key,
        case when is_virtual then 'virtual' else 'in_person' end as format
    from events
),

open_cells as (
    select
        periods.period_type,
        periods.period_label,
        periods.starts_on,
        periods.ends_on,
        scopes.scope_type,
        scopes.scope_key,
        list_formats.format,
        periods.event_key,
        events.is_virtual,
        events.is_cancelled,
        events.is_completed
    from periods
    inner join events on periods.event_key = events.event_key
    inner join scopes on periods.event_key = scopes.event_key
    inner join list_formats on periods.event_key = list_formats.event_key
),

judge as (
    select
        cells.*,
        listed.member_key,
        listed.hours,
        listed.strict_hours,
        listed.hours_source,
        listed.is_local,
        listed.is_poc,
        listed.kind = 'event' and not cells.is_cancelled as is_event,
        listed.kind = 'event' and cells.is_cancelled as is_cancelled_event,
        listed.kind = 'volunteer' as is_volunteer,
        listed.kind = 'volunteer' and listed.is_confirmed as is_person,
        listed.kind = 'student' as is_student,
        listed.kind = 'organization' as is_organization,
        listed.kind = 'school' as is_school,
        listed.first_credited_date >= cells.starts_on as is_first_time
    from open_cells as cells
    inner join contributions as listed on cells.event_key = listed.event_key
)

select
    period_type,
    period_label,
    starts_on,
    ends_on,
    scope_type,
    scope_key,
    format,
    count(*) filter (where is_event) as event_count,
    count(*) filter (where is_event and is_virtual) as virtual_event_count,
    count(*) filter (where is_event and not is_virtual) as in_person_event_count,
    count(*) filter (where is_cancelled_event) as cancelled_event_count,
    count(*) filter (where is_event and is_completed) as completed_event_count,
    count(distinct member_key) filter (where is_person) as volunteer_count,
    count(*) filter (where is_volunteer) as engagement_count,
    {{ summed_hours('hours', 'is_volunteer') }} as volunteer_hours,
    {{ summed_hours('strict_hours', 'is_volunteer') }} as strict_volunteer_hours,
    {{ summed_hours('hours', "is_volunteer and hours_source = 'delivery'") }}
        as delivery_source_hours,
    {{ summed_hours('hours', "is_volunteer and hours_source = 'presenter_duration'") }}
        as presenter_duration_hours,
    {{ summed_hours('hours', "is_volunteer and hours_source = 'event_duration'") }}
        as event_duration_hours,
    count(*) filter (where is_volunteer and hours = 0) as engagement_without_hours_count,
    count(distinct member_key) filter (where is_student) as student_count,
    count(*) filter (where is_student) as student_attendance_count,
    count(distinct member_key) filter (where is_organization) as organization_count,
    count(distinct member_key) filter (where is_school) as school_count,
    count(distinct member_key) filter (where is_person and is_first_time)
        as first_time_volunteer_count,
    case
        when {{ is_known('is_local', 'is_person') }}
            then count(distinct member_key) filter (where is_person and is_local)
    end as local_volunteer_count,
    case
        when {{ is_known('is_poc', 'is_person') }}
            then count(distinct member_key) filter (where is_person and is_poc)
    end as poc_volunteer_count,
    count(distinct member_key) filter (where is_volunteer and not is_person)
        as unconfirmed_volunteer_count
from judge
group by all
