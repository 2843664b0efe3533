with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
chains as (select * from {{ ref('int_audit__chains') }}),
subjects as (select * from {{ ref('int_audit__subjects') }}),
changes as (select * from {{ ref('int_audit__changes') }}),
actions as (select * from {{ ref('map_audit_actions') }}),
imports as (select * from {{ ref('int_audit__imports') }}),
flags as (select * from {{ ref('queue_event_flags') }}),

-- What a revoke is about at the end of its chain, and whether it takes away or brings back.
roots as (
    select
        chains.decision_id,
        chains.depth,
        subjects.action,
        subjects.event_key,
        subjects.teacher_key,
        subjects.person_key,
        subjects.roster_key,
        subjects.ticket_key,
        coalesce(
            {{ json_text('subjects.payload', 'effect') }},
            case
                when subjects.action = 'merge' and subjects.teacher_key is null then 'volunteers'
            end
        ) as effect
    from subjects
    inner join chains on subjects.decision_id = chains.root_id
),

standings as (
    select
        root_id as decision_id,
        is_standing
    from chains
    where until_seq is null
),

decided as (
    select
        decisions.decision_id,
        decisions.decided_at,
        decisions.actor,
        decisions.role,
        decisions.action,
        decisions.subject_type,
        decisions.subject_key,
        changes.before_json,
        changes.after_json,
        decisions.reason,
        'manual' as source,
        case
            when roots.depth % 2 = 1
                then coalesce(actions.revoke_audit_action, upper(decisions.action))
            else coalesce(actions.audit_action, upper(decisions.action))
        end as audit_action,
        roots.event_key,
        roots.teacher_key,
        roots.person_key,
        roots.roster_key,
        roots.ticket_key,
        cast(null as varchar) as run_id,
        decisions.revokes,
        standings.is_standing
    from decisions
    left join roots on decisions.decision_id = roots.decision_id
    left join actions
        on
            roots.action = actions.action
            and coalesce(roots.effect, '') = coalesce(actions.effect, '')
    left join changes on decisions.decision_id = changes.decision_id
    left join standings on decisions.decision_id = standings.decision_id
),

imported as (
    select
        change_key as decision_id,
        landed_at as decided_at,
        'import' as actor,
        'system' as role,
        audit_action as action,
        'event' as subject_type,
        event_key as subject_key,
        before_json,
        after_json,
        cast(null as varchar) as reason,
        'import' as source,
        audit_action,
        event_key,
        cast(null as varchar) as teacher_key,
        cast(null as varchar) as person_key,
        cast(null as varchar) as roster_key,
        cast(null as varchar) as ticket_key,
        run_id,
        cast(null as varchar) as revokes,
        cast(null as boolean) as is_standing
    from imports
),

settled_flags as (
    select
        {{ key(["'audit'", "flag_key", "cast(resolved_at as varchar)"]) }} as decision_id,
        resolved_at as decided_at,
        'system' as actor,
        'system' as role,
        'FLAG_RESOLVED' as action,
        'flag' as subject_type,
        flag_key as subject_key,
        '{"status":"open"}' as before_json,
        '{"status":"resolved"}' as after_json,
        flag_label || ': ' || resolution_notes as reason,
        'system' as source,
        'FLAG_RESOLVED' as audit_action,
        event_key,
        cast(null as varchar) as teacher_key,
        cast(null as varchar) as person_key,
        cast(null as varchar) as roster_key,
        cast(null as varchar) as ticket_key,
        cast(null as varchar) as run_id,
        cast(null as varchar) as revokes,
        cast(null as boolean) as is_standing
    from flags
    -- A flag that a decision settled is told by the decision's own row, which stays when the
    -- decision is taken back.
    where auto_resolved and resolved_at not in (select decisions.decided_at from decisions)
),

together as (
    select * from decided
    union all
    select * from imported
    union all
    select * from settled_flags
)

select
    decision_id,
    decided_at,
    actor,
    role,
    action,
    subject_type,
    subject_key,
    before_json,
    after_json,
    reason,
    source,
    audit_action,
    event_key,
    teacher_key,
    person_key,
    roster_key,
    ticket_key,
    run_id,
    revokes,
    is_standing
from together
