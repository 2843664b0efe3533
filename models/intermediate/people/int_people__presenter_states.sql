{#- What Pathful said about each presenter after every load that changed it, in the columns of
    dim_volunteers (platform.md 6.9), read as int_pathful__persons and int_virtual__presenters read the
    newest: name and company of the session rows, a name else of the account; e-mail of the session
    rows, else of the account, if nobody shares it; address of the account. A report older than what
    is known says nothing. One row per person and load. -#}
with

presenters as (select * from {{ ref('int_virtual__presenters') }}),
matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
answers as (select * from {{ ref('int_decisions__tickets') }}),
session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
user_rows as (select * from {{ ref('int_pathful__user_rows') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),

-- As often as each spelling stood in the reports so far.
spellings as (
    select
        matches.person_key,
        matches.person_ref = presenters.person_ref as is_main,
        session_rows.load_seq,
        session_rows.load_order,
        session_rows.person_name,
        session_rows.email,
        session_rows.company_name,
        sum(count(*)) over (
            partition by
                matches.person_key, matches.person_ref, session_rows.person_name,
                session_rows.email, session_rows.school_name, session_rows.district_name,
                session_rows.company_name
            order by session_rows.load_order asc
        ) as row_count
    from session_rows
    inner join matches on session_rows.person_ref = matches.person_ref
    inner join presenters on matches.person_key = presenters.person_key
    where session_rows.is_session_evidence and session_rows.role = 'professional'
    group by
        matches.person_key, matches.person_ref, presenters.person_ref, session_rows.load_seq,
        session_rows.load_order, session_rows.person_name, session_rows.email,
        session_rows.school_name, session_rows.district_name, session_rows.company_name
),

heard as (
    select
        person_key,
        load_seq,
        load_order,
        false as is_account,
        {{ latest(
            "case when is_main then person_name end", ['row_count', 'person_name']
        ) }} as told_name,
        {{ latest('company_name', ['row_count', 'company_name']) }} as company_name,
        min(case when is_main then email end) as told_email,
        cast(null as varchar) as account_name,
        cast(null as varchar) as account_email,
        cast(null as varchar) as city,
        cast(null as varchar) as state_code,
        cast(null as varchar) as postal_code
    from spellings
    group by person_key, load_seq, load_order
    union all
    select
        presenters.person_key,
        user_rows.load_seq,
        user_rows.load_order,
        true as is_account,
        null as told_name,
        null as company_name,
        null as told_email,
        user_rows.person_name as account_name,
        user_rows.email as account_email,
        user_rows.city,
        user_rows.state_code,
        user_rows.postal_code
    from user_rows
    inner join presenters on user_rows.user_id = presenters.user_id
    where user_rows.skip_reason is null and user_rows.role = 'professional'
),

timely as (
    select *
    from heard
    qualify
        load_order
        >= max(load_order) over (partition by person_key, is_account order by load_seq asc)
),

said as (
    select
        person_key,
        {% for field in ['account_name', 'account_email', 'city', 'state_code', 'postal_code'] -%}
            -- A blank of the account's newest row takes its word away.
            nullif(
                last_value(
                    case when is_account then coalesce({{ field }}, '') end ignore nulls
                ) over so_far,
                ''
            ) as {{ field }},
        {% endfor -%}
        last_value(told_name ignore nulls) over so_far as told_name,
        last_value(company_name ignore nulls) over so_far as company_name,
        min(told_email) over so_far as told_email,
        load_seq
    from timely
    window
        so_far as (
            partition by person_key
            order by load_seq
            rows between unbounded preceding and current row
        )
),

named as (
    select
        said.person_key,
        presenters.ticket_key,
        coalesce(presenters.user_id, presenters.ticket_key) as external_id,
        said.load_seq,
        coalesce(said.told_name, said.account_name) as person_name,
        case
            when presenters.email is not null then coalesce(said.told_email, said.account_email)
        end as email,
        said.company_name,
        said.city,
        said.state_code,
        said.postal_code
    from said
    inner join presenters on said.person_key = presenters.person_key
),

changed as (
    select *
    from named
    window loads_in_order as (partition by person_key order by load_seq)
    qualify
        row_number() over loads_in_order = 1
        {% for field in [
            'person_name', 'email', 'company_name', 'city', 'state_code', 'postal_code'
        ] -%}
            or {{ field }} is distinct from lag({{ field }}) over loads_in_order
        {% endfor %}
)

select
    changed.person_key,
    'pathful:' || changed.external_id as record_key,
    'pathful' as source, -- noqa: RF04
    changed.external_id,
    loads.run_id,
    changed.load_seq,
    loads.landed_at as said_at,
    loads.landed_at as updated_at,
    case when changed.person_name like '% %' then split_part(changed.person_name, ' ', 1) end
        as first_name,
    regexp_replace(changed.person_name, '^[^ ]+ ', '') as last_name,
    changed.email,
    changed.city,
    changed.state_code,
    changed.postal_code,
    changed.company_name as employer,
    -- Of a presenter whom a person matched the account speaks since then.
    answers.decided_at as since,
    answers.decision_id as since_decision_id
from changed
inner join loads on changed.load_seq = loads.load_seq
left join answers
    on changed.ticket_key = answers.ticket_key and answers.action = 'match_volunteer'
