{#- How old each source is (platform.md 5.1). A source that is read by itself is as old as what it
    was asked up to, so that a quiet CRM is no old one, and it warns and pages after the hours of the
    settings; what people bring is as old as their last file, warns after the hours of its list and
    never pages. Measured when the newest run began, where that is the logical date, else at the end
    of that date. A time that lies ahead of the clock counts as now, and is said. -#}
with

runs as (select * from {{ ref('int_quality__runs') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),
rules as (select * from {{ ref('rule_source_freshness') }}),

moments as (
    select
        least(
            coalesce(
                max(started_at) filter (
                    where
                    cast({{ utc_to_site_local('started_at') }} as date) = {{ logical_date() }}
                ),
                {{ site_local_to_utc("cast(" ~ logical_date() ~ " + 1 as timestamp)") }}
            ),
            {{ site_local_to_utc("cast(" ~ logical_date() ~ " + 1 as timestamp)") }}
        ) as measured_at
    from runs
    where not dry_run
),

landed as (
    select
        source,
        report_type,
        max_by(run_id, load_seq) as last_run_id,
        max(started_at) as last_success_at,
        cast(sum(rows_processed) as bigint) as row_count
    from runs
    where load_seq is not null and not dry_run
    group by source, report_type
),

read_up_to as (
    select
        'salesforce' as report_type,
        max(max_modified_at) as max_source_updated_at,
        max(greatest(max_modified_at, watermark)) as known_until,
        max(landed_at) as landed_at
    from crm_loads
),

limits as (
    select
        rules.source as run_source,
        rules.report_type,
        rules.cadence,
        rules.is_shown_when_never,
        case
            when rules.cadence = 'scheduled' then {{ config_value('freshness.warn_hours') }}
            else rules.warn_hours
        end as warn_hours,
        case
            when rules.cadence = 'scheduled' then {{ config_value('freshness.page_hours') }}
            else rules.page_hours
        end as page_hours
    from rules
),

aged as (
    select
        limits.*,
        landed.last_run_id,
        landed.last_success_at,
        landed.row_count,
        moments.measured_at,
        read_up_to.max_source_updated_at,
        coalesce(
            epoch(read_up_to.max_source_updated_at)
            > epoch(greatest(moments.measured_at, read_up_to.landed_at)) + 300,
            false
        ) as is_clock_ahead,
        case
            when landed.last_success_at is not null
                then
                    greatest(
                        round(
                            (epoch(moments.measured_at) - epoch(landed.last_success_at)) / 3600.0, 1
                        ),
                        0
                    )
        end as age_hours,
        case
            when limits.cadence = 'scheduled' and read_up_to.known_until is not null
                then
                    greatest(
                        round(
                            (epoch(moments.measured_at) - epoch(read_up_to.known_until)) / 3600.0, 1
                        ),
                        0
                    )
            when limits.cadence = 'manual' and landed.last_success_at is not null
                then
                    greatest(
                        round(
                            (epoch(moments.measured_at) - epoch(landed.last_success_at)) / 3600.0, 1
                        ),
                        0
                    )
        end as lag_hours
    from limits
    cross join moments
    left join landed on limits.report_type = landed.report_type
    left join read_up_to on limits.report_type = read_up_to.report_type
)

select
    report_type as source,
    last_run_id,
    last_success_at,
    age_hours,
    case
        when last_success_at is null then 'never'
        when lag_hours is null then 'unknown'
        when lag_hours > warn_hours then 'stale'
        else 'fresh'
    end as status,
    coalesce(row_count, 0) as row_count,
    cadence,
    max_source_updated_at,
    cast(lag_hours as double) as lag_hours,
    warn_hours,
    page_hours,
    case
        when last_success_at is null then null
        when lag_hours is null then 'warn'
        when lag_hours > page_hours then 'page'
        when lag_hours > warn_hours or is_clock_ahead then 'warn'
    end as severity,
    is_clock_ahead,
    measured_at,
    run_source
from aged
where last_success_at is not null or is_shown_when_never
