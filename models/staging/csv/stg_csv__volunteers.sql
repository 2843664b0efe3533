{#- The rows of every complete landing of volunteers as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = [
    'first_name', 'last_name', 'middle_name', 'preferred_name', 'email', 'alternate_emails',
    'phone', 'alternate_phones', 'dob', 'gender', 'race_ethnicity', 'street', 'street2',
    'city', 'state_code', 'postal_code', 'country_code', 'employer', 'notes',
    'school_affiliation', 'student_flag', 'consent_signed_at', 'background_check_status',
    'background_check_date', 'photo_release', 'title', 'department', 'skills', 'interests',
    'education_level', 'age_group', 'do_not_call', 'do_not_email', 'do_not_contact'
] -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'volunteers') }}),

{{ contract_rows('volunteer', fields, person_content(), long_texts=['notes']) }}
