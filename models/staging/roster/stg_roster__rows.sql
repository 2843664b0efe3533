with

loads as (select * from {{ ref('stg_roster__loads') }}),
roster_rows as (select * from {{ source('raw_roster', 'roster_rows') }}),

-- Cleaned before the loads multiply them: a known file is landed once and loaded often.
cleaned as (
    select
        run_id,
        row_number,
        payload,
        {{ clean_text('building') }} as building,
        {{ clean_text('name') }} as teacher_name,
        {{ clean_email('email') }} as email,
        {{ clean_text('grade') }} as grade,
        {{ clean_text('district') }} as district_text,
        {{ try_count(clean_text('target_sessions')) }} as target_sessions
    from roster_rows
),

compared as (
    select
        *,
        {{ school_norm('building') }} as building_norm
    from cleaned
)

select
    loads.run_id,
    loads.load_seq,
    compared.row_number,
    compared.building,
    compared.building_norm,
    compared.teacher_name,
    compared.email,
    compared.grade,
    compared.district_text,
    compared.target_sessions,
    compared.payload
from loads
inner join compared on loads.rows_run_id = compared.run_id
