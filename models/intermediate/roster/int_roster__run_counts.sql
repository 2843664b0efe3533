{#- What each roster load did to teachers it does not name, or may not bring back: one row per run
    (pathful.md 1.6). -#}
with

load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
roster as (select * from {{ ref('int_roster__roster') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),

turns as (
    select
        run_id,
        load_seq,
        landed_at,
        district_key,
        academic_year,
        row_number() over (partition by district_key, academic_year order by load_seq) as turn
    from load_teachers
    group by run_id, load_seq, landed_at, district_key, academic_year
),

named as (
    select
        load_teachers.roster_key,
        turns.district_key,
        turns.academic_year,
        turns.turn,
        turns.landed_at
    from load_teachers
    inner join turns
        on
            load_teachers.run_id = turns.run_id
            and load_teachers.district_key = turns.district_key
),

-- Who was added from a ticket stands there as if the load before had named the person.
there as (
    select
        roster_key,
        district_key,
        academic_year,
        turn
    from named
    union
    select
        added_teachers.roster_key,
        turns.district_key,
        turns.academic_year,
        turns.turn - 1 as turn
    from added_teachers
    inner join turns
        on
            added_teachers.district_key = turns.district_key
            and added_teachers.academic_year = turns.academic_year
            and added_teachers.stood_from < turns.landed_at
            and coalesce(added_teachers.stood_until > turns.landed_at, true)
    qualify
        row_number() over (partition by added_teachers.decision_id order by turns.turn) = 1
),

-- There before this load and not named by it.
dropped as (
    select
        before.district_key,
        before.academic_year,
        before.turn + 1 as turn,
        count(*) as teachers_deactivated
    from there as before
    left join named as here
        on before.roster_key = here.roster_key and before.turn + 1 = here.turn
    where here.roster_key is null
    group by before.district_key, before.academic_year, before.turn
),

flagged as (
    select
        named.district_key,
        named.academic_year,
        named.turn,
        count(*) as teachers_flagged
    from named
    inner join roster on named.roster_key = roster.roster_key
    where
        roster.deactivation_source = 'manual_admin'
        and named.landed_at > roster.deactivated_at
    group by named.district_key, named.academic_year, named.turn
)

select
    turns.run_id,
    coalesce(dropped.teachers_deactivated, 0) as teachers_deactivated,
    coalesce(flagged.teachers_flagged, 0) as teachers_flagged
from turns
left join dropped
    on
        turns.district_key = dropped.district_key
        and turns.academic_year = dropped.academic_year
        and turns.turn = dropped.turn
left join flagged
    on
        turns.district_key = flagged.district_key
        and turns.academic_year = flagged.academic_year
        and turns.turn = flagged.turn
