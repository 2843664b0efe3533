{#- Which rule gives most work (platform.md 5.6): of each rule and source the findings that are
    open, those that the last thirty days brought, those of the thirty days before, and the
    difference. A finding is of the day its record was first seen with it. Rank 1 has most open
    findings. One row per source and rule. -#}
with

violations as (select * from {{ ref('queue_dq_violations') }}),
runs as (select * from {{ ref('int_quality__runs') }}),

dated as (
    select
        violations.external_system,
        violations.entity_type,
        violations.rule_code,
        violations.severity,
        violations.message,
        violations.status = 'open' as is_open,
        date_diff(
            'day', cast({{ utc_to_site_local('runs.started_at') }} as date), {{ logical_date() }}
        ) as age_days,
        runs.source
    from violations
    left join runs on violations.first_seen_run_id = runs.run_id
),

counted as (
    select
        coalesce(source, external_system) as source, -- noqa: RF04
        rule_code,
        min(severity) as severity,
        min(message) as message,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_open and age_days < 30) as open_last_days_count,
        count(*) filter (where age_days < 30) as last_days_count,
        count(*) filter (where age_days between 30 and 59) as previous_days_count
    from dated
    group by coalesce(source, external_system), rule_code
)

select
    {{ key(['source', 'rule_code']) }} as offender_key,
    source,
    rule_code,
    severity,
    message,
    open_count,
    open_last_days_count,
    last_days_count,
    previous_days_count,
    last_days_count - previous_days_count as delta_count,
    row_number() over (order by open_count desc, last_days_count desc, source asc, rule_code asc)
        as offender_rank
from counted
where open_count > 0 or last_days_count > 0 or previous_days_count > 0
