{#- What the data say that cannot be right, one row per thing and rule; nothing here is lost, the
    row says where it went. Keys and codes only: the row itself is one click away. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
loads as (select * from {{ ref('stg_pathful__loads') }}),
profiles as (select * from {{ ref('int_pathful__profiles') }}),
user_rows as (select * from {{ ref('int_pathful__user_rows') }}),
districts as (select * from {{ ref('int_places__district_names') }}),
protected_teachers as (select * from {{ ref('int_roster__protected') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
rules as (select * from {{ ref('rule_data_quality') }}),

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
        loads.run_id,
        loads.load_seq,
        min(found.external_id) as external_id,
        min(cast(found.payload as varchar)) as payload_json
    from found
    inner join loads on found.run_id = loads.rows_run_id
    group by found.entity_type, found.rule_code, found.record_key, loads.run_id, loads.load_seq
),

grouped as (
    select
        entity_type,
        rule_code,
        record_key,
        max_by(external_id, load_seq) as external_id,
        max_by(payload_json, load_seq) as payload_json,
        min_by(run_id, load_seq) as first_seen_run_id,
        max_by(run_id, load_seq) as last_seen_run_id,
        count(*) as occurrence_count
    from uses
    group by entity_type, rule_code, record_key
    union all
    select
        'roster_teacher' as entity_type,
        'protected_teacher_skipped' as rule_code,
        roster_key as record_key,
        roster_key as external_id,
        cast(
            json_object('roster_key', roster_key, 'reason', deactivation_reason) as varchar
        ) as payload_json,
        first_seen_run_id,
        last_seen_run_id,
        occurrence_count
    from protected_teachers
    union all
    select
        'district' as entity_type,
        'unlisted_district' as rule_code,
        {{ key(["'ticket'", "'district'", "districts.district_name_norm"]) }} as record_key,
        min(districts.district_name) as external_id,
        cast(json_object('district', min(districts.district_name)) as varchar) as payload_json,
        min_by(roster_loads.run_id, roster_loads.load_seq) as first_seen_run_id,
        max_by(roster_loads.run_id, roster_loads.load_seq) as last_seen_run_id,
        count(*) as occurrence_count
    from districts
    inner join roster_loads
        on districts.district_name_norm = lower(roster_loads.district_name)
    where districts.match_rule = 'roster'
    group by districts.district_name_norm
)

select
    {{ key(["'violation'", "grouped.entity_type", "grouped.rule_code", "grouped.record_key"]) }}
        as violation_key,
    grouped.entity_type,
    case
        when grouped.rule_code in ('protected_teacher_skipped', 'unlisted_district') then 'roster'
        else 'pathful'
    end as external_system,
    grouped.external_id,
    grouped.record_key,
    grouped.rule_code,
    rules.catalog_code,
    cast(null as varchar) as sub_code,
    rules.severity,
    'open' as status,
    rules.is_quarantining,
    rules.message,
    rules.remediation_hint,
    rules.field,
    grouped.payload_json,
    cast(null as varchar) as normalized_json,
    grouped.first_seen_run_id,
    grouped.last_seen_run_id,
    grouped.occurrence_count
from grouped
inner join rules on grouped.rule_code = rules.rule_code
