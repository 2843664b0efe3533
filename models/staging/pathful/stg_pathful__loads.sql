with

loads as (select * from {{ source('raw_pathful', 'loads') }}),
session_rows as (select run_id from {{ source('raw_pathful', 'session_report') }}),
user_rows as (select run_id from {{ source('raw_pathful', 'user_report') }}),

counted as (
    select
        run_id,
        'session_report' as report_type,
        count(*) as landed_row_count
    from session_rows
    group by all
    union all
    select
        run_id,
        'user_report' as report_type,
        count(*) as landed_row_count
    from user_rows
    group by all
),

-- Upload order must hold even where the machine's clock once went back.
timed as (
    select
        *,
        max(landed_at) over (
            order by load_seq rows between unbounded preceding and current row
        ) as upload_at
    from loads
)

select
    timed.load_seq,
    timed.run_id,
    timed.rows_run_id,
    timed.report_type,
    timed.file_name,
    timed.file_sha256,
    timed.row_count,
    timed.import_mode,
    timed.cutoff_date,
    timed.exported_at,
    timed.landed_at,
    timed.unmapped_columns,
    timed.field_counts,
    timed.warnings,
    timed.run_id = timed.rows_run_id as has_own_rows,
    -- The old sheet of virtual sessions says that it is one (pathful.md 1.7).
    case
        when timed.present_columns like '%"virtual_sheet"%' then 'pathful_via_gsheet'
        else 'pathful_direct'
    end as import_source,
    timed.present_columns like '%"registered_student_count"%' as has_registered_counts,
    timed.present_columns like '%"attended_student_count"%' as has_attended_counts,
    timed.present_columns like '%"attended_educator_count"%' as has_educator_counts,
    -- The place of the export in time: what the user said, else the upload; load_seq breaks ties.
    -- The old sheet was filled by hand before there were exports: what Pathful says is newer.
    cast(floor(epoch(coalesce(
        timed.exported_at,
        case when timed.present_columns like '%"virtual_sheet"%' then to_timestamp(0) end,
        timed.upload_at
    ))) as bigint) * 1000000
    + timed.load_seq as load_order
from timed
left join counted
    on timed.rows_run_id = counted.run_id and timed.report_type = counted.report_type
where timed.row_count = coalesce(counted.landed_row_count, 0)
