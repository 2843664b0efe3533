{#- Which account of Pathful and which record of Salesforce is which thing of ours, as matched
    today. A record that the CRM merged, deleted or no longer has points where it always did and is not
    active; it is again when it comes back (salesforce.md 1.13). -#}
with

teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),
crm_records as (select * from {{ ref('int_crm__external_ids') }}),
csv_records as (select * from {{ ref('int_volunteers__records') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
people as (select * from {{ ref('int_identity__people') }}),

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
        csv_records.external_system = 'salesforce'
        and crm_records.entity_type = 'volunteer'
        and csv_records.external_id = crm_records.external_id
where crm_records.external_id is null
