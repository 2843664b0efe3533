with

events as (select * from {{ ref('int_virtual__events') }}),
links as (select * from {{ ref('int_virtual__teacher_links') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),

read_overrides as (
    select
        subject_key as event_key,
        decision_seq,
        {{ json_text('payload', 'teacher_key') }} as teacher_key,
        {{ json_text('payload', 'effect') }} as effect
    from decisions
    where action = 'override_attendance' and subject_type = 'event'
),

keep_newest_overrides as (
    select
        event_key,
        teacher_key,
        effect
    from read_overrides
    qualify
        row_number() over (partition by event_key, teacher_key order by decision_seq desc) = 1
),

-- An override may name a teacher whom no import knows on the session, never one on no roster.
keep_known_teachers as (
    select
        overrides.event_key,
        overrides.teacher_key,
        overrides.effect
    from keep_newest_overrides as overrides
    inner join teachers on overrides.teacher_key = teachers.teacher_key
),

lay_overrides_over_links as (
    select
        links.imported_attendance_status,
        links.attendance_basis,
        links.match_rule,
        links.import_source,
        overrides.effect,
        links.event_key is not null as is_imported,
        coalesce(links.imported_attendance_status = 'Attended', false) as is_imported_attended,
        coalesce(links.event_key, overrides.event_key) as event_key,
        coalesce(links.teacher_key, overrides.teacher_key) as teacher_key
    from links
    full outer join keep_known_teachers as overrides
        on links.event_key = overrides.event_key and links.teacher_key = overrides.teacher_key
),

-- Null where the override has nothing to change (pathful.md 4.10).
weigh_overrides as (
    select
        participations.*,
        events.session_date,
        case
            when status_rules.attendance_rule = 'cancelled' then null
            when participations.effect = 'remove' and participations.is_imported_attended
                then 'Canceled'
            when
                coalesce(participations.effect, 'none') <> 'add'
                or participations.is_imported_attended
                then null
            when events.session_date <= {{ logical_date() }} then 'Attended'
            else 'SignedUp'
        end as overriding_status
    from lay_overrides_over_links as participations
    inner join events on participations.event_key = events.event_key
    left join status_rules on events.status = status_rules.status
),

settle_attendance as (
    select
        event_key,
        teacher_key,
        imported_attendance_status,
        session_date,
        coalesce(overriding_status, imported_attendance_status) as attendance_status,
        overriding_status is not null as has_override,
        case
            when overriding_status is not null then 'override'
            else attendance_basis
        end as attendance_basis,
        case when is_imported then match_rule else 'override' end as match_rule,
        case when is_imported then import_source else 'manual_entry' end as import_source
    from weigh_overrides
    where is_imported or overriding_status is not null
)

select
    event_key,
    teacher_key,
    attendance_status,
    imported_attendance_status,
    attendance_basis,
    has_override,
    match_rule,
    import_source,
    attendance_status = 'Attended' and session_date <= {{ logical_date() }} as is_credited,
    attendance_status in ('Absent', 'NoShow') as is_no_show
from settle_attendance
