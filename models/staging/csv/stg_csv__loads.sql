with

loads as (select * from {{ source('raw_csv', 'loads') }}),
signups as (select run_id from {{ source('raw_csv', 'signups') }}),
volunteers as (select run_id from {{ source('raw_csv', 'volunteers') }}),
events as (select run_id from {{ source('raw_csv', 'events') }}),
shifts as (select run_id from {{ source('raw_csv', 'shifts') }}),
students as (select run_id from {{ source('raw_csv', 'students') }}),
organizations as (select run_id from {{ source('raw_csv', 'organizations') }}),
affiliations as (select run_id from {{ source('raw_csv', 'affiliations') }}),

landed as (
    select run_id from signups
    union all
    select run_id from volunteers
    union all
    select run_id from events
    union all
    select run_id from shifts
    union all
    select run_id from students
    union all
    select run_id from organizations
    union all
    select run_id from affiliations
),

counted as (
    select
        run_id,
        count(*) as landed_row_count
    from landed
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
