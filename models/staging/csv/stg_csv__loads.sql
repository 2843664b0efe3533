with

loads as (select * from {{ source('raw_csv', 'loads') }}),
signups as (select run_id from {{ source('raw_csv', 'signups') }}),

counted as (
    select
        run_id,
        count(*) as landed_row_count
    from signups
    group by run_id
)

select
    loads.load_seq,
    loads.run_id,
    loads.rows_run_id,
    loads.report_type,
    loads.external_system,
    loads.file_name,
    loads.file_sha256,
    loads.row_count,
    loads.landed_at,
    loads.unmapped_columns,
    loads.warnings
from loads
left join counted on loads.rows_run_id = counted.run_id
where loads.row_count = coalesce(counted.landed_row_count, 0)
