with

session_report as (select * from {{ source('raw_pathful', 'session_report') }}),

cleaned as (
    select
        run_id,
        row_number,
        payload,
        {{ clean_text('session_id') }} as session_id_text,
        {{ clean_text('event_id') }} as event_id_text,
        {{ clean_text('title') }} as title,
        {{ clean_text('date') }} as date_text,
        {{ clean_text('status') }} as raw_status,
        {{ clean_text('duration') }} as duration_text,
        {{ clean_text('user_auth_id') }} as user_id_text,
        {{ clean_text('name') }} as name_text,
        {{ clean_text('signup_role') }} as role_text,
        {{ clean_text('school') }} as school_text,
        {{ clean_text('district_or_company') }} as district_or_company_text,
        {{ clean_text('partner') }} as partner_text,
        {{ clean_text('registered_student_count') }} as registered_student_text,
        {{ clean_text('attended_student_count') }} as attended_student_text,
        {{ clean_text('attended_educator_count') }} as attended_educator_text,
        {{ clean_text('career_cluster') }} as career_cluster,
        {{ clean_text('work_based_learning') }} as work_based_learning,
        {{ clean_text('series_or_event_title') }} as series,
        {{ clean_text('state') }} as state_text,
        {{ clean_text('teacher_email') }} as teacher_email_text,
        {{ clean_text('presenter_email') }} as presenter_email_text,
        {{ clean_email('teacher_email') }} as teacher_email,
        {{ clean_email('presenter_email') }} as presenter_email,
        {{ clean_text('attendance_status') }} as attendance_text
    from session_report
),

parsed as (
    select
        *,
        {{ try_offset_timestamp('date_text') }} as offset_start_at,
        {{ try_local_timestamp('date_text') }} as local_start_at,
        {{ person_name('name_text') }} as person_name
    from cleaned
)

select
    run_id,
    row_number,
    coalesce({{ clean_id('event_id_text') }}, {{ clean_id('session_id_text') }}) as session_id,
    title,
    lower(title) as title_norm,
    date_text,
    cast(
        coalesce(local_start_at, {{ utc_to_site_local('offset_start_at') }}) as date
    ) as session_date,
    coalesce(offset_start_at, {{ site_local_to_utc('local_start_at') }}) as start_at,
    -- A naive midnight says that nobody entered a time (pathful.md 1.4).
    offset_start_at is not null or cast(local_start_at as time) <> time '00:00:00' as is_time_known,
    raw_status,
    lower(raw_status) as status_text,
    {{ try_count('duration_text') }} as duration_minutes,
    {{ clean_id('user_id_text') }} as user_id,
    person_name,
    {{ name_norm('person_name') }} as name_norm,
    lower(role_text) as role_text,
    school_text,
    district_or_company_text,
    upper(partner_text) as partner,
    {{ try_count('registered_student_text') }} as registered_student_count,
    {{ try_count('attended_student_text') }} as attended_student_count,
    {{ try_count('attended_educator_text') }} as attended_educator_count,
    coalesce(try_cast(registered_student_text as double) < 0, false)
    or coalesce(try_cast(attended_student_text as double) < 0, false) as has_negative_count,
    career_cluster,
    work_based_learning,
    series,
    state_text,
    teacher_email,
    presenter_email,
    (teacher_email_text is not null and teacher_email is null)
    or (presenter_email_text is not null and presenter_email is null) as has_invalid_email,
    lower(attendance_text) as attendance_text,
    payload,
    coalesce(
        session_id_text, event_id_text, title, date_text, raw_status, user_id_text, name_text,
        role_text, school_text, district_or_company_text, partner_text
    ) is null as is_blank_row
from parsed
