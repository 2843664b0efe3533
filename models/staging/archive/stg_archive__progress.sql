with

progress as (select * from {{ source('raw_archive', 'progress') }})

select
    teacher_key,
    district_key,
    virtual_year,
    academic_year,
    period,
    semester_name,
    date_from,
    date_to,
    teacher_name,
    building,
    email,
    grade,
    target_sessions,
    completed_sessions,
    planned_sessions,
    no_show_sessions,
    progress_status,
    status_text,
    progress_pct,
    archived_at,
    decision_id
from progress
