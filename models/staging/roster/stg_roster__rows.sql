with

loads as (select * from {{ ref('stg_roster__loads') }}),
roster_rows as (select * from {{ source('raw_roster', 'roster_rows') }})

select
    loads.run_id,
    loads.load_seq,
    roster_rows.row_number,
    {{ clean_text('roster_rows.building') }} as building,
    {{ clean_text('roster_rows.name') }} as teacher_name,
    {{ clean_email('roster_rows.email') }} as email,
    {{ clean_text('roster_rows.grade') }} as grade,
    {{ clean_text('roster_rows.district') }} as district_text,
    {{ try_count(clean_text('roster_rows.target_sessions')) }} as target_sessions,
    roster_rows.payload
from loads
inner join roster_rows on loads.rows_run_id = roster_rows.run_id
