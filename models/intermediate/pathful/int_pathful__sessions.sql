{#- What is known today of each session reference: its last state. -#}
with

states as (select * from {{ ref('int_pathful__session_states') }})

select
    session_ref,
    load_seq as last_load_seq,
    first_dated_load_seq,
    open_rank,
    decisive_status,
    decisive_status_order,
    raw_status,
    raw_status_order,
    status,
    cancellation_reason,
    cancellation_reason_order,
    title,
    title_order,
    session_date,
    session_date_order,
    start_at,
    is_time_known,
    duration_minutes,
    duration_minutes_order,
    career_cluster,
    career_cluster_order,
    work_based_learning,
    work_based_learning_order,
    series,
    series_order,
    registered_student_count,
    registered_student_count_order,
    attended_student_count,
    attended_student_count_order,
    attended_educator_count,
    attended_educator_count_order
from states
qualify row_number() over (partition by session_ref order by load_seq desc) = 1
