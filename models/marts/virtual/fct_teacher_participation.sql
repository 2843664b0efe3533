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
    import_source,
    is_tagged,
    is_credited,
    is_no_show,
    override_decision_id,
    override_effect,
    override_reason,
    overridden_by,
    overridden_at
from attendance
