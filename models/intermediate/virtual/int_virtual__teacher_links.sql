{{ config(materialized='view') }}
{#- The roster teachers of an event before overrides, one row per event and teacher: of two teachers
    merged into one the better attendance holds (pathful.md 3.6), and a report that knows either
    goes before a tag. -#}
with

own_links as (select * from {{ ref('int_virtual__own_teacher_links') }}),

ranked as (
    select
        *,
        {{ attendance_rank('attendance_status') }} as status_rank
    from own_links
)

select
    event_key,
    teacher_key,
    min_by(attendance_status, row(status_rank, own_teacher_key)) as attendance_status,
    -- Null is passed over: the best that a report gives.
    min_by(imported_attendance_status, row(status_rank, own_teacher_key))
        as imported_attendance_status,
    min_by(attendance_basis, row(status_rank, own_teacher_key)) as attendance_basis,
    min_by(match_rule, row(imported_attendance_status is null, status_rank, own_teacher_key))
        as match_rule,
    min_by(import_source, row(imported_attendance_status is null, status_rank, own_teacher_key))
        as import_source,
    bool_or(is_tagged) as is_tagged
from ranked
group by event_key, teacher_key
