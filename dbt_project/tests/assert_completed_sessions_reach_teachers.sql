{#- What is this? Where the reports show attended educators in sessions that took place, the impact
    metrics must show teachers (M70 > 0).
    When does it matter? Reports once asked for a confirmation that only 11 of 12,975
    participations bore, and showed next to nobody (lesson 41).
    How to resolve? Follow one row below from int_virtual__teacher_attendance (is_credited) into
    agg_virtual_impact: which condition loses it? -#}
with

participation as (select * from {{ ref('fct_teacher_participation') }}),
events as (select * from {{ ref('dim_events') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
impact as (select * from {{ ref('agg_virtual_impact') }}),

find_attended as (
    select
        participation.event_key,
        participation.teacher_key
    from participation
    inner join events on participation.event_key = events.event_key
    inner join status_rules on events.status = status_rules.status
    where
        participation.attendance_status = 'Attended'
        and status_rules.took_place
        and events.session_date <= {{ logical_date() }}
)

select
    find_attended.event_key,
    find_attended.teacher_key
from find_attended
where
    not exists (
        select 1
        from impact
        where
            impact.period_type = 'all'
            and impact.scope_type = 'all'
            and impact.unique_teacher_count > 0
    )
