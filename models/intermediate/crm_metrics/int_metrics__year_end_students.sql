{#- The students of a Completed in-person event from a scope's point of view (salesforce.md §6.2,
    X21): by the event's district, and by the district of the student's own school, which is the
    year-end number. One row per cell, event and attending student. Everything counts in `all`; in
    `Unknown` there is no district to compare with. -#}
with

cells as (select * from {{ ref('int_metrics__year_end_cells') }}),
student_credits as (select * from {{ ref('int_metrics__student_credits') }})

select
    cells.scope_type,
    cells.scope_key,
    cells.school_year,
    cells.host,
    cells.event_key,
    cells.event_type,
    credits.student_key,
    credits.home_school_level,
    cells.scope_type = 'all'
    or cells.scope_key = 'Unknown'
    or coalesce(credits.home_district_key = cells.scope_key, false) as is_own,
    credits.home_district_key is null as is_without_school
from cells
inner join student_credits as credits on cells.event_key = credits.event_key
where cells.is_completed and not cells.is_virtual_type
