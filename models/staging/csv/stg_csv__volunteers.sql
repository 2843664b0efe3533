{#- The rows of every complete landing of volunteers as clean text,
    each with the id that tells it from others: its system's own, else one made of what it says and
    never of its place in the file (platform.md 0.2 R-11, 4.10). One row per landed row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
volunteers as (select * from {{ source('raw_csv', 'volunteers') }}),

cleaned as (
    select
        volunteers.run_id,
        volunteers.row_number,
        volunteers.landed_at,
        lower(loads.external_system) as file_system,
        lower({{ contract_text('volunteers.external_system') }}) as row_system,
        {{ clean_id(contract_text('volunteers.external_id')) }} as own_id,
        {{ contract_text('volunteers.first_name') }} as first_name,
        {{ contract_text('volunteers.last_name') }} as last_name,
        {{ contract_text('volunteers.middle_name') }} as middle_name,
        {{ contract_text('volunteers.preferred_name') }} as preferred_name,
        {{ contract_text('volunteers.email') }} as email,
        {{ contract_text('volunteers.alternate_emails') }} as alternate_emails,
        {{ contract_text('volunteers.phone') }} as phone,
        {{ contract_text('volunteers.alternate_phones') }} as alternate_phones,
        {{ contract_text('volunteers.dob') }} as dob,
        {{ contract_text('volunteers.gender') }} as gender,
        {{ contract_text('volunteers.race_ethnicity') }} as race_ethnicity,
        {{ contract_text('volunteers.street') }} as street,
        {{ contract_text('volunteers.street2') }} as street2,
        {{ contract_text('volunteers.city') }} as city,
        {{ contract_text('volunteers.state_code') }} as state_code,
        {{ contract_text('volunteers.postal_code') }} as postal_code,
        {{ contract_text('volunteers.country_code') }} as country_code,
        {{ contract_text('volunteers.employer') }} as employer,
        {{ contract_text('volunteers.notes', lines=true) }} as notes,
        {{ contract_text('volunteers.school_affiliation') }} as school_affiliation,
        {{ contract_text('volunteers.student_flag') }} as student_flag,
        {{ contract_text('volunteers.consent_signed_at') }} as consent_signed_at,
        {{ contract_text('volunteers.background_check_status') }} as background_check_status,
        {{ contract_text('volunteers.background_check_date') }} as background_check_date,
        {{ contract_text('volunteers.photo_release') }} as photo_release,
        {{ contract_text('volunteers.title') }} as title,
        {{ contract_text('volunteers.department') }} as department,
        {{ contract_text('volunteers.skills') }} as skills,
        {{ contract_text('volunteers.interests') }} as interests,
        {{ contract_text('volunteers.education_level') }} as education_level,
        {{ contract_text('volunteers.age_group') }} as age_group,
        {{ contract_text('volunteers.do_not_call') }} as do_not_call,
        {{ contract_text('volunteers.do_not_email') }} as do_not_email,
        {{ contract_text('volunteers.do_not_contact') }} as do_not_contact,
        {{ contract_text('volunteers.source_updated_at') }} as source_updated_at,
        volunteers.payload
    from volunteers
    inner join loads on volunteers.run_id = loads.run_id
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
            employer,
            notes,
            school_affiliation,
            student_flag,
            consent_signed_at,
            background_check_status,
            background_check_date,
            photo_release,
            title,
            department,
            skills,
            interests,
            education_level,
            age_group,
            do_not_call,
            do_not_email,
            do_not_contact
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
                    coalesce(cast({{ contract_date('dob') }} as varchar), '')
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
    'volunteer' as entity_type,
    run_id,
    row_number,
    landed_at,
    external_system,
    external_id,
    given_id is null and not is_blank as is_id_synthesised,
    case
        when not is_blank
            then {{ record_hash("'volunteer'", 'external_system', 'external_id') }}
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
    employer,
    notes,
    school_affiliation,
    student_flag,
    consent_signed_at,
    background_check_status,
    background_check_date,
    photo_release,
    title,
    department,
    skills,
    interests,
    education_level,
    age_group,
    do_not_call,
    do_not_email,
    do_not_contact,
    source_updated_at,
    is_blank,
    payload
from identified
