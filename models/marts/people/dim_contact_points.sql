{#- What the CRM has of a person, the address of the Pathful account where that is another: it comes
    last, so it is primary only where nothing valid is there (pathful.md 3.3); and what files say or
    ever said: an address that was changed stays as a secondary one (platform.md 4.11). Where one of
    them is the person's own, that is the primary one. -#}
with

crm_points as (select * from {{ ref('int_crm__contact_points') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
file_records as (select * from {{ ref('int_volunteers__records') }}),
record_states as (select * from {{ ref('int_people__record_states') }}),
people as (select * from {{ ref('int_identity__people') }}),
survivors as (select * from {{ ref('int_people__survivors') }}),

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
),

file_lists as (
    select
        record_key,
        'email' as kind,
        concat_ws(';', email, alternate_emails) as values_text
    from file_records
    union all
    select
        record_key,
        'phone' as kind,
        concat_ws(';', phone, alternate_phones) as values_text
    from file_records
    union all
    select
        record_key,
        'email' as kind,
        email as values_text
    from record_states
    where source in ('csv', 'website')
    union all
    select
        record_key,
        'phone' as kind,
        phone_e164 as values_text
    from record_states
    where source in ('csv', 'website')
),

file_values as (
    select
        record_key,
        kind,
        {{ placed_words("replace(values_text, ';', ' ')") }}
    from file_lists
),

file_points as (
    select distinct
        people.person_key,
        file_values.kind,
        file_values.word as value -- noqa: RF04
    from file_values
    inner join people on file_values.record_key = people.record_key
    left join points
        on
            people.person_key = points.person_key
            and file_values.kind = points.kind
            and file_values.word = points.value
    where file_values.word <> '' and points.person_key is null
),

all_points as (
    select * from points
    union all
    select
        person_key,
        kind,
        value, -- noqa: RF04
        null as value_type,
        false as is_primary,
        true as is_valid,
        'file' as source_field
    from file_points
),

weighed as (
    select
        all_points.*,
        all_points.value
        = case all_points.kind
            when 'email' then survivors.email
            when 'phone' then survivors.phone_e164
        end as is_own_value
    from all_points
    left join survivors on all_points.person_key = survivors.person_key
)

select
    {{ key(["person_key", "kind", "value"]) }} as contact_point_key,
    person_key,
    kind,
    value, -- noqa: RF04
    value_type,
    case
        when bool_or(is_own_value) over (partition by person_key, kind)
            then coalesce(is_own_value, false)
        else is_primary
    end as is_primary,
    is_valid,
    source_field
from weighed
