with

decisions as (select * from {{ ref('int_decisions__active') }}),
roster as (select * from {{ ref('int_roster__roster') }}),
former_keys as (select * from {{ ref('int_roster__former_keys') }}),

reports as (
    select
        decisions.decision_id as issue_key,
        decisions.decided_at,
        decisions.actor,
        decisions.role,
        coalesce(former_keys.roster_key, decisions.subject_key) as roster_key,
        {{ json_text('decisions.payload', 'category') }} as category,
        {{ json_text('decisions.payload', 'notes') }} as notes
    from decisions
    left join former_keys on decisions.subject_key = former_keys.former_key
    where decisions.action = 'report_issue' and decisions.subject_type = 'roster_teacher'
),

answers as (
    select
        subject_key as issue_key,
        decision_id,
        actor,
        decided_at,
        reason
    from decisions
    where action = 'resolve_issue' and subject_type = 'issue'
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
)

select
    reports.issue_key,
    reports.decided_at as reported_at,
    reports.actor as reported_by,
    reports.role,
    reports.roster_key,
    roster.teacher_key,
    roster.district_key,
    reports.category,
    reports.notes,
    case when answers.issue_key is null then 'open' else 'resolved' end as status,
    answers.actor as resolved_by,
    answers.decided_at as resolved_at,
    answers.reason as resolution_notes,
    answers.decision_id as resolution_decision_id
from reports
left join roster on reports.roster_key = roster.roster_key
left join answers on reports.issue_key = answers.issue_key
