{#- The rows of every complete landing of events as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = [
    'title', 'start_at', 'end_at', 'location', 'location_address', 'virtual_link',
    'host_org_ref', 'program_type', 'event_status', 'event_format', 'cancellation_reason',
    'capacity', 'district_ref', 'school_ref', 'parent_account_ref',
    'total_requested_volunteer_jobs', 'non_scheduled_students_count', 'requested_skills',
    'additional_information'
] -%}
{%- set content = "concat_ws('|', lower(title), start_at)" -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'events') }}),

{{ contract_rows('event', fields, content, long_texts=['additional_information']) }}
