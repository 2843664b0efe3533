{#- Presenters as people, one row per person: the newest name, the address, the last company.
    Provisional until somebody who volunteers for us by the CRM's word is behind the presenter. -#}
{%- set newest_company = [
    'person_rows.last_load_order', 'person_rows.row_count', 'person_rows.company_name'
] -%}

with

matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
person_rows as (select * from {{ ref('int_pathful__person_rows') }}),
organization_names as (select * from {{ ref('int_places__organization_names') }}),
volunteers as (select * from {{ ref('int_crm__volunteers') }}),

-- The person's own reference speaks before those matched to it.
ordered as (
    select
        matches.person_key,
        coalesce(matches.own_key = matches.person_key, false) as is_own,
        persons.*
    from matches
    inner join persons
        on matches.person_ref = persons.person_ref and persons.role = 'professional'
    where matches.person_key is not null
),

main as (
    select *
    from ordered
    qualify
        row_number() over (
            partition by person_key
            order by is_own desc, email is null, last_load_order desc, person_ref asc
        ) = 1
),

companies as (
    select
        matches.person_key,
        {{ latest('person_rows.organization_norm', newest_company) }} as organization_norm,
        {{ latest('person_rows.company_name', newest_company) }} as company_name
    from matches
    inner join person_rows
        on matches.person_ref = person_rows.person_ref and person_rows.role = 'professional'
    where person_rows.organization_norm is not null and matches.person_key is not null
    group by matches.person_key
)

select
    main.person_key,
    main.person_ref,
    main.ticket_key,
    main.user_id,
    main.person_name,
    main.name_norm,
    case when main.person_name like '% %' then split_part(main.person_name, ' ', 1) end
        as first_name,
    regexp_replace(main.person_name, '^[^ ]+ ', '') as last_name,
    case when not main.is_email_shared then main.email end as email,
    main.city,
    main.state_code,
    main.postal_code,
    companies.company_name,
    organization_names.organization_key,
    coalesce(volunteers.is_provisional, true) as is_provisional
from main
left join companies on main.person_key = companies.person_key
left join organization_names
    on companies.organization_norm = organization_names.organization_norm
left join volunteers on main.person_key = volunteers.person_key
