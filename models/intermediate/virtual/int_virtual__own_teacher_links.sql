{{ config(materialized='view') }}
{#- The roster teachers of an event, each under the own key: those of the reports without whom a
    person took off, and those a person put there (pathful.md 4.4). One row per event and own key;
    overrides come later. -#}
with

educators as (select * from {{ ref('int_virtual__own_educators') }}),
tags as (select * from {{ ref('int_virtual__tags') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
events as (select * from {{ ref('int_virtual__events') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

reported as (select * from educators where teacher_key is not null),

-- One word may be about several keys that are one teacher: any of them may be who is reported.
teacher_tags as (
    select
        tags.event_key,
        tags.own_key as own_teacher_key,
        tags.entity_key as teacher_key,
        tags.is_tagged,
        count(reported.event_key) over (partition by tags.event_key, tags.decision_id) > 0
            as is_reported
    from tags
    inner join teachers on tags.own_key = teachers.teacher_key
    left join reported
        on
            tags.event_key = reported.event_key
            and tags.own_key = reported.own_teacher_key
    where tags.role = 'educator'
),

-- Only the session's status speaks for a teacher whom no report names.
tagged_only as (
    select
        teacher_tags.event_key,
        teacher_tags.own_teacher_key,
        teacher_tags.teacher_key,
        case
            when rules.attendance_rule = 'cancelled' then 'Canceled'
            when rules.attendance_rule = 'no_show' then 'NoShow'
            when rules.attendance_rule = 'registered' then 'SignedUp'
            when events.is_promoted_draft and coalesce(events.attended_student_count, 0) = 0
                then 'NoShow'
            else 'Attended'
        end as attendance_status,
        case
            when events.is_promoted_draft and rules.attendance_rule = 'counted'
                then 'draft_promotion'
            else 'session_status'
        end as attendance_basis
    from teacher_tags
    inner join events on teacher_tags.event_key = events.event_key
    inner join rules on events.status = rules.status
    where teacher_tags.is_tagged and not teacher_tags.is_reported
)

select
    reported.event_key,
    reported.own_teacher_key,
    reported.teacher_key,
    reported.attendance_status,
    reported.attendance_status as imported_attendance_status,
    reported.attendance_basis,
    reported.match_rule,
    coalesce(events.import_source, 'pathful_direct') as import_source,
    coalesce(teacher_tags.is_tagged, false) as is_tagged
from reported
left join events on reported.event_key = events.event_key
left join teacher_tags
    on
        reported.event_key = teacher_tags.event_key
        and reported.own_teacher_key = teacher_tags.own_teacher_key
where coalesce(teacher_tags.is_tagged, true)
union all
select
    event_key,
    own_teacher_key,
    teacher_key,
    attendance_status,
    cast(null as varchar) as imported_attendance_status,
    attendance_basis,
    'tagged' as match_rule,
    'manual_entry' as import_source,
    true as is_tagged
from tagged_only
