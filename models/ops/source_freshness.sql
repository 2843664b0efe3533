with

runs as (select * from {{ ref('import_runs') }}),
rules as (select * from {{ ref('rule_source_freshness') }}),

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

aged as (
    select
        rules.source,
        rules.report_type,
        rules.warn_hours,
        rules.is_shown_when_never,
        landed.last_run_id,
        landed.last_success_at,
        landed.row_count,
        greatest(
            round(
                (
                    epoch({{ site_local_to_utc("cast(" ~ logical_date() ~ " + 1 as timestamp)") }})
                    - epoch(landed.last_success_at)
                ) / 3600.0,
                1
            ),
            0
        ) as age_hours
    from rules
    left join landed on rules.report_type = landed.report_type
)

select
    report_type as source,
    last_run_id,
    last_success_at,
    age_hours,
    case
        when last_success_at is null then 'never'
        when age_hours > warn_hours then 'stale'
        else 'fresh'
    end as status,
    coalesce(row_count, 0) as row_count
from aged
where last_success_at is not null or is_shown_when_never
