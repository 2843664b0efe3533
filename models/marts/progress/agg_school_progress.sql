with

progress as (select * from {{ ref('fct_teacher_progress') }}),

count_teachers as (
    select
        district_key,
        virtual_year,
        period,
        coalesce(nullif(trim(building), ''), 'Unknown') as building,
        min(school_key) as school_key,
        count(*) as total_teachers,
        count(*) filter (where progress_status = 'Achieved') as goals_achieved,
        count(*) filter (where progress_status = 'In Progress') as goals_in_progress,
        count(*) filter (where progress_status = 'Not Started') as goals_not_started,
        count(*) filter (where needs_review) as needs_review,
        sum(no_show_sessions) as no_shows
    from progress
    group by all
)

select
    district_key,
    virtual_year,
    period,
    building,
    school_key,
    total_teachers,
    goals_achieved,
    goals_in_progress,
    goals_not_started,
    {{ percentage('goals_achieved', 'total_teachers') }} as goals_achieved_pct,
    {{ percentage('goals_in_progress', 'total_teachers') }} as goals_in_progress_pct,
    {{ percentage('goals_not_started', 'total_teachers') }} as goals_not_started_pct,
    needs_review,
    cast(no_shows as bigint) as no_shows
from count_teachers
