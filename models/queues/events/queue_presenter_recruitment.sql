with

events as (select * from {{ ref('int_virtual__events') }}),
presenter_links as (select * from {{ ref('int_virtual__presenter_links') }}),
educators as (select * from {{ ref('int_virtual__educators') }}),
teacher_links as (select * from {{ ref('int_virtual__teacher_links') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
event_schools as (select * from {{ ref('bridge_event_schools') }}),
event_districts as (select * from {{ ref('bridge_event_districts') }}),
schools as (select * from {{ ref('dim_schools') }}),
districts as (select * from {{ ref('dim_districts') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
urgencies as (select * from {{ ref('rule_recruitment_urgency') }}),

find_sessions_to_fill as (
    select
        events.*,
        cast(events.session_date - {{ logical_date() }} as bigint) as days_until
    from events
    inner join status_rules on events.status = status_rules.status
    where
        status_rules.is_in_flight
        and events.session_date >= {{ logical_date() }}
        and events.event_key not in (select presenter_links.event_key from presenter_links)
),

-- Educators whom nobody matched yet are named too: a volunteer asks who will be there.
list_people as (
    select
        teacher_links.event_key,
        teachers.teacher_name as person_name
    from teacher_links
    inner join teachers on teacher_links.teacher_key = teachers.teacher_key
    union all
    select
        educators.event_key,
        persons.person_name
    from educators
    inner join persons
        on educators.educator_ref = persons.person_ref and persons.role = 'educator'
    where educators.teacher_key is null
),

name_teachers as (
    select
        list_people.event_key,
        {{ list_text('list_people.person_name') }} as teacher_names
    from list_people
    inner join find_sessions_to_fill on list_people.event_key = find_sessions_to_fill.event_key
    group by list_people.event_key
),

name_schools as (
    select
        event_schools.event_key,
        case when count(*) = 1 then min(event_schools.school_key) end as school_key,
        {{ list_text('schools.school_name') }} as school_names
    from event_schools
    inner join find_sessions_to_fill on event_schools.event_key = find_sessions_to_fill.event_key
    inner join schools on event_schools.school_key = schools.school_key
    group by event_schools.event_key
),

name_districts as (
    select
        event_districts.event_key,
        {{ list_text('districts.district_name') }} as district_names
    from event_districts
    inner join find_sessions_to_fill on event_districts.event_key = find_sessions_to_fill.event_key
    inner join districts on event_districts.district_key = districts.district_key
    group by event_districts.event_key
)

select
    sessions.event_key,
    sessions.title,
    sessions.status,
    sessions.session_date,
    sessions.start_at,
    sessions.is_time_known,
    {{ school_year('sessions.session_date') }} as virtual_year,
    sessions.days_until,
    urgencies.urgency,
    name_schools.school_key,
    name_schools.school_names,
    name_districts.district_names,
    name_teachers.teacher_names
from find_sessions_to_fill as sessions
inner join urgencies on sessions.days_until >= urgencies.days_from
left join name_schools on sessions.event_key = name_schools.event_key
left join name_districts on sessions.event_key = name_districts.event_key
left join name_teachers on sessions.event_key = name_teachers.event_key
qualify
    row_number() over (partition by sessions.event_key order by urgencies.days_from desc) = 1
