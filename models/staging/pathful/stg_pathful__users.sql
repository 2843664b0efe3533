with

user_report as (select * from {{ source('raw_pathful', 'user_report') }}),

cleaned as (
    select
        run_id,
        row_number,
        payload,
        {{ clean_text('user_auth_id') }} as user_id_text,
        {{ clean_text('signup_role') }} as role_text,
        {{ clean_text('name') }} as name_text,
        {{ clean_text('login_email') }} as login_email_text,
        {{ clean_text('notification_email') }} as notification_email_text,
        {{ clean_email('login_email') }} as login_email,
        {{ clean_email('notification_email') }} as notification_email,
        {{ clean_text('school') }} as school_name,
        {{ clean_text('district_or_company') }} as district_or_company,
        {{ clean_text('job_title') }} as job_title,
        {{ clean_text('skills') }} as skills,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state_code,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('join_date') }} as join_date_text,
        {{ clean_text('last_login_date') }} as last_login_date_text,
        {{ clean_text('last_session_date') }} as last_session_date_text,
        {{ clean_text('login_count') }} as login_count_text
    from user_report
)

select
    run_id,
    row_number,
    {{ clean_id('user_id_text') }} as user_id,
    lower(role_text) as role_text,
    {{ person_name('name_text') }} as person_name,
    {{ name_norm(person_name('name_text')) }} as name_norm,
    coalesce(login_email, notification_email) as email,
    login_email,
    notification_email,
    (login_email_text is not null and login_email is null)
    or (notification_email_text is not null and notification_email is null) as has_invalid_email,
    school_name,
    district_or_company,
    job_title,
    skills,
    city,
    state_code,
    postal_code,
    cast({{ try_local_timestamp('join_date_text') }} as date) as join_date,
    cast({{ try_local_timestamp('last_login_date_text') }} as date) as last_login_date,
    cast({{ try_local_timestamp('last_session_date_text') }} as date) as last_session_date,
    coalesce({{ try_count('login_count_text') }}, 0) as login_count,
    payload
from cleaned
