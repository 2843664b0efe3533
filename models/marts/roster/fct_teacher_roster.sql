with

roster as (select * from {{ ref('int_roster__roster') }})

select
    roster_key,
    teacher_key,
    district_key,
    academic_year,
    virtual_year,
    school_key,
    building,
    teacher_name,
    grade,
    email,
    target_sessions,
    is_active,
    deactivation_source,
    deactivated_at,
    deactivation_reason,
    deactivation_notes,
    deactivated_by,
    activity_decision_id,
    first_landed_at as first_seen_at,
    source,
    merged_into_teacher_key
from roster
