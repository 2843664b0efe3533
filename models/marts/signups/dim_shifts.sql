with

shifts as (select * from {{ ref('int_csv__shifts_rows') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
event_findings as (select * from {{ ref('int_csv__event_findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),
events as (select * from {{ ref('dim_events') }}),

{{ standing_rows('shift', ['findings', 'event_findings']) }},

file_refs as (
    select
        lower(external_system || ':' || external_id) as event_ref,
        min(event_key) as event_key
    from events
    where external_id is not null
    group by lower(external_system || ':' || external_id)
),

crm_refs as (
    select
        salesforce_id as event_ref,
        min(event_key) as event_key
    from events
    where salesforce_id is not null
    group by salesforce_id
),

pathful_refs as (
    select
        pathful_session_id as event_ref,
        min(event_key) as event_key
    from events
    where pathful_session_id is not null
    group by pathful_session_id
)

select
    {{ key(["'shift'", "shifts.external_system", "shifts.external_id"]) }} as shift_key,
    coalesce(file_refs.event_key, crm_refs.event_key, pathful_refs.event_key) as event_key,
    shifts.external_system,
    shifts.external_id,
    shifts.event_ref,
    shifts.start_at,
    shifts.end_at,
    shifts.capacity,
    shifts.role,
    first_loads.run_id as first_seen_run_id,
    last_loads.run_id as last_seen_run_id
from standing
inner join shifts
    on standing.rows_run_id = shifts.run_id and standing.row_number = shifts.row_number
inner join loads as first_loads on standing.first_load_seq = first_loads.load_seq
inner join loads as last_loads on standing.last_load_seq = last_loads.load_seq
left join file_refs
    on lower(shifts.external_system || ':' || shifts.event_ref) = file_refs.event_ref
left join crm_refs on {{ salesforce_id('shifts.event_ref') }} = crm_refs.event_ref
left join pathful_refs on shifts.event_ref = pathful_refs.event_ref
