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
),

-- The order of the loads must hold even where the machine's clock once went back.
timed as (
    select
        *,
        max(landed_at) over (
            order by load_seq rows between unbounded preceding and current row
        ) as ordered_at
    from loads
)

select
    timed.load_seq,
    timed.run_id,
    timed.rows_run_id,
    timed.report_type,
    timed.external_system,
    timed.file_name,
    timed.file_sha256,
    timed.row_count,
    timed.ordered_at as landed_at,
    timed.unmapped_columns,
    timed.field_counts,
    timed.warnings
from timed
left join counted on timed.rows_run_id = counted.run_id
where timed.row_count = coalesce(counted.landed_row_count, 0)
