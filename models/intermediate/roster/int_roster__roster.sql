{#- Who is tracked, in each district and academic year: all loads of that scope in their order, then
    what people decided (pathful.md 1.6). The newest load says who is there and with which name,
    building and grade; who left stays as an inactive row. One row per teacher and scope. -#}
with

load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

scope_loads as (
    select
        district_key,
        academic_year,
        load_seq,
        min(landed_at) as landed_at
    from load_teachers
    group by district_key, academic_year, load_seq
),

newest as (
    select *
    from load_teachers
    qualify row_number() over (partition by roster_key order by load_seq desc) = 1
),

histories as (
    select
        roster_key,
        min(load_seq) as first_load_seq,
        max(load_seq) as last_load_seq,
        min(landed_at) as first_landed_at,
        {{ latest('target_sessions', 'load_seq') }} as target_sessions
    from load_teachers
    group by roster_key
),

activity_decisions as (
    select
        subject_key as roster_key,
        action,
        decided_at,
        {{ json_text('payload', 'category') }} as category
    from decisions
    where
        subject_type = 'roster_teacher'
        and action in ('deactivate_teacher', 'reactivate_teacher')
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

target_decisions as (
    select
        subject_key as roster_key,
        try_cast({{ json_text('payload', 'target_sessions') }} as bigint) as target_sessions
    from decisions
    where subject_type = 'roster_teacher' and action = 'set_target_sessions'
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

-- The load from which a teacher is missing. A reactivation stands until a later load is without
-- the teacher too.
absences as (
    select
        newest.roster_key,
        min_by(scope_loads.landed_at, scope_loads.load_seq) as absent_since
    from newest
    inner join scope_loads
        on
            newest.district_key = scope_loads.district_key
            and newest.academic_year = scope_loads.academic_year
            and newest.load_seq < scope_loads.load_seq
    left join activity_decisions
        on
            newest.roster_key = activity_decisions.roster_key
            and activity_decisions.action = 'reactivate_teacher'
    where coalesce(scope_loads.landed_at > activity_decisions.decided_at, true)
    group by newest.roster_key
),

judged as (
    select
        newest.*,
        histories.first_load_seq,
        histories.last_load_seq,
        histories.first_landed_at,
        coalesce(
            target_decisions.target_sessions,
            histories.target_sessions,
            {{ var('default_target_sessions') }}
        ) as decided_target_sessions,
        coalesce(activity_decisions.action = 'deactivate_teacher', false) as is_protected,
        activity_decisions.decided_at,
        activity_decisions.category,
        absences.absent_since
    from newest
    inner join histories on newest.roster_key = histories.roster_key
    left join activity_decisions on newest.roster_key = activity_decisions.roster_key
    left join target_decisions on newest.roster_key = target_decisions.roster_key
    left join absences on newest.roster_key = absences.roster_key
)

select
    roster_key,
    teacher_key,
    district_key,
    academic_year,
    virtual_year,
    building,
    building_norm,
    case
        when building_norm is not null
            then {{ key(["'school'", "district_key", "building_norm"]) }}
    end as school_key,
    grade,
    email,
    teacher_name,
    decided_target_sessions as target_sessions,
    not is_protected and absent_since is null as is_active,
    case
        when is_protected then 'manual_admin'
        when absent_since is not null then 'import_diff'
    end as deactivation_source,
    case when is_protected then decided_at else absent_since end as deactivated_at,
    case when is_protected then category end as deactivation_reason,
    first_load_seq,
    last_load_seq,
    first_landed_at
from judged
