with

attendance as (select * from {{ ref('int_virtual__teacher_attendance') }})

select
    event_key,
    teacher_key,
    attendance_status,
    imported_attendance_status,
    attendance_basis,
    has_override,
    match_rule,
    import_source
from attendance
