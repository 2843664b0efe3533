with

user_rows as (select * from {{ ref('int_pathful__user_rows') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),

newest as (
    select *
    from user_rows
    where skip_reason is null
    qualify row_number() over (partition by user_id order by load_order desc, row_number desc) = 1
),

first_seen as (
    select
        user_rows.user_id,
        min(loads.landed_at) as first_landed_at
    from user_rows
    inner join loads on user_rows.run_id = loads.run_id
    where user_rows.skip_reason is null
    group by user_rows.user_id
),

-- An address of two people of one kind names neither (pathful.md 2.1). The same name twice is one
-- person with two accounts.
shared_emails as (
    select
        role,
        email
    from newest
    where email is not null
    group by role, email
    having count(distinct coalesce(name_norm, user_id)) > 1
)

select
    newest.user_id,
    newest.role,
    newest.person_name,
    newest.name_norm,
    newest.email,
    shared_emails.email is not null as is_email_shared,
    newest.school_name,
    newest.district_or_company,
    newest.job_title,
    newest.skills,
    newest.city,
    newest.state_code,
    newest.postal_code,
    first_seen.first_landed_at
from newest
inner join first_seen on newest.user_id = first_seen.user_id
left join shared_emails
    on newest.role = shared_emails.role and newest.email = shared_emails.email
