{{ config(materialized='incremental', incremental_strategy='append') }}
{#- What the rows of each load say, worked out once when the load is new: nothing here depends on
    what people decide later. One row per load and spreadsheet row. -#}
with

loads as (select * from {{ ref('stg_roster__loads') }}),
roster_rows as (select * from {{ ref('stg_roster__rows') }}),

new_rows as (
    select
        roster_rows.*,
        loads.virtual_year,
        coalesce(roster_rows.target_sessions, loads.target_sessions) as stated_target_sessions
    from loads
    inner join roster_rows on loads.run_id = roster_rows.run_id
    {% if is_incremental() %}
        where loads.load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
    {% endif %}
)

select
    run_id,
    load_seq,
    row_number,
    email,
    teacher_name,
    building,
    grade,
    stated_target_sessions,
    case when email is not null then {{ key(["'teacher'", "email"]) }} end as teacher_key,
    nullif(building_norm, {{ school_norm("'" ~ var('partner') ~ "'") }}) as building_norm,
    -- 1 = the row of this load that speaks for the teacher.
    row_number() over (partition by run_id, email order by row_number) as occurrence,
    md5(concat_ws(
        '|', coalesce(building, ''), coalesce(teacher_name, ''), coalesce(grade, ''), virtual_year
    )) as fingerprint
from new_rows
