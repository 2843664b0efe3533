with

event_places as (select * from {{ ref('int_virtual__event_places') }}),
attendance as (select * from {{ ref('int_virtual__teacher_attendance') }}),
events as (select * from {{ ref('int_virtual__events') }}),
roster as (select * from {{ ref('int_roster__roster') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),
crm_places as (select * from {{ ref('int_crm__event_places') }}),
file_events as (select * from {{ ref('int_csv__events') }}),

attributed as (
    select
        event_key,
        district_key,
        'educator_row' as attribution_source
    from event_places
    where district_key is not null
    union all
    -- A teacher's roster of the session's year speaks for the district too, also for teachers whom
    -- only a person put or credited there.
    select
        attendance.event_key,
        roster.district_key,
        'teacher_roster' as attribution_source
    from attendance
    inner join events on attendance.event_key = events.event_key
    inner join roster
        on
            attendance.teacher_key = roster.teacher_key
            and {{ school_year('events.session_date') }} = roster.virtual_year
    union all
    select
        crm_places.event_key,
        crm_places.district_key,
        crm_places.attribution_source
    from crm_places
    inner join crm_events on crm_places.event_key = crm_events.event_key
    where crm_events.scope = 'in_scope'
    union all
    select
        event_key,
        district_key,
        district_source as attribution_source
    from file_events
    where district_key is not null
    union all
    select
        event_key,
        school_district_key as district_key,
        'file_school' as attribution_source
    from file_events
    where school_district_key is not null
)

select
    event_key,
    district_key,
    min(attribution_source) as attribution_source
from attributed
group by event_key, district_key
