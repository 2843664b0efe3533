with

loads as (select * from {{ source('raw_roster', 'loads') }}),
roster_rows as (select run_id from {{ source('raw_roster', 'roster_rows') }}),

counted as (
    select
        run_id,
        count(*) as landed_row_count
    from roster_rows
    group by run_id
)

select
    loads.load_seq,
    loads.run_id,
    loads.rows_run_id,
    loads.file_name,
    loads.file_sha256,
    loads.row_count,
    {{ clean_text('loads.district_name') }} as district_name,
    {{ clean_text('loads.academic_year') }} as academic_year,
    coalesce(
        {{ clean_text('loads.virtual_year') }}, {{ clean_text('loads.academic_year') }}
    ) as virtual_year,
    loads.target_sessions,
    loads.landed_at,
    loads.unmapped_columns,
    loads.field_counts,
    loads.warnings
from loads
inner join counted on loads.rows_run_id = counted.run_id
where loads.row_count = counted.landed_row_count
