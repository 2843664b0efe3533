{#- What is wrong with rosters: teachers named again after an admin took them off, and districts
    that stand on no list. One row per thing and rule. -#}
{{ config(materialized='view') }}

with

protected_teachers as (select * from {{ ref('int_roster__protected') }}),
loads as (select * from {{ ref('stg_roster__loads') }}),
districts as (select * from {{ ref('int_places__district_names') }})

select
    'roster_teacher' as entity_type,
    'protected_teacher_skipped' as rule_code,
    protected_teachers.roster_key as record_key,
    protected_teachers.roster_key as external_id,
    cast(
        json_object(
            'roster_key', protected_teachers.roster_key,
            'reason', protected_teachers.deactivation_reason
        ) as varchar
    ) as payload_json,
    min(first_loads.load_seq) as first_load_seq,
    max(last_loads.load_seq) as last_load_seq,
    max(protected_teachers.occurrence_count) as occurrence_count
from protected_teachers
left join loads as first_loads on protected_teachers.first_seen_run_id = first_loads.run_id
left join loads as last_loads on protected_teachers.last_seen_run_id = last_loads.run_id
group by protected_teachers.roster_key, protected_teachers.deactivation_reason
union all
select
    'district' as entity_type,
    'unlisted_district' as rule_code,
    {{ key(["'ticket'", "'district'", "districts.district_name_norm"]) }} as record_key,
    min(districts.district_name) as external_id,
    cast(json_object('district', min(districts.district_name)) as varchar) as payload_json,
    min(loads.load_seq) as first_load_seq,
    max(loads.load_seq) as last_load_seq,
    count(*) as occurrence_count
from districts
inner join loads on districts.district_name_norm = lower(loads.district_name)
where districts.match_rule = 'roster'
group by districts.district_name_norm
