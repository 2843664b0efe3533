{#- What somebody should hear of, as this release knows it (platform.md 5.7): old sources, counts
    that disagree, and of each check the newest word of a week where it is flagged and nobody has
    acknowledged it. A run that failed, a login that ended and an allowance that is used up are told
    by the ledger, for a run that fails publishes nothing (polaris/alerting/alerts.py). One row per
    thing to hear of. -#}
with

sources as (select * from {{ ref('source_freshness') }}),
checks as (select * from {{ ref('reconciliation') }}),
anomalies as (select * from {{ ref('anomalies') }}),
rules as (select * from {{ ref('rule_set_checks') }}),

newest as (
    select *
    from anomalies
    where status not in ('too_few_rows', 'insufficient_history')
    qualify
        row_number() over (
            partition by source, entity_type, rule_code, field order by landed_at desc, run_id desc
        ) = 1
),

newest_checks as (
    select *
    from checks
    qualify
        row_number() over (
            partition by source, check_name, object_name order by checked_at desc, run_id desc
        ) = 1
),

found as (
    select
        'freshness' as alert_type,
        sources.run_source as source,
        sources.severity,
        sources.last_run_id as run_id,
        sources.source as metric,
        sources.lag_hours as measured,
        case when sources.severity = 'page' then sources.page_hours else sources.warn_hours end
            as threshold,
        case
            when sources.is_clock_ahead then 'A time of the source lies ahead of the clock.'
            when sources.lag_hours is null then 'The source says no time of its records.'
            else 'The source is older than the hours allowed.'
        end as message,
        'source_health' as link,
        sources.measured_at
        - to_minutes(
            cast(
                60 * greatest(coalesce(sources.lag_hours - sources.warn_hours, 0), 0) as bigint
            )
        ) as first_seen_at
    from sources
    where sources.severity is not null
    union all
    select
        'count_mismatch' as alert_type,
        source,
        'warn' as severity,
        run_id,
        check_name || ':' || object_name as metric,
        cast(warehouse_count as double) as measured,
        cast(source_count as double) as threshold,
        'What is here is not what the source has.' as message,
        'runs?run=' || run_id as link,
        checked_at as first_seen_at
    from newest_checks
    where anomaly_flag is not null
    union all
    select
        rules.alert_type,
        newest.source,
        newest.alert_severity as severity,
        newest.run_id,
        newest.rule_code || coalesce(':' || newest.field, '') || ':' || newest.entity_type
            as metric,
        newest.measured,
        newest.threshold,
        newest.message,
        case when rules.page = 'runs' then 'runs?run=' || newest.run_id else rules.page end as link,
        newest.landed_at as first_seen_at
    from newest
    inner join rules on newest.rule_code = rules.rule_code
    where
        newest.status = 'flagged'
        and not newest.is_acknowledged
        and cast({{ utc_to_site_local('newest.landed_at') }} as date) >= {{ logical_date() }} - 7
)

select
    {{ key(['alert_type', 'source', 'metric', 'run_id']) }} as alert_key,
    alert_type,
    source, -- noqa: RF04
    severity,
    run_id,
    metric,
    cast(measured as double) as measured,
    cast(threshold as double) as threshold,
    message,
    link,
    first_seen_at
from found
