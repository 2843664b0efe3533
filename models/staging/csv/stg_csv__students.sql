{#- The rows of every complete landing of students as clean text,
    each with the id that tells it from others: its system's own, else one made of what it says and
    never of its place in the file (platform.md 0.2 R-11, 4.10). One row per landed row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
students as (select * from {{ source('raw_csv', 'students') }}),

cleaned as (
    select
        students.run_id,
        students.row_number,
        students.landed_at,
        lower(loads.external_system) as file_system,
        lower({{ contract_text('students.external_system') }}) as row_system,
        {{ clean_id(contract_text('students.external_id')) }} as own_id,
        {{ contract_text('students.first_name') }} as first_name,
        {{ contract_text('students.last_name') }} as last_name,
        {{ contract_text('students.middle_name') }} as middle_name,
        {{ contract_text('students.preferred_name') }} as preferred_name,
        {{ contract_text('students.email') }} as email,
        {{ contract_text('students.alternate_emails') }} as alternate_emails,
        {{ contract_text('students.phone') }} as phone,
        {{ contract_text('students.alternate_phones') }} as alternate_phones,
        {{ contract_text('students.dob') }} as dob,
        {{ contract_text('students.gender') }} as gender,
        {{ contract_text('students.race_ethnicity') }} as race_ethnicity,
        {{ contract_text('students.street') }} as street,
        {{ contract_text('students.street2') }} as street2,
        {{ contract_text('students.city') }} as city,
        {{ contract_text('students.state_code') }} as state_code,
        {{ contract_text('students.postal_code') }} as postal_code,
        {{ contract_text('students.country_code') }} as country_code,
        {{ contract_text('students.student_id') }} as student_id,
        {{ contract_text('students.grade') }} as grade,
        {{ contract_text('students.enrollment_date') }} as enrollment_date,
        {{ contract_text('students.graduation_date') }} as graduation_date,
        {{ contract_text('students.graduation_year') }} as graduation_year,
        {{ contract_text('students.school_ref') }} as school_ref,
        {{ contract_text('students.source_updated_at') }} as source_updated_at,
        students.payload
    from students
    inner join loads on students.run_id = loads.run_id
),

marked as (
    select
        *,
        coalesce(row_system, file_system, 'csv') as external_system,
        coalesce(
            own_id,
            first_name,
            last_name,
            middle_name,
            preferred_name,
            email,
            alternate_emails,
            phone,
            alternate_phones,
            dob,
            gender,
            race_ethnicity,
            street,
            street2,
            city,
            state_code,
            postal_code,
            country_code,
            student_id,
            grade,
            enrollment_date,
            graduation_date,
            graduation_year,
            school_ref
        ) is null as is_blank
    from cleaned
),

described as (
    select
        *,
        case
            when external_system = 'salesforce' then coalesce({{ salesforce_id('own_id') }}, own_id)
            else own_id
        end as given_id,
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
        end as content
    from marked
),

identified as (
    select
        *,
        case
            when not is_blank
                then coalesce(
                    given_id,
                    -- A row that says nothing of this is told by all that it says.
                    'csv:'
                    || left(
                        sha256(
                            coalesce(case when trim(content, '|') <> '' then content end, payload)
                        ),
                        16
                    )
                )
        end as external_id
    from described
)

select
    'student' as entity_type,
    run_id,
    row_number,
    landed_at,
    external_system,
    external_id,
    given_id is null and not is_blank as is_id_synthesised,
    case
        when not is_blank
            then {{ record_hash("'student'", 'external_system', 'external_id') }}
    end as record_hash,
    first_name,
    last_name,
    middle_name,
    preferred_name,
    email,
    alternate_emails,
    phone,
    alternate_phones,
    dob,
    gender,
    race_ethnicity,
    street,
    street2,
    city,
    state_code,
    postal_code,
    country_code,
    student_id,
    grade,
    enrollment_date,
    graduation_date,
    graduation_year,
    school_ref,
    source_updated_at,
    is_blank,
    payload
from identified
