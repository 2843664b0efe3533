{#- What is wrong with accounts and classes of the CRM, and with the places its sessions name: one
    row per thing and rule. A place that several sessions miss is one row that counts them. -#}
{{ config(materialized='view') }}

with

raw_accounts as (select * from {{ ref('int_salesforce__accounts') }}),
raw_classes as (select * from {{ ref('int_salesforce__classes') }}),
organizations as (select * from {{ ref('int_crm__organizations') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
classes as (select * from {{ ref('int_crm__classes') }}),
sessions as (select * from {{ ref('int_salesforce__sessions') }}),
events as (select * from {{ ref('int_crm__events') }}),
district_texts as (select * from {{ ref('int_crm__district_texts') }}),

session_places as (
    select
        sessions.session_id,
        sessions.school_id,
        coalesce(sessions.district_name, sessions.parent_account) as district_text,
        sessions.first_load_seq,
        sessions.load_seq
    from sessions
    inner join events on sessions.session_id = events.session_id
    where events.scope = 'in_scope'
),

found as (
    select
        'account' as entity_type,
        'crm_unreadable_value' as rule_code,
        account_id as record_key,
        json_object('account_id', account_id, 'fields', unreadable_fields) as payload,
        first_load_seq,
        load_seq
    from raw_accounts
    where unreadable_fields is not null and not is_deleted
    union all
    select
        'account' as entity_type,
        'missing_account_name' as rule_code,
        account_id as record_key,
        json_object('account_id', account_id, 'type', account_type) as payload,
        first_load_seq,
        load_seq
    from raw_accounts
    where account_name is null and not is_deleted
    union all
    select
        'account' as entity_type,
        'null_org_type' as rule_code,
        account_id as record_key,
        json_object('account_id', account_id) as payload,
        first_load_seq,
        load_seq
    from organizations
    where is_type_missing and not is_deleted
    union all
    select
        'account' as entity_type,
        'school_without_district' as rule_code,
        account_id as record_key,
        json_object('account_id', account_id, 'parent_id', parent_id) as payload,
        first_load_seq,
        load_seq
    from schools
    where district_key is null and not is_deleted
    union all
    select
        'class' as entity_type,
        'crm_unreadable_value' as rule_code,
        class_id as record_key,
        json_object('class_id', class_id, 'fields', unreadable_fields) as payload,
        first_load_seq,
        load_seq
    from raw_classes
    where unreadable_fields is not null and not is_deleted
    union all
    select
        'class' as entity_type,
        'class_incomplete' as rule_code,
        raw_classes.class_id as record_key,
        json_object(
            'class_id', raw_classes.class_id,
            'school_id', raw_classes.school_id,
            'class_year', raw_classes.class_year
        ) as payload,
        raw_classes.first_load_seq,
        raw_classes.load_seq
    from raw_classes
    left join classes on raw_classes.class_id = classes.class_id
    where classes.class_id is null and not raw_classes.is_deleted
    union all
    select
        'class' as entity_type,
        'unresolved_school' as rule_code,
        class_id as record_key,
        json_object('class_id', class_id, 'school_id', school_account_id) as payload,
        first_load_seq,
        load_seq
    from classes
    where school_key is null and not is_deleted
    union all
    select
        'event' as entity_type,
        'unresolved_school' as rule_code,
        session_places.school_id as record_key,
        json_object('school_id', session_places.school_id) as payload,
        session_places.first_load_seq,
        session_places.load_seq
    from session_places
    left join schools on session_places.school_id = schools.account_id
    where session_places.school_id is not null and schools.account_id is null
    union all
    select
        'event' as entity_type,
        'unresolved_district' as rule_code,
        lower(session_places.district_text) as record_key,
        json_object('district', lower(session_places.district_text)) as payload,
        session_places.first_load_seq,
        session_places.load_seq
    from session_places
    inner join district_texts on session_places.district_text = district_texts.district_text
    where district_texts.district_key is null
)

select
    entity_type,
    rule_code,
    record_key,
    record_key as external_id,
    min(cast(payload as varchar)) as payload_json,
    min(first_load_seq) as first_load_seq,
    max(load_seq) as last_load_seq,
    count(*) as occurrence_count
from found
group by entity_type, rule_code, record_key
