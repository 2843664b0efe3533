{#- Which presenters of the reports are one person before anybody decided: the unshared e-mail,
    else the user id, else the name (pathful.md 2.10, 3.3). One row per person reference. Null
    identity: a single word is no person, only a ticket. -#}
with

persons as (select * from {{ ref('int_pathful__persons') }}),
person_names as (select * from {{ ref('int_pathful__person_names') }}),

presenters as (select * from persons where role = 'professional'),

accounts as (
    select
        person_ref,
        case
            when email is not null and not is_email_shared then 'email:' || email
            else person_ref
        end as identity
    from presenters
    where user_id is not null or (email is not null and not is_email_shared)
),

-- A presenter without account is the account that alone bears the name.
names_of_accounts as (
    select
        person_names.name_norm,
        min(accounts.identity) as identity
    from accounts
    inner join person_names
        on accounts.person_ref = person_names.person_ref and person_names.role = 'professional'
    where person_names.given_norm <> ''
    group by person_names.name_norm
    having count(distinct accounts.identity) = 1
)

select
    presenters.person_ref,
    presenters.ticket_key,
    presenters.user_id,
    presenters.name_norm,
    coalesce(
        accounts.identity,
        names_of_accounts.identity,
        case when presenters.name_norm like '% %' then 'name:' || presenters.name_norm end
    ) as identity,
    presenters.first_load_seq,
    presenters.last_load_seq,
    presenters.first_landed_at
from presenters
left join accounts on presenters.person_ref = accounts.person_ref
left join names_of_accounts on presenters.name_norm = names_of_accounts.name_norm
