{#- Teachers whom an admin took off the roster and whom the newest load of their scope names again:
    they stay inactive, and somebody should tell the district. One row per teacher and scope. -#}
with

roster as (select * from {{ ref('int_roster__roster') }}),
load_teachers as (select * from {{ ref('int_roster__load_teachers') }}),

scopes as (
    select
        district_key,
        academic_year,
        max(load_seq) as newest_load_seq
    from load_teachers
    group by district_key, academic_year
),

mentions as (
    select
        roster.roster_key,
        min_by(load_teachers.run_id, load_teachers.load_seq) as first_seen_run_id,
        max_by(load_teachers.run_id, load_teachers.load_seq) as last_seen_run_id,
        max(load_teachers.load_seq) as last_load_seq,
        count(*) as occurrence_count
    from roster
    inner join load_teachers on roster.roster_key = load_teachers.roster_key
    where
        roster.deactivation_source = 'manual_admin'
        and load_teachers.landed_at > roster.deactivated_at
    group by roster.roster_key
)

select
    roster.roster_key,
    roster.teacher_key,
    roster.district_key,
    roster.academic_year,
    roster.email,
    roster.teacher_name,
    roster.deactivated_at,
    roster.deactivation_reason,
    mentions.first_seen_run_id,
    mentions.last_seen_run_id,
    mentions.occurrence_count
from roster
inner join mentions on roster.roster_key = mentions.roster_key
inner join scopes
    on
        roster.district_key = scopes.district_key
        and roster.academic_year = scopes.academic_year
        and mentions.last_load_seq = scopes.newest_load_seq
