{#- What is this? A teacher's completed sessions must be the attended participations in the window
    that the row shows, up to today; the progress must stay between 0 and 100 percent.
    When does it matter? Completed sessions decide who reached the goal; crediting everybody who
    had registered was the worst error of the earlier application (lesson 40).
    How to resolve? Compare the teacher's rows in fct_teacher_participation with dim_events: which
    session is counted without being attended, or attended without being counted? -#}
with

progress as (select * from {{ ref('fct_teacher_progress') }}),
participation as (select * from {{ ref('fct_teacher_participation') }}),
events as (select * from {{ ref('dim_events') }}),

date_attended as (
    select
        participation.teacher_key,
        participation.event_key,
        events.session_date
    from participation
    inner join events on participation.event_key = events.event_key
    where
        participation.attendance_status = 'Attended'
        and events.session_date <= {{ logical_date() }}
),

recount as (
    select
        progress.teacher_key,
        progress.district_key,
        progress.virtual_year,
        progress.period,
        progress.completed_sessions,
        progress.progress_pct,
        count(date_attended.event_key) as attended_sessions
    from progress
    left join date_attended
        on
            progress.teacher_key = date_attended.teacher_key
            and date_attended.session_date between
            progress.window_start_date and progress.window_end_date
    group by all
)

select
    teacher_key,
    district_key,
    virtual_year,
    period,
    completed_sessions,
    attended_sessions,
    progress_pct
from recount
where
    completed_sessions <> attended_sessions
    or progress_pct not between 0 and 100
