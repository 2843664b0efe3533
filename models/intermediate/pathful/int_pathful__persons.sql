{#- Pathful's people: one row per role and person reference (the user id, else name and place). -#}
with

person_rows as (select * from {{ ref('int_pathful__person_rows') }}),
profiles as (select * from {{ ref('int_pathful__profiles') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),

grouped as (
    select
        role,
        person_ref,
        max(user_id) as user_id,
        {{ latest('person_name', ['last_load_order', 'row_count', 'person_name']) }} as person_name,
        min(email) as stated_email,
        min(first_load_seq) as first_load_seq,
        max(last_load_seq) as last_load_seq,
        max(last_load_order) as last_load_order
    from person_rows
    group by role, person_ref
),

-- An address that the reports give to two names identifies neither (pathful.md 2.1).
shared_emails as (
    select
        role,
        stated_email
    from grouped
    where stated_email is not null
    group by role, stated_email
    having count(distinct coalesce({{ name_norm('person_name') }}, person_ref)) > 1
)

select
    grouped.role,
    grouped.person_ref,
    {{ key(["'ticket'", "case grouped.role when 'educator' then 'teacher' else 'volunteer' end",
            "grouped.person_ref"]) }} as ticket_key,
    grouped.user_id,
    coalesce(grouped.person_name, profiles.person_name) as person_name,
    {{ name_norm('coalesce(grouped.person_name, profiles.person_name)') }} as name_norm,
    coalesce(grouped.stated_email, profiles.email) as email,
    case
        when grouped.stated_email is null then coalesce(profiles.is_email_shared, false)
        else shared_emails.stated_email is not null
    end as is_email_shared,
    case
        when grouped.stated_email is not null then first_load.landed_at
        else greatest(first_load.landed_at, profiles.first_landed_at)
    end as email_known_at,
    profiles.school_name as profile_school_name,
    profiles.district_or_company as profile_district_or_company,
    profiles.job_title,
    profiles.city,
    profiles.state_code,
    profiles.postal_code,
    grouped.first_load_seq,
    grouped.last_load_seq,
    grouped.last_load_order,
    first_load.landed_at as first_landed_at
from grouped
inner join loads as first_load on grouped.first_load_seq = first_load.load_seq
left join profiles on grouped.user_id = profiles.user_id and grouped.role = profiles.role
left join shared_emails
    on grouped.role = shared_emails.role and grouped.stated_email = shared_emails.stated_email
