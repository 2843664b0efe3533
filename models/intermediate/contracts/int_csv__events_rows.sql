{#- The rows of events by file, corrected where a steward did, times as instants, words looked up
    whole (platform.md 2.5, 7.4, 7.8). One row per landed row. -#}
{{ config(materialized='view') }}
{%- set fields = [
    'start_at', 'end_at', 'host_org_ref', 'program_type', 'event_status', 'event_format',
    'cancellation_reason', 'capacity', 'district_ref', 'school_ref', 'parent_account_ref',
    'total_requested_volunteer_jobs', 'non_scheduled_students_count', 'requested_skills',
    'source_updated_at'
] -%}
{%- set bare = [
    'title', 'location', 'location_address', 'virtual_link', 'additional_information'
] -%}
with

staged as (select * from {{ ref('stg_csv__events') }}),
patches as (select * from {{ ref('int_decisions__row_patches') }}),
words as (select * from {{ ref('map_contract_words') }}),

{{ corrected_rows(fields, bare) }},

typed as (
    select
        entered.*,
        {{ contract_timestamp('entered.start_at_text') }} as start_at,
        {{ contract_timestamp('entered.end_at_text') }} as end_at,
        {{ contract_timestamp('entered.source_updated_at_text') }} as source_updated_at,
        program_type_words.word as program_type,
        event_status_words.word as event_status,
        event_format_words.word as event_format,
        cancellation_reason_words.word as cancellation_reason,
        {{ contract_number('entered.capacity_text') }} as capacity,
        {{ contract_number('entered.total_requested_volunteer_jobs_text') }}
            as total_requested_volunteer_jobs,
        {{ contract_number('entered.non_scheduled_students_count_text') }}
            as non_scheduled_students_count
    from entered
    left join words as program_type_words
        on
            program_type_words.field = 'program_type'
            and lower(entered.program_type_text) = program_type_words.raw_word
    left join words as event_status_words
        on
            event_status_words.field = 'event_status'
            and lower(entered.event_status_text) = event_status_words.raw_word
    left join words as event_format_words
        on
            event_format_words.field = 'event_format'
            and lower(entered.event_format_text) = event_format_words.raw_word
    left join words as cancellation_reason_words
        on
            cancellation_reason_words.field = 'cancellation_reason'
            and lower(entered.cancellation_reason_text) = cancellation_reason_words.raw_word
)

select
    {{ row_keys() }},
    payload,
    source_updated_at,
    title_text as title,
    start_at,
    end_at,
    case
        when end_at > start_at then cast(floor(epoch(end_at - start_at) / 60) as bigint)
    end as duration_minutes,
    location_text as location,
    location_address_text as location_address,
    virtual_link_text as virtual_link,
    host_org_ref_text as host_org_ref,
    program_type,
    program_type_text as program_type_raw,
    event_status,
    event_status_text as event_status_raw,
    event_format,
    cancellation_reason,
    case when capacity >= 0 then capacity end as capacity,
    capacity_text is not null and coalesce(capacity < 0, true) as is_capacity_invalid,
    district_ref_text as district_ref,
    school_ref_text as school_ref,
    parent_account_ref_text as parent_account_ref,
    total_requested_volunteer_jobs,
    non_scheduled_students_count,
    {{ distinct_parts('requested_skills_text') }} as requested_skills,
    additional_information_text as additional_information,
    {{ unread([
        'end_at', 'source_updated_at', 'total_requested_volunteer_jobs',
        'non_scheduled_students_count'
    ]) }} as unreadable_fields,
    {{ unread([
        'program_type', 'event_status', 'event_format', 'cancellation_reason'
    ]) }} as unmapped_fields,
    {{ fingerprint([
        'title_text', 'start_at', 'end_at', 'location_text', 'location_address_text',
        'virtual_link_text', 'host_org_ref_text', 'program_type_text', 'event_status_text',
        'event_format_text', 'cancellation_reason_text', 'capacity', 'district_ref_text',
        'school_ref_text', 'parent_account_ref_text', 'total_requested_volunteer_jobs',
        'non_scheduled_students_count', 'requested_skills_text', 'additional_information_text'
    ]) }} as fingerprint
from typed
