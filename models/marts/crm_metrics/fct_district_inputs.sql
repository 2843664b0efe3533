{#- What staff entered for a district and year (salesforce.md §6.2): whole numbers from 0 to 30000,
    shown beside the computed ones and never added to them. The newest standing decision holds. -#}
with

decisions as (select * from {{ ref('int_decisions__active') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),
inputs as (select * from {{ ref('ref_district_inputs') }}),

read_inputs as (
    select
        decisions.decision_seq,
        coalesce(former_keys.place_key, decisions.subject_key) as district_key,
        {{ json_text('decisions.payload', 'school_year') }} as school_year,
        coalesce({{ json_text('decisions.payload', 'host') }}, 'all') as host,
        {{ json_text('decisions.payload', 'data_type') }} as data_type,
        {{ try_count(json_text('decisions.payload', 'value')) }} as input_value,
        decisions.decision_id,
        decisions.decided_at,
        decisions.actor
    from decisions
    left join former_keys
        on
            decisions.subject_key = former_keys.former_key
            and former_keys.entity_type = 'district'
    where decisions.action = 'set_district_input' and decisions.subject_type = 'district'
),

find_newest as (
    select max(read_inputs.decision_seq) as decision_seq
    from read_inputs
    inner join inputs on read_inputs.data_type = inputs.data_type
    where
        read_inputs.input_value between 0 and 30000
        and read_inputs.school_year is not null
    group by
        read_inputs.district_key,
        read_inputs.school_year,
        read_inputs.host,
        read_inputs.data_type
)

select
    read_inputs.district_key,
    read_inputs.school_year,
    read_inputs.host,
    read_inputs.data_type,
    inputs.input_name,
    read_inputs.input_value,
    read_inputs.decision_id,
    read_inputs.decided_at,
    read_inputs.actor
from read_inputs
inner join find_newest on read_inputs.decision_seq = find_newest.decision_seq
inner join inputs on read_inputs.data_type = inputs.data_type
