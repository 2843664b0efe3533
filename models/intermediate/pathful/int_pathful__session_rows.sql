{{ config(materialized='incremental', incremental_strategy='append') }}

with

loads as (select * from {{ ref('int_pathful__loads') }}),
report_rows as (select * from {{ ref('stg_pathful__session_rows') }}),
statuses as (select * from {{ ref('map_event_statuses') }}),
roles as (select * from {{ ref('map_signup_roles') }}),

new_loads as (
    select *
    from loads
    where
        report_type = 'session_report' and has_own_rows
        {% if is_incremental() %}
            and load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
        {% endif %}
),

typed as (
    select
        new_loads.run_id as load_run_id,
        new_loads.load_seq,
        new_loads.load_order,
        new_loads.cutoff_date,
        new_loads.has_registered_counts,
        new_loads.has_attended_counts,
        new_loads.has_educator_counts,
        report_rows.*,
        roles.role,
        coalesce(roles.role in ('educator', 'professional'), false) as is_named,
        coalesce(statuses.status, 'Requested') as status,
        statuses.cancellation_reason,
        statuses.status is not null as is_status_known,
        coalesce(report_rows.partner = upper('{{ var("partner") }}'), false) as is_in_scope
    from new_loads
    inner join report_rows on new_loads.landed_run_id = report_rows.run_id
    left join statuses on report_rows.status_text = statuses.raw_status
    left join roles on report_rows.role_text = roles.raw_role
),

attributed as (
    select
        *,
        case
            when role = 'educator' and upper(school_text) <> '{{ var("partner") }}' then school_text
        end
            as school_name,
        case when role = 'educator' then district_or_company_text end as district_name,
        case when role = 'professional' then district_or_company_text end as company_name,
        case role when 'educator' then teacher_email when 'professional' then presenter_email end
            as email
    from typed
),

keyed as (
    select
        *,
        {{ school_norm('school_name') }} as school_name_norm,
        {{ organization_norm('company_name') }} as organization_norm,
        case
            when session_id is not null then 'id:' || session_id
            when title is not null and session_date is not null
                then 'day:' || title_norm || '|' || cast(session_date as varchar)
            when title is not null then 'undated:' || title_norm
        end as session_ref,
        row_number() over (partition by load_run_id, md5(payload) order by row_number) > 1
            as is_repeat
    from attributed
),

judged as (
    select
        *,
        case
            when user_id is not null then 'user:' || user_id
            when name_norm is not null
                then
                    'name:' || name_norm || '|'
                    || coalesce(school_name_norm, organization_norm, lower(district_name), '')
        end as full_person_ref,
        case
            when is_blank_row then null
            when title is null and date_text is not null then 'missing_title'
            when date_text is not null and session_date is null then 'bad_date'
            when role is null then 'invalid_role'
            when role in ('educator', 'professional') and user_id is null and name_norm is null
                then 'missing_name'
            when not is_status_known and is_in_scope and role <> 'parent' then 'invalid_status'
        end as invalid_reason
    from keyed
)

select
    load_run_id as run_id,
    load_seq,
    load_order,
    row_number,
    session_ref,
    -- Of a student only that it is the same one goes on (pathful.md 3.4).
    case when is_named then full_person_ref else md5(full_person_ref) end as person_ref,
    role,
    is_in_scope,
    invalid_reason,
    case
        when invalid_reason is not null then null
        when is_blank_row or session_ref is null then 'blank_row'
        when not is_in_scope then 'other_partner'
        when role = 'parent' then 'parent_role'
        when session_date < cutoff_date then 'before_cutoff'
        when session_date is null and status = 'Draft' then 'undated_draft'
        when is_repeat then 'duplicate_row'
    end as skip_reason,
    session_id,
    title,
    title_norm,
    session_date,
    start_at,
    is_time_known,
    raw_status,
    status,
    is_status_known,
    cancellation_reason,
    duration_minutes,
    registered_student_count,
    attended_student_count,
    attended_educator_count,
    has_registered_counts,
    has_attended_counts,
    has_educator_counts,
    has_negative_count,
    has_invalid_email,
    attendance_text,
    career_cluster,
    work_based_learning,
    series,
    case when is_named then user_id end as user_id,
    case when is_named then person_name end as person_name,
    case when is_named then name_norm end as name_norm,
    email,
    school_name,
    school_name_norm,
    district_name,
    company_name,
    organization_norm,
    -- These rows tell about their session: of our partner, identified, inside the window.
    coalesce(
        is_in_scope and session_ref is not null and not is_blank_row
        and role is distinct from 'parent'
        and coalesce(invalid_reason not in ('missing_title', 'bad_date'), true)
        and coalesce(session_date >= cutoff_date, true)
        and not (session_date is null and status = 'Draft'),
        false
    ) as is_session_evidence
from judged
