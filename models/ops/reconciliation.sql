{#- Whether what is here is what the CRM has (platform.md 5.5): the live records it counted against
    ours, the rows of the last load against what became of them, and every record against the one
    outcome it has. Objects that were never counted have no row. One row per check and object. -#}
with

loads as (select * from {{ ref('stg_salesforce__loads') }}),
counts as (select * from {{ ref('int_salesforce__record_counts') }}),
outcomes as (select * from {{ ref('crm_outcomes') }}),

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

compared as (
    select
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
    'salesforce' as source,
    check_name,
    object_name,
    run_id,
    source_count,
    warehouse_count,
    difference_count,
    cast(difference_pct as double) as difference_pct,
    difference_pct <= tolerance_pct as is_within_tolerance,
    checked_at
from measured
