{#- Final attendance: what the reports and tags give plus the active override, which is a layer of
    its own (pathful.md 4.10). -#}
with

events as (select * from {{ ref('int_virtual__events') }}),
links as (select * from {{ ref('int_virtual__teacher_links') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),

-- An override may name a teacher whom no import knows on the session, never one on no roster.
keep_newest_overrides as (
    select
        decisions.event_key,
        teachers.teacher_key,
        decisions.decision_id,
        decisions.reason,
        decisions.actor,
        decisions.decided_at,
        {{ json_text('decisions.payload', 'effect') }} as effect
    from decisions
    left join merged_teachers on decisions.teacher_key = merged_teachers.from_teacher_key
    inner join teachers
        on
            coalesce(merged_teachers.to_teacher_key, decisions.teacher_key)
            = teachers.teacher_key
    where decisions.action = 'override_attendance'
    qualify
        row_number() over (
            partition by decisions.event_key, teachers.teacher_key
            order by decisions.decision_seq desc
        ) = 1
),

lay_overrides_over_links as (
    select
        links.attendance_status as given_status,
        links.imported_attendance_status,
        links.attendance_basis,
        links.match_rule,
        links.import_source,
        overrides.decision_id as override_decision_id,
        overrides.effect as override_effect,
        overrides.reason as override_reason,
        overrides.actor as overridden_by,
        overrides.decided_at as overridden_at,
        links.event_key is not null as is_linked,
        coalesce(links.is_tagged, false) as is_tagged,
        coalesce(links.attendance_status = 'Attended', false) as is_given_attended,
        coalesce(links.event_key, overrides.event_key) as event_key,
        coalesce(links.teacher_key, overrides.teacher_key) as teacher_key
    from links
    full outer join keep_newest_overrides as overrides
        on links.event_key = overrides.event_key and links.teacher_key = overrides.teacher_key
),

-- Null where the override has nothing to change (pathful.md 4.10).
weigh_overrides as (
    select
        participations.*,
        events.session_date,
        case
            when status_rules.attendance_rule = 'cancelled' then null
            when participations.override_effect = 'remove' and participations.is_given_attended
                then 'Canceled'
            when
                coalesce(participations.override_effect, 'none') <> 'add'
                or participations.is_given_attended
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
        *,
        coalesce(overriding_status, given_status) as attendance_status,
        overriding_status is not null as has_override
    from weigh_overrides
    where is_linked or overriding_status is not null
)

select
    event_key,
    teacher_key,
    attendance_status,
    imported_attendance_status,
    case when has_override then 'override' else attendance_basis end as attendance_basis,
    has_override,
    case when is_linked then match_rule else 'override' end as match_rule,
    case when is_linked then import_source else 'manual_entry' end as import_source,
    is_tagged,
    attendance_status = 'Attended' and session_date <= {{ logical_date() }} as is_credited,
    attendance_status in ('Absent', 'NoShow') as is_no_show,
    override_decision_id,
    override_effect,
    override_reason,
    overridden_by,
    overridden_at
from settle_attendance
