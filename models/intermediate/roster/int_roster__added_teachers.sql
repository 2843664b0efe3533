{#- Persons whom somebody put on a roster from a teacher ticket (pathful.md 3.5), keyed as if a
    roster had named them. One row per such decision ever taken, with when it stood: what an import
    found may since have been taken back. -#}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
periods as (select * from {{ ref('int_decisions__ticket_periods') }}),
standing as (select * from {{ ref('int_decisions__tickets') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),

stated as (
    select
        decision_seq,
        decision_id,
        actor,
        subject_key as ticket_key,
        {{ json_text('payload', 'district_key') }} as district_key,
        {{ json_text('payload', 'academic_year') }} as academic_year,
        {{ json_text('payload', 'building') }} as building,
        {{ json_text('payload', 'name') }} as teacher_name,
        {{ json_text('payload', 'email') }} as email,
        {{ json_text('payload', 'grade') }} as grade
    from decisions
    where action = 'add_to_roster' and subject_type = 'ticket'
),

cleaned as (
    select
        decision_seq,
        decision_id,
        actor,
        ticket_key,
        district_key,
        {{ clean_text('academic_year') }} as academic_year,
        {{ clean_text('building') }} as building,
        {{ clean_text('teacher_name') }} as teacher_name,
        {{ clean_email('email') }} as email,
        {{ clean_text('grade') }} as grade
    from stated
),

-- A district that somebody, or the CRM, since said to be another one takes its people along.
stated_districts as (
    select
        district_key as stated_key,
        district_key,
        1 as precedence
    from district_names
    union all
    select
        former_key as stated_key,
        place_key as district_key,
        2 as precedence
    from former_keys
    where entity_type = 'district'
    union all
    select
        {{ key(["'district'", "lower(district_name)"]) }} as stated_key,
        district_key,
        3 as precedence
    from district_names
),

districts as (
    select
        stated_key,
        district_key
    from stated_districts
    qualify
        row_number() over (
            partition by stated_key order by precedence asc, district_key asc
        ) = 1
)

select
    cleaned.decision_seq,
    cleaned.decision_id,
    cleaned.actor,
    cleaned.ticket_key,
    {{ key(["'roster'", "districts.district_key", "cleaned.email", "cleaned.academic_year"]) }}
        as roster_key,
    {{ key(["'teacher'", "cleaned.email"]) }} as teacher_key,
    districts.district_key,
    cleaned.academic_year,
    cleaned.academic_year as virtual_year,
    cleaned.email,
    cleaned.teacher_name,
    cleaned.building,
    nullif(
        {{ school_norm('cleaned.building') }}, {{ school_norm("'" ~ var('partner') ~ "'") }}
    ) as building_norm,
    cleaned.grade,
    periods.stood_from,
    periods.stood_until,
    standing.decision_id is not null as is_standing
from cleaned
inner join districts on cleaned.district_key = districts.stated_key
inner join periods on cleaned.decision_id = periods.decision_id
left join standing on cleaned.decision_id = standing.decision_id
where
    cleaned.email is not null
    and cleaned.teacher_name is not null
    and cleaned.academic_year is not null
