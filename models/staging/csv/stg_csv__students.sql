{#- The rows of every complete landing of students as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = [
    'first_name', 'last_name', 'middle_name', 'preferred_name', 'email', 'alternate_emails',
    'phone', 'alternate_phones', 'dob', 'gender', 'race_ethnicity', 'street', 'street2',
    'city', 'state_code', 'postal_code', 'country_code', 'student_id', 'grade',
    'enrollment_date', 'graduation_date', 'graduation_year', 'school_ref'
] -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'students') }}),

{{ contract_rows('student', fields, person_content(['student_id'])) }}
