{#- What each source says about a person: the CRM and Pathful once, files and sign-ups once per
    record, and what staff picked when they merged two records (platform.md 4.11). One row per person, source and
    record. A unit is there when any part of it is. -#}
with

volunteers as (select * from {{ ref('int_crm__volunteers') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
records as (select * from {{ ref('int_volunteers__records') }}),
violations as (select * from {{ ref('int_csv__violations') }}),
people as (select * from {{ ref('int_identity__people') }}),
winners as (select * from {{ ref('int_identity__field_winners') }}),
organizations as (select * from {{ ref('int_places__organizations') }}),
contract_words as (select * from {{ ref('map_contract_words') }}),

-- Files and the CRM have words of their own for the same thing; the marts speak the CRM's.
crm_words as (
    {{ crm_words('contract_words') }}
),

-- Records that name a contact of the CRM by its id and a stranger by name: until a person says
-- that the name is right it is not heard.
strangers as (
    select distinct
        external_system,
        external_id
    from violations
    where
        rule_code = 'ID_OTHER_NAME'
        and entity_type = 'volunteer'
        and status not in ('fixed', 'suppressed')
),

organization_names as (
    select
        {{ organization_norm('organization_name') }} as organization_norm,
        organization_key
    from organizations
    where not is_deleted
    qualify row_number() over (partition by organization_norm order by organization_key asc) = 1
),

picked as (
    select
        person_key,
        {% for field in [
            'first_name', 'last_name', 'email', 'phone_e164', 'dob', 'city', 'state_code',
            'postal_code', 'gender', 'race_ethnicity', 'education', 'age_group'
        ] -%}
            max(value) filter (where field = '{{ field }}') as {{ field }},
        {% endfor -%}
        coalesce(bool_or(field = 'first_name'), false) as has_name,
        coalesce(bool_or(field = 'city'), false) as has_address
    from winners
    group by person_key
),

said as (
    select
        person_key,
        'manual' as source,
        '' as record_key,
        cast(null as timestamp with time zone) as updated_at,
        has_name,
        first_name,
        last_name,
        {{ name_norm("concat_ws(' ', first_name, last_name)") }} as name_norm,
        email,
        phone_e164,
        cast(dob as date) as dob,
        gender,
        race_ethnicity,
        education,
        age_group,
        has_address,
        city,
        state_code,
        postal_code,
        cast(null as varchar) as organization_key,
        cast(null as varchar) as employer,
        cast(null as timestamp with time zone) as consent_signed_at,
        cast(null as boolean) as photo_release,
        cast(null as boolean) as do_not_call,
        cast(null as boolean) as do_not_email,
        cast(null as boolean) as do_not_contact
    from picked
    union all
    select
        volunteers.person_key,
        'salesforce' as source,
        volunteers.contact_id as record_key,
        volunteers.last_modified_at as updated_at,
        coalesce(volunteers.first_name, volunteers.last_name) is not null as has_name,
        volunteers.first_name,
        volunteers.last_name,
        volunteers.name_norm,
        volunteers.email,
        volunteers.phone_e164,
        volunteers.dob,
        volunteers.gender,
        nullif(volunteers.race_ethnicity, 'unknown') as race_ethnicity,
        nullif(volunteers.education, 'UNKNOWN') as education,
        nullif(volunteers.age_group, 'UNKNOWN') as age_group,
        volunteers.address_kind is not null as has_address,
        volunteers.city,
        volunteers.state_code,
        volunteers.postal_code,
        crm_organizations.organization_key,
        crm_organizations.organization_name as employer,
        null as consent_signed_at,
        null as photo_release,
        volunteers.do_not_call,
        volunteers.email_opt_out as do_not_email,
        volunteers.do_not_contact
    from volunteers
    left join crm_organizations
        on volunteers.employer_account_id = crm_organizations.account_id
    union all
    select
        people.person_key,
        case when records.is_signup then 'website' else 'csv' end as source,
        records.record_key,
        coalesce(records.source_updated_at, records.last_seen_at) as updated_at,
        coalesce(records.first_name, records.last_name) is not null
        and strangers.external_id is null as has_name,
        case when strangers.external_id is null then records.first_name end as first_name,
        case when strangers.external_id is null then records.last_name end as last_name,
        case
            when strangers.external_id is null
                then {{ name_norm("concat_ws(' ', records.first_name, records.last_name)") }}
        end as name_norm,
        records.email,
        records.phone as phone_e164,
        records.dob,
        records.gender,
        races.crm_code as race_ethnicity,
        educations.crm_code as education,
        records.age_group,
        coalesce(records.street, records.city, records.state_code, records.postal_code) is not null
            as has_address,
        records.city,
        records.state_code,
        records.postal_code,
        organization_names.organization_key,
        records.employer,
        records.consent_signed_at,
        records.photo_release,
        records.do_not_call,
        records.do_not_email,
        records.do_not_contact
    from records
    inner join people on records.record_key = people.record_key
    left join strangers
        on
            records.external_system = strangers.external_system
            and records.external_id = strangers.external_id
    left join organization_names
        on {{ organization_norm('records.employer') }} = organization_names.organization_norm
    left join crm_words as races
        on races.field = 'race_ethnicity' and records.race_ethnicity = races.word
    left join crm_words as educations
        on educations.field = 'education_level' and records.education_level = educations.word
    union all
    select
        person_key,
        'pathful' as source,
        person_ref as record_key,
        null as updated_at,
        coalesce(first_name, last_name) is not null as has_name,
        first_name,
        last_name,
        name_norm,
        email,
        null as phone_e164,
        null as dob,
        null as gender,
        null as race_ethnicity,
        null as education,
        null as age_group,
        coalesce(city, state_code, postal_code) is not null as has_address,
        city,
        state_code,
        postal_code,
        organization_key,
        company_name as employer,
        null as consent_signed_at,
        null as photo_release,
        null as do_not_call,
        null as do_not_email,
        null as do_not_contact
    from presenters
)

select
    person_key,
    source,
    record_key,
    updated_at,
    has_name,
    first_name,
    last_name,
    name_norm,
    email,
    phone_e164,
    dob,
    gender,
    race_ethnicity,
    education,
    age_group,
    has_address,
    city,
    state_code,
    postal_code,
    organization_key,
    employer,
    consent_signed_at,
    photo_release,
    do_not_call,
    do_not_email,
    do_not_contact
from said
