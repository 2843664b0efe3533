{#- Which presenters of the Pathful reports are volunteers of the CRM before anybody decided
    (pathful.md 3.3): by an e-mail that nobody shares on either side, any address of the volunteer,
    else by the exact name that one presenter and one volunteer bear. A collision matches nobody.
    The CRM keeps no user id of Pathful, so none decides. One row per identity of a presenter. -#}
with

identities as (select * from {{ ref('int_virtual__presenter_identities') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
person_names as (select * from {{ ref('int_pathful__person_names') }}),
volunteers as (select * from {{ ref('int_crm__volunteers') }}),
points as (select * from {{ ref('int_crm__contact_points') }}),

presenters as (
    select
        identities.identity,
        identities.person_ref,
        case when not persons.is_email_shared then persons.email end as email,
        greatest(identities.first_landed_at, persons.email_known_at) as email_known_at
    from identities
    inner join persons
        on identities.person_ref = persons.person_ref and persons.role = 'professional'
    where identities.identity is not null
),

-- Who is deleted has an address or a name only where nobody who stands has it.
addressed as (
    select
        points.value as email,
        points.person_key
    from points
    inner join volunteers on points.person_key = volunteers.person_key
    where points.kind = 'email' and points.is_valid
    qualify rank() over (partition by points.value order by volunteers.is_deleted) = 1
),

owned_emails as (
    select
        email,
        min(person_key) as person_key
    from addressed
    group by email
    having count(*) = 1
),

by_email as (
    select
        presenters.identity,
        min(owned_emails.person_key) as person_key,
        min(presenters.email_known_at) as known_at
    from presenters
    inner join owned_emails on presenters.email = owned_emails.email
    group by presenters.identity
    having count(distinct owned_emails.person_key) = 1
),

named as (
    select
        name_norm,
        person_key
    from volunteers
    where given_norm is not null and surname_norm is not null
    qualify rank() over (partition by name_norm order by is_deleted) = 1
),

owned_names as (
    select
        name_norm,
        min(person_key) as person_key
    from named
    group by name_norm
    having count(*) = 1
),

names_of_presenters as (
    select
        presenters.identity,
        person_names.name_norm,
        min(person_names.known_at) as known_at
    from presenters
    inner join person_names
        on presenters.person_ref = person_names.person_ref and person_names.role = 'professional'
    where person_names.given_norm <> ''
    group by presenters.identity, person_names.name_norm
    qualify count(*) over (partition by person_names.name_norm) = 1
),

by_name as (
    select
        names_of_presenters.identity,
        min(owned_names.person_key) as person_key,
        min(names_of_presenters.known_at) as known_at
    from names_of_presenters
    inner join owned_names on names_of_presenters.name_norm = owned_names.name_norm
    group by names_of_presenters.identity
    having count(distinct owned_names.person_key) = 1
),

-- The address decides; a name that led to the same person may have done so earlier.
matched as (
    select
        by_email.identity,
        by_email.person_key,
        'email' as match_rule,
        least(by_email.known_at, coalesce(by_name.known_at, by_email.known_at)) as known_at
    from by_email
    left join by_name
        on by_email.identity = by_name.identity and by_email.person_key = by_name.person_key
    union all
    select
        by_name.identity,
        by_name.person_key,
        'name' as match_rule,
        by_name.known_at
    from by_name
    left join by_email on by_name.identity = by_email.identity
    where by_email.identity is null
)

select
    matched.identity,
    matched.person_key,
    matched.match_rule,
    greatest(matched.known_at, volunteers.first_landed_at) as resolved_since
from matched
inner join volunteers on matched.person_key = volunteers.person_key
