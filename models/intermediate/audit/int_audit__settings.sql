{{ config(materialized='view') }}
{#- Which field each decision sets to which value: one row per decision and field. Decisions on one
    track of a subject take one another's place. A value is said as people say it: names for keys.
    `is_base`: the decision gives the field back to the reports. -#}
with

subjects as (select * from {{ ref('int_audit__subjects') }}),
rules as (select * from {{ ref('rule_decision_actions') }}),
actions as (select * from {{ ref('map_audit_actions') }}),
field_names as (select * from {{ ref('map_audit_fields') }}),
presets as (select * from {{ ref('map_dismissal_presets') }}),
events as (select * from {{ ref('int_virtual__events') }}),
teacher_links as (select * from {{ ref('int_virtual__teacher_links') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
schools as (select * from {{ ref('dim_schools') }}),
districts as (select * from {{ ref('dim_districts') }}),
organizations as (select * from {{ ref('dim_organizations') }}),

names as (
    select
        teacher_key as entity_key,
        teacher_name as entity_name
    from teachers
    union all
    select
        person_key as entity_key,
        person_name as entity_name
    from presenters
    union all
    select
        school_key as entity_key,
        school_name as entity_name
    from schools
    union all
    select
        district_key as entity_key,
        district_name as entity_name
    from districts
    union all
    select
        organization_key as entity_key,
        organization_name as entity_name
    from organizations
),

members as (
    select
        *,
        {{ json_members('payload') }} as member
    from subjects
),

stated as (
    select
        members.*,
        coalesce(field_names.field, members.member) as field,
        {{ json_member('members.payload', 'members.member') }} as value
    from members
    left join field_names
        on members.action = field_names.action and members.member = field_names.member
),

-- An ADD on a session still ahead is a sign-up; a REMOVE takes only what counts (pathful.md 4.10).
weighed as (
    select
        stated.decision_id,
        stated.decision_seq,
        stated.decided_at,
        stated.action,
        stated.subject,
        stated.event_key,
        stated.teacher_key,
        stated.person_key,
        stated.field,
        stated.action = 'edit_event' and stated.value is null as is_base,
        case
            when stated.action like 'untag_%' then null
            when stated.field <> 'attendance_status'
                then coalesce(
                    case when stated.member = 'teacher_key' then today.entity_name end,
                    case when stated.member = 'person_key' then today.entity_name end,
                    names.entity_name,
                    presets.notes,
                    stated.value
                )
            when
                {{ json_text('stated.payload', 'effect') }} = 'add'
                and (
                    teacher_links.attendance_status = 'Attended'
                    or events.session_date
                    <= cast({{ utc_to_site_local('stated.decided_at') }} as date)
                )
                then 'Attended'
            when {{ json_text('stated.payload', 'effect') }} = 'add' then 'SignedUp'
            when teacher_links.attendance_status = 'Attended' then 'Canceled'
            else teacher_links.attendance_status
        end as value
    from stated
    left join names on stated.value = names.entity_key
    left join names as today
        on coalesce(stated.teacher_key, stated.person_key) = today.entity_key
    left join presets on stated.value = presets.preset
    left join events on stated.event_key = events.event_key
    left join teacher_links
        on
            stated.event_key = teacher_links.event_key
            and stated.teacher_key = teacher_links.teacher_key
),

settings as (
    select
        decision_id,
        decision_seq,
        decided_at,
        action,
        subject,
        event_key,
        teacher_key,
        person_key,
        field,
        value,
        is_base,
        cast(null as varchar) as state_before
    from weighed
    union all
    select
        subjects.decision_id,
        subjects.decision_seq,
        subjects.decided_at,
        subjects.action,
        subjects.subject,
        subjects.event_key,
        subjects.teacher_key,
        subjects.person_key,
        actions.state_field as field,
        rules.to_state as value,
        false as is_base,
        split_part(rules.from_states, '|', 1) as state_before
    from subjects
    inner join actions on subjects.action = actions.action
    inner join rules on subjects.action = rules.action
    where actions.state_field <> ''
    union all
    -- What a dismissal and a reason without notes say without words.
    select
        subjects.decision_id,
        subjects.decision_seq,
        subjects.decided_at,
        subjects.action,
        subjects.subject,
        subjects.event_key,
        subjects.teacher_key,
        subjects.person_key,
        case
            when subjects.action = 'dismiss_draft' then 'cancellation_reason'
            else 'cancellation_notes'
        end as field,
        case when subjects.action = 'dismiss_draft' then 'OTHER' end as value,
        false as is_base,
        cast(null as varchar) as state_before
    from subjects
    where
        subjects.action = 'dismiss_draft'
        or (
            subjects.action = 'set_cancellation_reason'
            and not {{ json_has('subjects.payload', 'notes') }}
        )
)

select
    decision_id,
    decision_seq,
    decided_at,
    action,
    subject,
    event_key,
    teacher_key,
    person_key,
    field,
    value,
    is_base,
    state_before,
    case
        when action in ('tag_teacher', 'untag_teacher', 'override_attendance')
            then field || ':' || teacher_key
        when action in ('tag_presenter', 'untag_presenter') then field || ':' || person_key
        when action = 'reject_candidate' then field || ':' || value
        else field
    end as track
from settings
