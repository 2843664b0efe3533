{#- What is wrong with rows and profiles of Pathful's reports, one row per thing and rule with the
    loads that said so; identical files count again. -#}
{{ config(materialized='view') }}

with

session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
profiles as (select * from {{ ref('int_pathful__profiles') }}),
user_rows as (select * from {{ ref('int_pathful__user_rows') }}),
districts as (select * from {{ ref('int_places__district_names') }}),

found as (
    -- One row of a report is one problem however often the same export comes again.
    select
        'session_row' as entity_type,
        session_rows.invalid_reason as rule_code,
        coalesce(session_rows.session_ref, '') || '|' || coalesce(session_rows.person_ref, '')
        || '|' || coalesce(session_rows.raw_status, '') as record_key,
        coalesce(session_rows.session_id, 'row ' || session_rows.row_number) as external_id,
        session_rows.run_id,
        json_object(
            'row_number', session_rows.row_number, 'session_id', session_rows.session_id,
            'status', session_rows.raw_status
        ) as payload
    from session_rows
    where session_rows.invalid_reason is not null
    union all
    select
        'session_row' as entity_type,
        'negative_count' as rule_code,
        session_rows.session_ref as record_key,
        coalesce(session_rows.session_id, 'row ' || session_rows.row_number) as external_id,
        session_rows.run_id,
        json_object(
            'row_number', session_rows.row_number, 'session_id', session_rows.session_id
        ) as payload
    from session_rows
    where session_rows.has_negative_count and session_rows.is_session_evidence
    union all
    select
        'session_row' as entity_type,
        'invalid_email' as rule_code,
        session_rows.session_ref || '|' || coalesce(session_rows.person_ref, '') as record_key,
        coalesce(session_rows.session_id, 'row ' || session_rows.row_number) as external_id,
        session_rows.run_id,
        json_object(
            'row_number', session_rows.row_number, 'session_id', session_rows.session_id
        ) as payload
    from session_rows
    where session_rows.has_invalid_email and session_rows.is_session_evidence
    union all
    select
        'profile' as entity_type,
        'invalid_email' as rule_code,
        user_rows.user_id as record_key,
        user_rows.user_id as external_id,
        user_rows.run_id,
        json_object('row_number', user_rows.row_number, 'user_id', user_rows.user_id) as payload
    from user_rows
    where user_rows.has_invalid_email and user_rows.skip_reason is null
    union all
    select
        'profile' as entity_type,
        'shared_email' as rule_code,
        profiles.user_id as record_key,
        profiles.user_id as external_id,
        user_rows.run_id,
        json_object('user_id', profiles.user_id, 'role', profiles.role) as payload
    from profiles
    inner join user_rows
        on profiles.user_id = user_rows.user_id and user_rows.skip_reason is null
    where profiles.is_email_shared
    union all
    select
        'district' as entity_type,
        'provisional_district' as rule_code,
        {{ key(["'ticket'", "'district'", "districts.district_name_norm"]) }} as record_key,
        districts.district_name as external_id,
        session_rows.run_id,
        json_object('district', districts.district_name) as payload
    from districts
    inner join session_rows
        on districts.district_name_norm = lower(session_rows.district_name)
    where districts.match_rule = 'provisional' and session_rows.is_session_evidence
),

uses as (
    select
        found.entity_type,
        found.rule_code,
        found.record_key,
        loads.load_seq,
        min(found.external_id) as external_id,
        min(cast(found.payload as varchar)) as payload_json
    from found
    inner join loads on found.run_id = loads.rows_run_id
    group by found.entity_type, found.rule_code, found.record_key, loads.load_seq
)

select
    entity_type,
    rule_code,
    record_key,
    max_by(external_id, load_seq) as external_id,
    max_by(payload_json, load_seq) as payload_json,
    min(load_seq) as first_load_seq,
    max(load_seq) as last_load_seq,
    count(*) as occurrence_count
from uses
group by entity_type, rule_code, record_key
