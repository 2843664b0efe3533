{#- What import_rows says of rows that were not taken over, in the words of platform.md 2.9. A row
    without news is no skip. A row by file that follows a contract of ours has its source's id. -#}
with

import_rows as (select * from {{ ref('import_rows') }}),
runs as (select * from {{ ref('int_quality__runs') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
csv_rows as (select * from {{ ref('int_csv__rows') }}),
skip_types as (select * from {{ ref('map_skip_types') }}),
handling as (select * from {{ ref('rule_handling') }}),

left_out as (
    select
        run_id,
        row_number,
        bucket,
        reason
    from import_rows
    where
        bucket in ('skipped', 'unmatched', 'invalid')
        and reason is distinct from 'unchanged'
)

select
    left_out.run_id,
    left_out.row_number,
    coalesce(csv_rows.entity_type, runs.report_type) as entity_type,
    {{ skip_type('left_out', 'runs.report_type') }} as skip_type,
    left_out.reason as skip_reason,
    coalesce(csv_rows.external_id, 'seq-' || left_out.row_number) as record_key,
    cast(
        json_object(
            'bucket', left_out.bucket,
            'row_number', left_out.row_number,
            'external_system', csv_rows.external_system
        ) as varchar
    ) as details_json
from left_out
left join runs on left_out.run_id = runs.run_id
left join csv_loads on left_out.run_id = csv_loads.run_id
left join csv_rows
    on
        -- A row of a sign-up is about the sign-up, not about who it is of.
        case
            when csv_loads.report_type is distinct from 'signups' then csv_loads.rows_run_id
        end
        = csv_rows.run_id
        and left_out.row_number = csv_rows.row_number
        and csv_rows.is_counting
left join skip_types on left_out.reason = skip_types.reason
left join handling on left_out.reason = handling.rule_code
