{{ config(materialized='view') }}
{#- Whom the reports name as educator of an event, matched or not, with the attendance they give
    (pathful.md 4.3, 4.9). One row per event and educator: the teacher of the roster under the own
    key, whoever was merged into whom, else the reference that owns the ticket. What people put
    beside the reports comes later. -#}
with

participations as (select * from {{ ref('int_virtual__participations') }}),
matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
events as (select * from {{ ref('int_virtual__events') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

-- Two references of one educator in one session: the newest data, then the best evidence.
merged as (
    select
        participations.event_key,
        coalesce(matches.teacher_key, matches.owner_ref) as educator_ref,
        matches.own_teacher_key,
        max(matches.teacher_key) as teacher_key,
        {{ latest(
            'participations.educator_count',
            ['participations.educator_count_order', 'participations.educator_count']
        ) }} as educator_count,
        {{ latest(
            'participations.stated_attendance',
            ['participations.stated_attendance_order',
             "participations.stated_attendance = 'Attended'", 'participations.stated_attendance']
        ) }} as stated_attendance,
        min_by(
            matches.match_rule,
            row(
                case matches.match_rule
                    when 'decision' then 1 when 'email' then 2 when 'name' then 3 else 4
                end,
                matches.match_rule
            )
        ) as match_rule
    from participations
    inner join matches on participations.person_ref = matches.person_ref
    where participations.role = 'educator'
    group by
        participations.event_key,
        coalesce(matches.teacher_key, matches.owner_ref),
        matches.own_teacher_key
),

-- "Registered" tells nothing that a count of this educator does not tell better, nor anything of a
-- draft that a person promoted.
judged as (
    select
        merged.*,
        rules.attendance_rule,
        events.is_promoted_draft,
        events.attended_student_count,
        merged.stated_attendance is not null
        and (
            merged.stated_attendance <> 'SignedUp'
            or (merged.educator_count is null and events.is_promoted_draft is not true)
        ) as has_telling_statement
    from merged
    inner join events on merged.event_key = events.event_key
    inner join rules on events.status = rules.status
),

told as (
    select
        event_key,
        educator_ref,
        own_teacher_key,
        teacher_key,
        match_rule,
        case
            when attendance_rule = 'cancelled' then 'Canceled'
            when attendance_rule = 'no_show' then 'NoShow'
            when attendance_rule = 'registered' then 'SignedUp'
            when has_telling_statement then stated_attendance
            when is_promoted_draft and coalesce(attended_student_count, 0) = 0 then 'NoShow'
            when is_promoted_draft then 'Attended'
            when educator_count is null or educator_count >= 1 then 'Attended'
            else 'NoShow'
        end as attendance_status,
        case
            when attendance_rule <> 'counted' then 'session_status'
            when has_telling_statement then 'attendance_status'
            when is_promoted_draft then 'draft_promotion'
            when educator_count is not null then 'attended_educator_count'
            -- The file had no such column: all who registered count (contract D, pathful.md 4.3).
            else 'session_status'
        end as attendance_basis
    from judged
)

select
    event_key,
    educator_ref,
    own_teacher_key,
    teacher_key,
    attendance_status,
    attendance_basis,
    match_rule
from told
