{#- What the CRM has of a person, and the address of the Pathful account where that is another: it
    comes last, so it is primary only where nothing valid is there (pathful.md 3.3). -#}
with

crm_points as (select * from {{ ref('int_crm__contact_points') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),

-- A person with a valid address of the CRM keeps that one as the primary.
reached as (
    select distinct person_key
    from crm_points
    where kind = 'email' and is_valid
),

pathful_emails as (
    select
        presenters.person_key,
        presenters.email,
        reached.person_key is null as is_primary
    from presenters
    left join reached on presenters.person_key = reached.person_key
    left join crm_points
        on
            presenters.person_key = crm_points.person_key
            and crm_points.kind = 'email'
            and presenters.email = crm_points.value
    where presenters.email is not null and crm_points.person_key is null
),

points as (
    select
        crm_points.person_key,
        crm_points.kind,
        crm_points.value,
        crm_points.value_type,
        crm_points.is_primary
        and not coalesce(crm_points.kind = 'email' and pathful_emails.is_primary, false)
            as is_primary,
        crm_points.is_valid,
        crm_points.source_field
    from crm_points
    left join pathful_emails on crm_points.person_key = pathful_emails.person_key
    union all
    select
        person_key,
        'email' as kind,
        email as value, -- noqa: RF04
        'professional' as value_type,
        is_primary,
        true as is_valid,
        'pathful' as source_field
    from pathful_emails
)

select
    {{ key(["person_key", "kind", "value"]) }} as contact_point_key,
    person_key,
    kind,
    value, -- noqa: RF04
    value_type,
    is_primary,
    is_valid,
    source_field
from points
