{#- Whether what is here is what the sources have (platform.md 5.5). Of the CRM: the live records it
    counted against ours, the rows of the last load against what became of them, and every record
    against the one outcome it has; objects that were never counted have no row. Of each file the rows
    that were read against those that ended in a bucket, created to invalid. Of all files of a kind
    the ids that came through against those that external_id_map knows; and of every source a sample
    of what was written last against the mart, by its hash (int_quality__written_samples). One row
    per check, object and run. -#}
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
runs as (select * from {{ ref('int_quality__runs') }}),
import_rows as (select * from {{ ref('import_rows') }}),
csv_rows as (select * from {{ ref('int_csv__rows') }}),
known as (select * from {{ ref('external_id_map') }}),
samples as (select * from {{ ref('int_quality__written_samples') }}),

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

-- What came through, and was not held back, set aside or left out.
through as (
    select
        csv_rows.entity_type,
        csv_rows.external_system,
        csv_rows.external_id,
        loads_of_files.run_id,
        loads_of_files.landed_at
    from import_rows
    inner join standing_csv as loads_of_files on import_rows.run_id = loads_of_files.run_id
    inner join csv_rows
        on
            loads_of_files.rows_run_id = csv_rows.run_id
            and import_rows.row_number = csv_rows.row_number
    where
        (import_rows.bucket in ('created', 'updated') or import_rows.reason = 'unchanged')
        and loads_of_files.report_type is distinct from 'signups'
),

landed_keys as (
    select
        entity_type,
        external_system,
        external_id,
        max(run_id) as run_id,
        max(landed_at) as landed_at
    from through
    group by entity_type, external_system, external_id
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
    union all
    select
        'csv' as source, -- noqa: RF04
        'id_map' as check_name,
        landed_keys.entity_type as object_name,
        max(landed_keys.run_id) as run_id,
        max(landed_keys.landed_at) as checked_at,
        count(*) as source_count,
        count(known.entity_id) as warehouse_count,
        0 as tolerance_pct
    from landed_keys
    left join known
        on
            landed_keys.entity_type = known.entity_type
            and landed_keys.external_system = known.external_system
            and landed_keys.external_id = known.external_id
    group by landed_keys.entity_type
    union all
    select
        source,
        'upsert_parity' as check_name,
        object_name,
        max(run_id) as run_id,
        max(landed_at) as checked_at,
        count(*) as source_count,
        count(*) filter (where is_same) as warehouse_count,
        0 as tolerance_pct
    from samples
    group by source, object_name
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
    case
        when difference_pct > tolerance_pct and check_name = 'upsert_parity' then 'hash_mismatch'
        when difference_pct > tolerance_pct then 'count_mismatch'
    end as anomaly_flag
from measured
