with

schools as (select * from {{ ref('agg_school_progress') }}),

add_up_schools as (
    select
        district_key,
        virtual_year,
        period,
        cast(count(distinct building) as bigint) as total_schools,
        cast(sum(total_teachers) as bigint) as total_teachers,
        cast(sum(goals_achieved) as bigint) as goals_achieved,
        cast(sum(goals_in_progress) as bigint) as goals_in_progress,
        cast(sum(goals_not_started) as bigint) as goals_not_started,
        cast(sum(needs_review) as bigint) as needs_review,
        cast(sum(no_shows) as bigint) as no_shows
    from schools
    group by all
)

select
    district_key,
    virtual_year,
    period,
    total_schools,
    total_teachers,
    goals_achieved,
    goals_in_progress,
    goals_not_started,
    {{ percentage('goals_achieved', 'total_teachers') }} as goals_achieved_pct,
    {{ percentage('goals_in_progress', 'total_teachers') }} as goals_in_progress_pct,
    {{ percentage('goals_not_started', 'total_teachers') }} as goals_not_started_pct,
    needs_review,
    no_shows
from add_up_schools
