{{ config(materialized='view') }}
{#- Sign-ups that were refused, lead to nobody or to no event, or hold something doubtful
    (platform.md 3.2), one row per sign-up and rule, as its newest row says it; the count is of the
    rows that said so. Keys and codes only: what a file names people by may be an address. -#}
with

versions as (select * from {{ ref('int_signups__versions') }}),
signups as (select * from {{ ref('int_signups__signups') }}),

{#- rule -> what is wrong with a row. #}
{%- set row_rules = {
    'signup_missing_event': "invalid_reason = 'missing_event'",
    'signup_missing_person': "invalid_reason = 'missing_person'",
    'signup_invalid_email': "invalid_reason = 'invalid_email'",
    'signup_negative_hours': 'has_negative_hours',
    'signup_hours_over_24': "hours > " ~ var('max_event_hours'),
    'signup_absent_with_hours': "not is_attended and hours > 0",
    'signup_unknown_rsvp_status': "fields like '%,rsvp_status,%'",
    'signup_unknown_role': "fields like '%,role,%'",
    'signup_unknown_attended_flag': "fields like '%,attended_flag,%'",
    'signup_unreadable_value':
        "regexp_matches(fields, ',(hours|signed_up_at|source_updated_at|external_system),')"
        ~ " or (fields like '%,email,%' and invalid_reason is distinct from 'invalid_email')"
} %}
{#- rule -> (sub code, what is wrong with a sign-up, what it may be instead). #}
{%- set reference_rules = {
    'signup_unknown_event': ['REF_EVENT_MISSING', 'event_key is null'],
    'signup_unknown_shift': ['REF_SHIFT_MISSING', 'shift_ref is not null and shift_key is null'],
    'signup_unknown_volunteer':
        ['REF_VOLUNTEER_MISSING', 'person_key is null and candidate_keys is null'],
    'signup_ambiguous_volunteer':
        ['REF_VOLUNTEER_AMBIGUOUS', 'person_key is null and candidate_keys is not null']
} %}
said as (
    select
        *,
        ',' || unreadable_fields || ',' as fields
    from versions
),

faults as (
    {% for rule_code, condition in row_rules.items() -%}
        select
            '{{ rule_code }}' as rule_code,
            record_ref,
            external_id,
            run_id,
            load_seq,
            row_number,
            unreadable_fields,
            is_newest
        from said
        where {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

standing as (
    select
        rule_code,
        record_ref,
        max(external_id) as external_id,
        max(row_number) filter (where is_newest) as row_number,
        max(run_id) filter (where is_newest) as run_id,
        max(unreadable_fields) filter (where is_newest) as unreadable_fields,
        min(load_seq) as first_load_seq,
        max(load_seq) as last_load_seq,
        count(*) as occurrence_count
    from faults
    group by rule_code, record_ref
    having bool_or(is_newest)
),

found as (
    select
        rule_code,
        cast(null as varchar) as sub_code,
        {{ key(["'signup'", "record_ref"]) }} as record_key,
        coalesce(external_id, 'row ' || row_number) as external_id,
        json_object('run_id', run_id, 'row_number', row_number, 'fields', unreadable_fields)
            as payload,
        first_load_seq,
        last_load_seq,
        occurrence_count
    from standing
    {% for rule_code, (sub_code, condition) in reference_rules.items() -%}
        union all
        select
            '{{ rule_code }}' as rule_code,
            '{{ sub_code }}' as sub_code,
            signup_key as record_key,
            external_id,
            json_object('signup_key', signup_key, 'candidates', candidate_keys) as payload,
            first_load_seq,
            last_load_seq,
            1 as occurrence_count
        from signups
        where {{ condition }}
    {% endfor %}
)

select
    'signup' as entity_type,
    rule_code,
    sub_code,
    record_key,
    external_id,
    cast(payload as varchar) as payload_json,
    first_load_seq,
    last_load_seq,
    occurrence_count
from found
