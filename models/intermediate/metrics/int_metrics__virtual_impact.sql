{#- The metrics of pathful.md 5.6, each defined here and nowhere else; the tables of the marts
    choose rows and columns. One row per period, scope and host in which there was any event.
    `timeline` are months without connector sessions. What the year-end alone reads (sessions, those
    who presented in them) asks the kind of an event, everything else its format (salesforce.md 6.2,
    pathful.md 5.6). -#}
with

events as (select * from {{ ref('dim_events') }}),
event_districts as (select * from {{ ref('bridge_event_districts') }}),
event_schools as (select * from {{ ref('bridge_event_schools') }}),
attendance as (select * from {{ ref('int_virtual__teacher_attendance') }}),
teachers as (select * from {{ ref('dim_teachers') }}),
roster as (select * from {{ ref('fct_teacher_roster') }}),
volunteer_participation as (select * from {{ ref('fct_volunteer_participation') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
program_types as (select * from {{ ref('map_program_types') }}),

virtual_types as (
    select event_type
    from program_types
    where counting_rule = 'teachers'
),

judge_events as (
    select
        events.event_key,
        events.format = 'virtual' as is_virtual,
        status_rules.attendance_rule = 'cancelled' as is_cancelled,
        events.format = 'virtual'
        and status_rules.attendance_rule <> 'cancelled' as is_virtual_held,
        events.format = 'virtual' and status_rules.took_place as is_virtual_completed,
        virtual_types.event_type is not null as is_virtual_type,
        virtual_types.event_type is not null and status_rules.took_place as is_session,
        events.status = 'Completed' as is_completed,
        coalesce(lower(events.session_host) like '%prepkc%', false) as is_prepkc,
        coalesce(events.event_type = 'connector_session', false) as is_connector,
        events.duration_minutes,
        events.registered_student_count,
        events.attended_student_count,
        {{ school_year('events.session_date') }} as school_year,
        left(cast(events.session_date as varchar), 7) as calendar_month
    from events
    inner join status_rules on events.status = status_rules.status
    left join virtual_types on events.event_type = virtual_types.event_type
    where events.session_date is not null
),

-- Every event counts once for each of its periods ...
list_event_periods as (
    select
        event_key,
        is_prepkc,
        'school_year' as period_type,
        school_year as period_label
    from judge_events
    union all
    select
        event_key,
        false as is_prepkc,
        'month' as period_type,
        calendar_month as period_label
    from judge_events
    union all
    select
        event_key,
        false as is_prepkc,
        'all' as period_type,
        'all' as period_label
    from judge_events
    union all
    select
        event_key,
        is_prepkc,
        'timeline' as period_type,
        calendar_month as period_label
    from judge_events
    where not is_connector
),

-- ... in which the sessions of one host may be looked at alone ...
list_event_hosts as (
    select
        event_key,
        period_type,
        period_label,
        'all' as host
    from list_event_periods
    union all
    select
        event_key,
        period_type,
        period_label,
        'prepkc' as host
    from list_event_periods
    where is_prepkc
),

-- ... and once for everything and once for each of its districts (lesson 84).
list_event_scopes as (
    select
        event_key,
        'all' as scope_type,
        'all' as scope_key
    from judge_events
    union all
    select distinct
        judge_events.event_key,
        'district' as scope_type,
        coalesce(event_districts.district_key, 'Unknown') as scope_key
    from judge_events
    left join event_districts on judge_events.event_key = event_districts.event_key
),

open_cells as (
    select
        list_event_hosts.event_key,
        list_event_hosts.period_type,
        list_event_hosts.period_label,
        list_event_hosts.host,
        list_event_scopes.scope_type,
        list_event_scopes.scope_key
    from list_event_hosts
    inner join list_event_scopes on list_event_hosts.event_key = list_event_scopes.event_key
),

credit_presenters as (
    select
        participation.event_key,
        participation.person_key,
        coalesce(
            nullif(participation.delivery_hours, 0), ceil(judge_events.duration_minutes / 60.0)
        ) as presenter_hours,
        participation.participant_type = 'Presenter'
        and judge_events.is_virtual_completed as is_session_presenter,
        judge_events.is_virtual_type,
        volunteers.organization_key,
        -- Null = not known.
        nullif(volunteers.local_status, 'unknown') = 'local' as is_local,
        volunteers.is_person_of_color as is_poc
    from volunteer_participation as participation
    inner join judge_events on participation.event_key = judge_events.event_key
    left join volunteers on participation.person_key = volunteers.person_key
    where participation.is_credited and judge_events.is_virtual_held
),

mark_sessions as (
    select
        event_key,
        true as has_presenter,
        bool_or(is_local) as has_local_presenter,
        bool_or(is_poc) as has_poc_presenter
    from credit_presenters
    where is_session_presenter
    group by event_key
),

measure_events as (
    select
        cells.period_type,
        cells.period_label,
        cells.host,
        cells.scope_type,
        cells.scope_key,
        count(*) filter (where not events.is_cancelled) as event_count,
        count(*) filter (where events.is_virtual_held) as virtual_event_count,
        count(*) filter (where not events.is_virtual and not events.is_cancelled)
            as in_person_event_count,
        count(*) filter (where events.is_cancelled) as cancelled_event_count,
        case
            when {{ is_known('mark_sessions.has_local_presenter', 'mark_sessions.has_presenter') }}
                then count(*) filter (where mark_sessions.has_local_presenter)
        end as local_session_count,
        case
            when {{ is_known('mark_sessions.has_poc_presenter', 'mark_sessions.has_presenter') }}
                then count(*) filter (where mark_sessions.has_poc_presenter)
        end as poc_session_count,
        count(*) filter (where events.is_completed) as completed_event_count,
        count(*) filter (where events.is_completed and events.is_virtual_type)
            as completed_virtual_event_count,
        count(*) filter (where events.is_session) as session_count,
        sum(events.registered_student_count) filter (where events.is_completed)
            as completed_registered_student_count,
        sum(events.attended_student_count) filter (where events.is_completed)
            as completed_attended_student_count,
        sum(events.registered_student_count) filter (where events.is_virtual_held)
            as registered_student_count,
        sum(events.attended_student_count) filter (where events.is_virtual_held)
            as attended_student_count
    from open_cells as cells
    inner join judge_events as events on cells.event_key = events.event_key
    left join mark_sessions on cells.event_key = mark_sessions.event_key
    group by all
),

list_teachers as (
    select
        attendance.event_key,
        attendance.teacher_key,
        attendance.is_credited,
        attendance.is_credited or attendance.attendance_status = 'SignedUp' as is_expected,
        attendance.is_credited and judge_events.is_virtual_completed as is_session_credit,
        judge_events.school_year
    from attendance
    inner join judge_events on attendance.event_key = judge_events.event_key
    where
        judge_events.is_virtual_held
        and (attendance.is_credited or attendance.attendance_status <> 'Canceled')
),

-- A teacher's districts: the roster of the session's year, else the newest one (lesson 59).
trace_teacher_districts as (
    select distinct
        list_teachers.teacher_key,
        list_teachers.school_year,
        coalesce(roster.district_key, teachers.district_key) as district_key
    from list_teachers
    left join roster
        on
            list_teachers.teacher_key = roster.teacher_key
            and list_teachers.school_year = roster.virtual_year
    left join teachers on list_teachers.teacher_key = teachers.teacher_key
),

scope_teachers as (
    select
        listed.event_key,
        scopes.scope_type,
        scopes.scope_key,
        listed.teacher_key,
        listed.is_credited,
        listed.is_expected,
        listed.is_session_credit,
        -- A teacher of no known district counts wherever the session does, and everybody where the
        -- session has none.
        scopes.scope_key in ('all', 'Unknown')
        or own_districts.teacher_key is not null
        or no_districts.teacher_key is not null as is_own_teacher
    from list_event_scopes as scopes
    inner join list_teachers as listed on scopes.event_key = listed.event_key
    left join trace_teacher_districts as own_districts
        on
            listed.teacher_key = own_districts.teacher_key
            and listed.school_year = own_districts.school_year
            and scopes.scope_key = own_districts.district_key
    left join trace_teacher_districts as no_districts
        on
            listed.teacher_key = no_districts.teacher_key
            and listed.school_year = no_districts.school_year
            and no_districts.district_key is null
),

count_sessions_of_teachers as (
    select
        hosts.period_type,
        hosts.period_label,
        hosts.host,
        listed.scope_type,
        listed.scope_key,
        listed.teacher_key,
        bool_or(listed.is_credited) as is_confirmed,
        bool_or(listed.is_expected) as is_expected,
        bool_or(listed.is_own_teacher and listed.is_session_credit) as is_own_reached,
        count(*) filter (where listed.is_session_credit) as session_count,
        count(*) filter (where listed.is_session_credit and listed.is_own_teacher)
            as own_session_count
    from list_event_hosts as hosts
    inner join scope_teachers as listed on hosts.event_key = listed.event_key
    group by all
),

measure_teachers as (
    select
        period_type,
        period_label,
        host,
        scope_type,
        scope_key,
        count(*) as registered_teacher_count,
        count(*) filter (where is_expected) as attended_or_registered_teacher_count,
        count(*) filter (where is_confirmed) as confirmed_teacher_count,
        count(*) filter (where session_count > 0) as unique_teacher_count,
        count(*) filter (where is_own_reached) as own_teacher_count,
        sum(session_count) as teacher_experience_count,
        sum(own_session_count) as own_teacher_experience_count
    from count_sessions_of_teachers
    group by all
),

measure_presenters as (
    select
        cells.period_type,
        cells.period_label,
        cells.host,
        cells.scope_type,
        cells.scope_key,
        count(*) filter (where credits.is_virtual_type) as presenter_engagement_count,
        count(distinct credits.person_key) as presenter_count,
        count(distinct credits.person_key) filter (where credits.is_virtual_type)
            as session_presenter_count,
        count(distinct credits.organization_key) filter (where credits.is_virtual_type)
            as presenter_organization_count,
        sum(credits.presenter_hours) as presenter_hours,
        sum(credits.presenter_hours) filter (where credits.is_virtual_type)
            as session_presenter_hours
    from open_cells as cells
    inner join credit_presenters as credits on cells.event_key = credits.event_key
    group by all
),

measure_schools as (
    select
        cells.period_type,
        cells.period_label,
        cells.host,
        cells.scope_type,
        cells.scope_key,
        count(distinct event_schools.school_key) as schools_reached_count
    from open_cells as cells
    inner join judge_events as events on cells.event_key = events.event_key
    inner join event_schools on cells.event_key = event_schools.event_key
    where not events.is_cancelled
    group by all
)

select
    measure_events.period_type,
    measure_events.period_label,
    measure_events.host,
    measure_events.scope_type,
    measure_events.scope_key,
    measure_events.event_count,
    measure_events.virtual_event_count,
    measure_events.in_person_event_count,
    measure_events.cancelled_event_count,
    measure_events.completed_event_count,
    measure_events.completed_virtual_event_count,
    measure_events.session_count,
    measure_events.local_session_count,
    measure_events.poc_session_count,
    coalesce(measure_teachers.unique_teacher_count, 0) as unique_teacher_count,
    coalesce(measure_teachers.confirmed_teacher_count, 0) as confirmed_teacher_count,
    coalesce(measure_teachers.registered_teacher_count, 0) as registered_teacher_count,
    coalesce(measure_teachers.attended_or_registered_teacher_count, 0)
        as attended_or_registered_teacher_count,
    coalesce(measure_teachers.own_teacher_count, 0) as own_teacher_count,
    cast(coalesce(measure_teachers.teacher_experience_count, 0) as bigint)
        as teacher_experience_count,
    cast(coalesce(measure_teachers.own_teacher_experience_count, 0) as bigint)
        as own_teacher_experience_count,
    coalesce(measure_schools.schools_reached_count, 0) as schools_reached_count,
    coalesce(measure_presenters.presenter_engagement_count, 0) as presenter_engagement_count,
    coalesce(measure_presenters.presenter_count, 0) as presenter_count,
    coalesce(measure_presenters.session_presenter_count, 0) as session_presenter_count,
    coalesce(measure_presenters.presenter_organization_count, 0) as presenter_organization_count,
    cast(round(coalesce(measure_presenters.presenter_hours, 0), 2) as double) as presenter_hours,
    cast(round(coalesce(measure_presenters.session_presenter_hours, 0), 2) as double)
        as session_presenter_hours,
    cast(measure_events.registered_student_count as bigint) as registered_student_count,
    cast(measure_events.attended_student_count as bigint) as attended_student_count,
    cast(measure_events.completed_registered_student_count as bigint)
        as completed_registered_student_count,
    cast(measure_events.completed_attended_student_count as bigint)
        as completed_attended_student_count
from measure_events
left join measure_teachers
    on
        measure_events.period_type = measure_teachers.period_type
        and measure_events.period_label = measure_teachers.period_label
        and measure_events.host = measure_teachers.host
        and measure_events.scope_type = measure_teachers.scope_type
        and measure_events.scope_key = measure_teachers.scope_key
left join measure_presenters
    on
        measure_events.period_type = measure_presenters.period_type
        and measure_events.period_label = measure_presenters.period_label
        and measure_events.host = measure_presenters.host
        and measure_events.scope_type = measure_presenters.scope_type
        and measure_events.scope_key = measure_presenters.scope_key
left join measure_schools
    on
        measure_events.period_type = measure_schools.period_type
        and measure_events.period_label = measure_schools.period_label
        and measure_events.host = measure_schools.host
        and measure_events.scope_type = measure_schools.scope_type
        and measure_events.scope_key = measure_schools.scope_key
