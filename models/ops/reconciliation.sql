{#- Whether what is here is what the sources have (platform.md 5.5). Of the CRM: the live records it
    counted against ours, the rows of the last load against what became of them, and every record
    against the one outcome it has; objects that were never counted have no row. Of each file the rows
    that were read against those that ended in a bucket, created to invalid. One row per check,
    object and run. -#}
with

loads as (select * from {{ ref('stg_salesforce__loads') }}),
counts as (select * from {{ ref('int_salesforce__record_counts') }}),
outcomes as (select * from {{ ref('crm_outcomes') }}),
pathful_loads as (select * from {{ ref('stg_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
standing_pathful as (select * from {{ ref('int_pathful__loads') }}),
standing_rosters as (select * from {{ ref('int_roster__loads') }}),
standing_csv as (select * from {{ ref('int_csv__loads') }}),
runs as (select * from {{ ref('import_runs') }}),

newest as (
    select *
    from loads
    qualify row_number() over (partition by object_name order by load_seq desc) = 1
),

counted as (
    select *
    from loads
    where source_count is not null
    qualify row_number() over (partition by object_name order by load_seq desc) = 1
),

placed as (
    select
        object_name,
        cast(sum(row_count) as bigint) as row_count
    from outcomes
    group by object_name
),

files as (
    select
        'pathful' as source, -- noqa: RF04
        run_id,
        report_type,
        row_count,
        landed_at
    from pathful_loads
    union all
    select
        'roster' as source, -- noqa: RF04
        run_id,
        'roster' as report_type,
        row_count,
        landed_at
    from roster_loads
    union all
    select
        'csv' as source, -- noqa: RF04
        run_id,
        report_type,
        row_count,
        landed_at
    from csv_loads
),

-- What a decision leaves out has no rows in any bucket.
standing as (
    select run_id from standing_pathful
    union
    select run_id from standing_rosters
    union
    select run_id from standing_csv
),

compared as (
    select
        'salesforce' as source, -- noqa: RF04
        'source_count' as check_name,
        counted.object_name,
        counted.run_id,
        counted.landed_at as checked_at,
        counted.source_count,
        counts.live_count as warehouse_count,
        {{ var('reconciliation_tolerance_pct') }} as tolerance_pct
    from counted
    inner join counts on counted.object_name = counts.object_name
    union all
    select
        'salesforce' as source, -- noqa: RF04
        'rows_add_up' as check_name,
        object_name,
        run_id,
        landed_at as checked_at,
        rows_extracted as source_count,
        rows_inserted + rows_updated + rows_unchanged + rows_duplicate as warehouse_count,
        0 as tolerance_pct
    from newest
    union all
    select
        'salesforce' as source, -- noqa: RF04
        'outcomes_add_up' as check_name,
        newest.object_name,
        newest.run_id,
        newest.landed_at as checked_at,
        counts.record_count as source_count,
        placed.row_count as warehouse_count,
        0 as tolerance_pct
    from newest
    inner join counts on newest.object_name = counts.object_name
    inner join placed on newest.object_name = placed.object_name
    union all
    select
        files.source,
        'file_rows' as check_name,
        files.report_type as object_name,
        files.run_id,
        files.landed_at as checked_at,
        files.row_count as source_count,
        runs.rows_created + runs.rows_updated + runs.rows_skipped + runs.rows_unmatched
        + runs.rows_invalid as warehouse_count,
        0 as tolerance_pct
    from files
    inner join standing on files.run_id = standing.run_id
    inner join runs on files.run_id = runs.run_id
),

measured as (
    select
        *,
        warehouse_count - source_count as difference_count,
        case
            when warehouse_count = source_count then 0.0
            when source_count > 0
                then round(100.0 * abs(warehouse_count - source_count) / source_count, 2)
            else 100.0
        end as difference_pct
    from compared
)

select
    source, -- noqa: RF04
    check_name,
    object_name,
    run_id,
    source_count,
    warehouse_count,
    difference_count,
    cast(difference_pct as double) as difference_pct,
    difference_pct <= tolerance_pct as is_within_tolerance,
    checked_at,
    case when difference_pct > tolerance_pct then 'count_mismatch' end as anomaly_flag
from measured
