{{ config(materialized='incremental', incremental_strategy='append') }}

with

loads as (select * from {{ ref('int_pathful__loads') }}),
users as (select * from {{ ref('stg_pathful__users') }}),
roles as (select * from {{ ref('map_signup_roles') }}),

-- Before the join, so that rows of earlier loads are not read.
new_loads as (
    select *
    from loads
    where
        report_type = 'user_report' and has_own_rows
        {% if is_incremental() %}
            and load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
        {% endif %}
),

new_rows as (
    select
        new_loads.run_id as load_run_id,
        new_loads.load_seq,
        new_loads.load_order,
        users.*,
        roles.role
    from new_loads
    inner join users on new_loads.landed_run_id = users.run_id
    left join roles on users.role_text = roles.raw_role
),

-- Keep educators and professionals that have an id; the last row of an id counts
-- (pathful.md 1.2).
judged as (
    select
        *,
        case
            when user_id is null and person_name is null and role_text is null then 'blank_row'
            when coalesce(role, '') not in ('educator', 'professional') then 'other_role'
            when user_id is null then 'missing_user_id'
            when
                row_number() over (
                    partition by load_run_id, user_id, role in ('educator', 'professional')
                    order by row_number desc
                ) > 1
                then 'duplicate_row'
        end as skip_reason,
        md5(concat_ws(
            '|', role, coalesce(person_name, ''), coalesce(login_email, ''),
            coalesce(notification_email, ''), coalesce(school_name, ''),
            coalesce(district_or_company, ''), coalesce(job_title, ''), coalesce(skills, ''),
            coalesce(city, ''), coalesce(state_code, ''), coalesce(postal_code, ''),
            coalesce(cast(join_date as varchar), ''),
            coalesce(cast(last_login_date as varchar), ''),
            coalesce(cast(last_session_date as varchar), ''), cast(login_count as varchar)
        )) as fingerprint
    from new_rows
),

{% if is_incremental() -%}
    known as (
        select
            this.user_id,
            this.fingerprint
        from {{ this }} as this
        where this.skip_reason is null
        qualify row_number() over (partition by this.user_id order by this.load_seq desc) = 1
    ),
{%- endif %}

compared as (
    select
        judged.*,
        coalesce(
            lag(judged.fingerprint)
                over (
                    partition by judged.user_id, judged.skip_reason order by judged.load_seq
                )
            {% if is_incremental() %}, known.fingerprint{% endif %}
        ) as previous_fingerprint
    from judged
    {% if is_incremental() %}
        left join known on judged.user_id = known.user_id
    {% endif %}
)

select
    load_run_id as run_id,
    load_seq,
    load_order,
    row_number,
    skip_reason,
    skip_reason is null and previous_fingerprint is null as is_first,
    skip_reason is null and coalesce(previous_fingerprint <> fingerprint, false) as is_changed,
    user_id,
    role,
    person_name,
    name_norm,
    email,
    has_invalid_email,
    school_name,
    district_or_company,
    job_title,
    skills,
    city,
    state_code,
    postal_code,
    join_date,
    last_login_date,
    last_session_date,
    login_count,
    fingerprint
from compared
