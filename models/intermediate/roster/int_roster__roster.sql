{#- Who is tracked, in each district and academic year: all loads of that scope in their order and
    who was added from a ticket, then what people decided (pathful.md 1.6, 3.5, 3.6). The newest
    load says who is there and with which name, building and grade; who left stays as an inactive
    row. One row per address and scope. -#}
with

load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
school_lookup as (select * from {{ ref('int_places__school_lookup') }}),
former_keys as (select * from {{ ref('int_roster__former_keys') }}),

scope_loads as (
    select
        district_key,
        academic_year,
        load_seq,
        min(landed_at) as landed_at
    from load_teachers
    group by district_key, academic_year, load_seq
),

added as (
    select *
    from added_teachers
    where is_standing
    qualify row_number() over (partition by roster_key order by decision_seq desc) = 1
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

-- What a load says of a person goes before what somebody once wrote on a ticket.
listed as (
    select
        roster_key,
        teacher_key,
        district_key,
        academic_year,
        virtual_year,
        building,
        building_norm,
        grade,
        email,
        teacher_name,
        'roster' as source
    from load_teachers
    qualify row_number() over (partition by roster_key order by load_seq desc) = 1
    union all
    select
        added.roster_key,
        added.teacher_key,
        added.district_key,
        added.academic_year,
        added.virtual_year,
        added.building,
        added.building_norm,
        added.grade,
        added.email,
        added.teacher_name,
        'decision' as source
    from added
    left join histories on added.roster_key = histories.roster_key
    where histories.roster_key is null
),

-- Under the row's key of today.
row_decisions as (
    select
        decisions.*,
        coalesce(former_keys.roster_key, decisions.subject_key) as roster_key
    from decisions
    left join former_keys on decisions.subject_key = former_keys.former_key
    where decisions.subject_type = 'roster_teacher'
),

activity_decisions as (
    select
        roster_key,
        decision_id,
        action,
        actor,
        decided_at,
        {{ json_text('payload', 'category') }} as category,
        {{ json_text('payload', 'notes') }} as notes
    from row_decisions
    where action in ('deactivate_teacher', 'reactivate_teacher')
    qualify row_number() over (partition by roster_key order by decision_seq desc) = 1
),

target_decisions as (
    select
        roster_key,
        try_cast({{ json_text('payload', 'target_sessions') }} as bigint) as target_sessions
    from row_decisions
    where action = 'set_target_sessions'
    qualify row_number() over (partition by roster_key order by decision_seq desc) = 1
),

-- The load from which a teacher is missing. A reactivation, or being added from a ticket, stands
-- until a later load is without the teacher too.
absences as (
    select
        listed.roster_key,
        min_by(scope_loads.landed_at, scope_loads.load_seq) as absent_since
    from listed
    inner join scope_loads
        on
            listed.district_key = scope_loads.district_key
            and listed.academic_year = scope_loads.academic_year
    left join histories on listed.roster_key = histories.roster_key
    left join added on listed.roster_key = added.roster_key
    left join activity_decisions
        on
            listed.roster_key = activity_decisions.roster_key
            and activity_decisions.action = 'reactivate_teacher'
    where
        coalesce(scope_loads.load_seq > histories.last_load_seq, true)
        and coalesce(scope_loads.landed_at > added.stood_from, true)
        and coalesce(scope_loads.landed_at > activity_decisions.decided_at, true)
    group by listed.roster_key
),

judged as (
    select
        listed.*,
        coalesce(merged_teachers.to_teacher_key, listed.teacher_key) as person_key,
        histories.first_load_seq,
        histories.last_load_seq,
        least(histories.first_landed_at, added.stood_from) as first_landed_at,
        coalesce(
            target_decisions.target_sessions,
            histories.target_sessions,
            {{ var('default_target_sessions') }}
        ) as target_sessions,
        coalesce(activity_decisions.action = 'deactivate_teacher', false) as is_protected,
        activity_decisions.decision_id as activity_decision_id,
        activity_decisions.decided_at,
        activity_decisions.actor,
        activity_decisions.category,
        activity_decisions.notes,
        absences.absent_since,
        merged_teachers.decision_id as merge_decision_id,
        merged_teachers.decided_at as merged_at,
        merged_teachers.decided_by as merged_by
    from listed
    left join histories on listed.roster_key = histories.roster_key
    left join added on listed.roster_key = added.roster_key
    left join activity_decisions on listed.roster_key = activity_decisions.roster_key
    left join target_decisions on listed.roster_key = target_decisions.roster_key
    left join absences on listed.roster_key = absences.roster_key
    left join merged_teachers on listed.teacher_key = merged_teachers.from_teacher_key
),

-- Of the rows of one person in one scope one stands for the person: the row under the address that
-- survived, else the best of the others. A roster that names any of the addresses names the person.
represented as (
    select
        *,
        row_number() over (
            partition by person_key, district_key, academic_year
            order by
                teacher_key = person_key desc,
                is_protected or absent_since is not null,
                roster_key
        ) > 1 as is_merged_away,
        absent_since is not null
        and not bool_or(not is_protected and absent_since is null) over (
            partition by person_key, district_key, academic_year
        ) as is_absent
    from judged
),

placed as (
    select
        represented.*,
        school_lookup.school_key as known_school_key
    from represented
    left join school_lookup
        on
            represented.district_key = school_lookup.district_key
            and represented.building_norm = school_lookup.school_name_norm
)

select
    roster_key,
    case when is_merged_away then teacher_key else person_key end as teacher_key,
    teacher_key as own_teacher_key,
    district_key,
    academic_year,
    virtual_year,
    building,
    building_norm,
    case
        when building_norm is not null
            then
                coalesce(
                    known_school_key, {{ key(["'school'", "district_key", "building_norm"]) }}
                )
    end as school_key,
    grade,
    email,
    teacher_name,
    target_sessions,
    not is_merged_away and not is_protected and not is_absent as is_active,
    case
        when is_merged_away then 'merged_into_' || person_key
        when is_protected then 'manual_admin'
        when is_absent then 'import_diff'
    end as deactivation_source,
    case
        when is_merged_away then merged_at
        when is_protected then decided_at
        when is_absent then absent_since
    end as deactivated_at,
    case when is_protected and not is_merged_away then category end as deactivation_reason,
    case when is_protected and not is_merged_away then notes end as deactivation_notes,
    case
        when is_merged_away then merged_by
        when is_protected then actor
    end as deactivated_by,
    case when is_merged_away then merge_decision_id else activity_decision_id end
        as activity_decision_id,
    source,
    case when is_merged_away then person_key end as merged_into_teacher_key,
    first_load_seq,
    last_load_seq,
    first_landed_at
from placed
