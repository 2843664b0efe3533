{#- Which account of Pathful and which record of Salesforce is which thing of ours, as matched
    today. A record that the CRM merged, deleted or no longer has points where it always did and is not
    active; it is again when it comes back (salesforce.md 1.13). -#}
with

teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
crm_records as (select * from {{ ref('int_crm__external_ids') }}),
csv_records as (select * from {{ ref('int_volunteers__records') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
people as (select * from {{ ref('int_identity__people') }}),
file_organizations as (select * from {{ ref('int_csv__organizations') }}),
file_students as (select * from {{ ref('int_csv__students') }}),
file_affiliations as (select * from {{ ref('int_csv__affiliations') }}),
file_events as (select * from {{ ref('int_csv__events') }}),
shifts as (select * from {{ ref('dim_shifts') }}),

matched as (
    select
        'educator' as role,
        person_ref,
        teacher_key as entity_key,
        match_rule
    from teacher_matches
    where teacher_key is not null and user_id is not null
    union all
    select
        'professional' as role,
        person_ref,
        person_key as entity_key,
        coalesce('crm_' || crm_rule, 'own') as match_rule
    from presenter_matches
    where person_key is not null and user_id is not null
),

pathful_accounts as (
    select
        case matched.role when 'educator' then 'teacher' else 'volunteer' end as entity_type,
        'pathful' as external_system,
        persons.user_id as external_id,
        matched.entity_key as entity_id,
        matched.match_rule,
        first_load.run_id,
        first_load.landed_at as first_seen_at,
        last_load.landed_at as last_seen_at,
        true as is_active,
        cast(null as timestamp with time zone) as deactivated_at,
        cast(null as varchar) as upstream_deleted_reason,
        cast(null as varchar) as metadata_json
    from matched
    inner join persons on matched.role = persons.role and matched.person_ref = persons.person_ref
    inner join loads as first_load on persons.first_load_seq = first_load.load_seq
    inner join loads as last_load on persons.last_load_seq = last_load.load_seq
),

file_things as (
    select
        'organization' as entity_type,
        external_system,
        external_id,
        organization_key as entity_id,
        match_rule,
        first_load_seq,
        first_seen_at,
        last_seen_at
    from file_organizations
    union all
    select
        'student' as entity_type,
        external_system,
        external_id,
        student_key as entity_id,
        match_rule,
        first_load_seq,
        first_seen_at,
        last_seen_at
    from file_students
    union all
    select
        'affiliation' as entity_type,
        external_system,
        external_id,
        affiliation_key as entity_id,
        case when is_newest_of_pair then 'own' else 'same_pair' end as match_rule,
        first_load_seq,
        first_seen_at,
        last_seen_at
    from file_affiliations
)

select
    entity_type,
    external_system,
    external_id,
    entity_id,
    match_rule,
    run_id,
    first_seen_at,
    last_seen_at,
    is_active,
    deactivated_at,
    upstream_deleted_reason,
    metadata_json
from pathful_accounts
union all
select
    entity_type,
    'salesforce' as external_system,
    external_id,
    entity_id,
    match_rule,
    run_id,
    first_seen_at,
    last_seen_at,
    is_active,
    deactivated_at,
    upstream_deleted_reason,
    metadata_json
from crm_records
union all
select
    'volunteer' as entity_type,
    csv_records.external_system,
    csv_records.external_id,
    people.person_key as entity_id,
    case when people.record_key = people.anchor_record_key then 'own' else 'same_person' end
        as match_rule,
    csv_loads.run_id,
    csv_records.first_seen_at,
    csv_records.last_seen_at,
    true as is_active,
    null as deactivated_at,
    null as upstream_deleted_reason,
    null as metadata_json
from csv_records
inner join people on csv_records.record_key = people.record_key
left join csv_loads on csv_records.first_load_seq = csv_loads.load_seq
-- A file that repeats ids of the CRM says nothing new of them.
left join crm_records
    on
        crm_records.entity_type = 'volunteer'
        and case when csv_records.external_system = 'salesforce' then csv_records.external_id end
        = crm_records.external_id
where crm_records.external_id is null
union all
select
    'event' as entity_type,
    file_events.external_system,
    file_events.external_id,
    file_events.event_key as entity_id,
    'own' as match_rule,
    file_events.first_seen_run_id as run_id,
    first_loads.landed_at as first_seen_at,
    last_loads.landed_at as last_seen_at,
    true as is_active,
    null as deactivated_at,
    null as upstream_deleted_reason,
    null as metadata_json
from file_events
left join csv_loads as first_loads on file_events.first_load_seq = first_loads.load_seq
left join csv_loads as last_loads on file_events.last_load_seq = last_loads.load_seq
left join crm_records
    on
        crm_records.entity_type = 'event'
        and case when file_events.external_system = 'salesforce' then file_events.external_id end
        = crm_records.external_id
where crm_records.external_id is null
union all
select
    'shift' as entity_type,
    shifts.external_system,
    shifts.external_id,
    shifts.shift_key as entity_id,
    'own' as match_rule,
    shifts.first_seen_run_id as run_id,
    first_loads.landed_at as first_seen_at,
    last_loads.landed_at as last_seen_at,
    true as is_active,
    null as deactivated_at,
    null as upstream_deleted_reason,
    null as metadata_json
from shifts
left join csv_loads as first_loads on shifts.first_seen_run_id = first_loads.run_id
left join csv_loads as last_loads on shifts.last_seen_run_id = last_loads.run_id
union all
select
    file_things.entity_type,
    file_things.external_system,
    file_things.external_id,
    file_things.entity_id,
    file_things.match_rule,
    csv_loads.run_id,
    file_things.first_seen_at,
    file_things.last_seen_at,
    true as is_active,
    null as deactivated_at,
    null as upstream_deleted_reason,
    null as metadata_json
from file_things
left join csv_loads on file_things.first_load_seq = csv_loads.load_seq
left join crm_records
    on
        file_things.entity_type = crm_records.entity_type
        and case when file_things.external_system = 'salesforce' then file_things.external_id end
        = crm_records.external_id
where crm_records.external_id is null
