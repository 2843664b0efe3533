{#- The rows of every complete landing of students as clean text, each with its id. One row per
    landed row. -#}
{%- set fields = [
    'first_name', 'last_name', 'middle_name', 'preferred_name', 'email', 'alternate_emails',
    'phone', 'alternate_phones', 'dob', 'gender', 'race_ethnicity', 'street', 'street2',
    'city', 'state_code', 'postal_code', 'country_code', 'student_id', 'grade',
    'enrollment_date', 'graduation_date', 'graduation_year', 'school_ref'
] -%}
{%- set content -%}
    case
        when own_id is null
            then concat_ws(
                '|',
                coalesce(
                    regexp_replace(
                        {{ contact_emails('email') }}.found[1], '^([^+@]+)[+][^@]*@', '\1@'
                    ),
                    ''
                ),
                coalesce({{ contact_phones('phone') }}.found[1], ''),
                coalesce({{ name_key("concat_ws(' ', first_name, last_name)") }}, ''),
                coalesce(cast({{ contract_date('dob') }} as varchar), ''),
                coalesce(student_id, '')
            )
    end
{%- endset -%}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ source('raw_csv', 'students') }}),

{{ contract_rows('student', fields, content) }}
