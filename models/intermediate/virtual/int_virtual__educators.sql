{#- The educators of the reports in events, one row per event and educator: of two teachers merged
    into one the better attendance holds (pathful.md 3.6). -#}
with

own_educators as (select * from {{ ref('int_virtual__own_educators') }})

select
    event_key,
    educator_ref,
    teacher_key,
    attendance_status,
    attendance_basis,
    match_rule
from own_educators
qualify
    row_number() over (
        partition by event_key, educator_ref
        order by {{ attendance_rank('attendance_status') }}, own_teacher_key
    ) = 1
