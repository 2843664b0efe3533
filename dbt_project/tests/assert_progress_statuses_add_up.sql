{#- What is this? The three progress statuses of each building and district must add up to its
    teachers, and the buildings' teachers to the roster's progress rows.
    When does it matter? Whenever a report shows shares of a whole; a teacher without a status, or
    in two buildings, would make them lie.
    How to resolve? Look at progress_status in fct_teacher_progress for the group below: every row
    has exactly one of the three values, and stands in exactly one building. -#}
with

progress as (select * from {{ ref('fct_teacher_progress') }}),
schools as (select * from {{ ref('agg_school_progress') }}),
districts as (select * from {{ ref('agg_district_progress') }}),

count_teachers as (
    select
        district_key,
        virtual_year,
        period,
        count(*) as teacher_count
    from progress
    group by district_key, virtual_year, period
),

find_wrong_schools as (
    select
        district_key,
        virtual_year,
        period,
        building,
        total_teachers,
        goals_achieved + goals_in_progress + goals_not_started as found_teachers
    from schools
    where goals_achieved + goals_in_progress + goals_not_started <> total_teachers
),

find_wrong_districts as (
    select
        districts.total_teachers,
        count_teachers.teacher_count as found_teachers,
        cast(null as varchar) as building,
        coalesce(districts.district_key, count_teachers.district_key) as district_key,
        coalesce(districts.virtual_year, count_teachers.virtual_year) as virtual_year,
        coalesce(districts.period, count_teachers.period) as period
    from districts
    full outer join count_teachers
        on
            districts.district_key = count_teachers.district_key
            and districts.virtual_year = count_teachers.virtual_year
            and districts.period = count_teachers.period
    where
        districts.total_teachers is distinct from count_teachers.teacher_count
        or districts.goals_achieved + districts.goals_in_progress + districts.goals_not_started
        is distinct from districts.total_teachers
)

select
    district_key,
    virtual_year,
    period,
    building,
    total_teachers,
    found_teachers
from find_wrong_schools
union all
select
    district_key,
    virtual_year,
    period,
    building,
    total_teachers,
    found_teachers
from find_wrong_districts
