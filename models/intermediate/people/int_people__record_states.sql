{#- What each record of a volunteer said after every load that changed it, in the columns of
    dim_volunteers (platform.md 4.11, 6.9). Only of people of whom more than one thing was ever said:
    of the others nothing can have changed. A blank in a file, in a picklist of the CRM and in a
    refusal takes nothing away (salesforce.md 2.6, 2.17). One row per record and load. -#}
{%- set lasting = {
    'gender': 'genders.code', 'race_ethnicity': 'races.code', 'education': 'educations.code',
    'age_group': 'age_groups.code', 'do_not_call': 'said.do_not_call',
    'do_not_email': 'said.email_opt_out', 'do_not_contact': 'said.do_not_contact'
} -%}
{%- set of_files = {
    'employer': 'csv_people.employer', 'gender': 'csv_people.gender',
    'race_ethnicity': 'races.crm_code', 'education': 'educations.crm_code',
    'age_group': 'csv_people.age_group', 'do_not_call': 'csv_people.do_not_call',
    'do_not_email': 'csv_people.do_not_email', 'do_not_contact': 'csv_people.do_not_contact',
    'consent_signed_at': 'csv_people.consent_signed_at'
} -%}
with

memberships as (select * from {{ ref('int_people__memberships') }}),
volunteers as (select * from {{ ref('int_crm__volunteer_contacts') }}),
versions as (select * from {{ ref('stg_salesforce__contacts') }}),
-- Read on its own for what every version has; of few the many columns are needed.
landed_versions as (select * from {{ ref('stg_salesforce__contacts') }}),
picklist_values as (select * from {{ ref('int_crm__picklist_values') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
contact_fields as (select * from {{ ref('rule_contact_fields') }}),
preferred_fields as (select * from {{ ref('rule_preferred_fields') }}),
states as (select * from {{ ref('map_states') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),
csv_people as (select * from {{ ref('int_csv__people_rows') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
reference_findings as (select * from {{ ref('int_csv__reference_findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),
contract_words as (select * from {{ ref('map_contract_words') }}),
presenter_states as (select * from {{ ref('int_people__presenter_states') }}),

crm_words as (
    {{ crm_words('contract_words') }}
),

{{ counting_rows('volunteer') }},

-- The name of a stranger is not heard (int_people__source_values).
strangers as (
    select distinct
        run_id,
        row_number
    from reference_findings
    where rule_code = 'ID_OTHER_NAME' and coalesce(decided_status, 'open') <> 'suppressed'
),

csv_clean as (
    select
        rows_run_id,
        row_number,
        'csv:' || external_system || ':' || external_id as record_key,
        run_id,
        load_seq,
        landed_at,
        fingerprint,
        updated_at
    from clean
),

-- A version that its source dates before what is known says nothing.
csv_versions as (
    select *
    from csv_clean
    window loads_in_order as (partition by record_key order by load_seq)
    qualify
        fingerprint is distinct from lag(fingerprint) over loads_in_order
        and updated_at >= max(updated_at) over loads_in_order
),

crm_versions as (
    select
        'salesforce:' || volunteers.survivor_id as record_key,
        landed_versions.contact_id,
        landed_versions.run_id,
        landed_versions.load_seq,
        landed_versions.landed_at
    from landed_versions
    inner join volunteers on landed_versions.contact_id = volunteers.speaker_id
    where volunteers.contact_role <> 'student'
),

all_versions as (
    select record_key from csv_versions
    union all
    select record_key from crm_versions
),

all_words as (
    select memberships.person_key
    from memberships
    inner join all_versions on memberships.record_key = all_versions.record_key
    union all
    select person_key from presenter_states
),

changed_people as (
    select person_key
    from all_words
    group by person_key
    having count(*) > 1
),

followed as (
    select distinct memberships.record_key
    from memberships
    inner join changed_people on memberships.person_key = changed_people.person_key
),

said as (
    select
        crm_versions.record_key,
        versions.*,
        concat_ws(' ', versions.first_name, versions.middle_name, versions.last_name)
        = upper(concat_ws(' ', versions.first_name, versions.middle_name, versions.last_name))
        and concat_ws(' ', versions.first_name, versions.last_name)
        <> lower(concat_ws(' ', versions.first_name, versions.last_name)) as is_upper
    from crm_versions
    inner join followed on crm_versions.record_key = followed.record_key
    inner join versions
        on
            crm_versions.contact_id = versions.contact_id
            and crm_versions.load_seq = versions.load_seq
),

{{ contact_values('said', ['contact_id', 'load_seq']) }},

-- The address and the number that come first, as in int_crm__contact_channels.
first_channels as (
    select
        contact_values.contact_id,
        contact_values.load_seq,
        contact_values.kind,
        contact_values.value -- noqa: RF04
    from contact_values
    inner join contact_fields
        on
            contact_values.kind = contact_fields.kind
            and contact_values.source_field = contact_fields.source_field
    left join preferred_fields
        on
            contact_values.kind = preferred_fields.kind
            and contact_values.preferred = preferred_fields.preferred
            and contact_values.source_field = preferred_fields.source_field
    where contact_values.is_valid
    qualify
        row_number() over (
            partition by contact_values.contact_id, contact_values.load_seq, contact_values.kind
            order by
                preferred_fields.place asc nulls last,
                contact_fields.place asc,
                contact_values.source_field asc
        ) = 1
),

-- The postal address that comes first, as in int_crm__addresses.
entered_addresses as (
    select
        contact_id,
        load_seq,
        primary_address_type,
        'MailingAddress' as source_field,
        mailing_city as city,
        mailing_state as state_entered,
        mailing_postal_code as postal_code
    from said
    where
        coalesce(mailing_street, mailing_city, mailing_state, mailing_postal_code) is not null
    union all
    select
        contact_id,
        load_seq,
        primary_address_type,
        'npe01__Work_Address__c' as source_field,
        {{ work_address_part('work_address', 'city') }} as city,
        {{ work_address_part('work_address', 'state') }} as state_entered,
        {{ work_address_part('work_address', 'postal_code') }} as postal_code
    from said
    where regexp_matches(work_address, '[^ ,]')
),

first_addresses as (
    select
        entered_addresses.contact_id,
        entered_addresses.load_seq,
        nullif(trim(entered_addresses.city), '') as city,
        states.state_code,
        nullif(trim(entered_addresses.postal_code), '') as postal_code
    from entered_addresses
    inner join contact_fields
        on
            contact_fields.kind = 'address'
            and entered_addresses.source_field = contact_fields.source_field
    left join preferred_fields
        on
            preferred_fields.kind = 'address'
            and coalesce(lower(entered_addresses.primary_address_type), 'blank')
            = preferred_fields.preferred
            and entered_addresses.source_field = preferred_fields.source_field
    left join states on lower(trim(entered_addresses.state_entered)) = states.value
    qualify
        row_number() over (
            partition by entered_addresses.contact_id, entered_addresses.load_seq
            order by
                preferred_fields.place asc nulls last,
                contact_fields.place asc,
                entered_addresses.source_field asc
        ) = 1
)

select
    said.record_key,
    'salesforce' as source,
    said.contact_id as external_id,
    said.run_id,
    said.load_seq,
    said.landed_at as said_at,
    coalesce(said.modified_at, said.landed_at) as updated_at,
    case when said.is_upper then {{ title_case('said.first_name') }} else said.first_name end
        as first_name,
    case when said.is_upper then {{ title_case('said.last_name') }} else said.last_name end
        as last_name,
    emails.value as email,
    phones.value as phone_e164,
    case
        when
            {{ birth_is_believed('said.birth_date', 'birth_ages.min_age', 'birth_ages.max_age') }}
            then said.birth_date
    end as dob,
    first_addresses.city,
    first_addresses.state_code,
    first_addresses.postal_code,
    crm_organizations.organization_name as employer,
    {% for field, value in lasting.items() -%}
        last_value({{ value }} ignore nulls) over versions_so_far as {{ field }},
    {% endfor -%}
    cast(null as timestamp with time zone) as consent_signed_at,
    cast(null as boolean) as photo_release
from said
inner join birth_ages on birth_ages.contact_role = 'volunteer'
left join first_channels as emails
    on
        said.contact_id = emails.contact_id
        and said.load_seq = emails.load_seq
        and emails.kind = 'email'
left join first_channels as phones
    on
        said.contact_id = phones.contact_id
        and said.load_seq = phones.load_seq
        and phones.kind = 'phone'
left join first_addresses
    on
        said.contact_id = first_addresses.contact_id
        and said.load_seq = first_addresses.load_seq
left join crm_organizations on said.primary_affiliation_id = crm_organizations.account_id
left join picklist_values as genders
    on genders.field = 'gender' and said.gender = genders.word
left join picklist_values as races
    on races.field = 'race_ethnicity' and said.racial_ethnic_background = races.word
left join picklist_values as educations
    on educations.field = 'education' and said.highest_education = educations.word
left join picklist_values as age_groups
    on age_groups.field = 'age_group' and said.age_group = age_groups.word
window
    versions_so_far as (
        partition by said.contact_id
        order by said.load_seq
        rows between unbounded preceding and current row
    )
union all
select
    csv_versions.record_key,
    case when csv_people.is_signup then 'website' else 'csv' end as source,
    csv_people.external_id,
    csv_versions.run_id,
    csv_versions.load_seq,
    csv_versions.landed_at as said_at,
    csv_versions.updated_at,
    case when strangers.run_id is null then csv_people.first_name end as first_name,
    case when strangers.run_id is null then csv_people.last_name end as last_name,
    last_value(csv_people.email ignore nulls) over file_versions_so_far as email,
    last_value(csv_people.phone ignore nulls) over file_versions_so_far as phone_e164,
    last_value(csv_people.dob ignore nulls) over file_versions_so_far as dob,
    {% for field in ['city', 'state_code', 'postal_code'] -%}
        -- An address comes whole from the newest row that has one.
        nullif(
            last_value(
                case
                    when
                        coalesce(
                            csv_people.street,
                            csv_people.city,
                            csv_people.state_code,
                            csv_people.postal_code
                        ) is not null
                        then coalesce(csv_people.{{ field }}, '')
                end ignore nulls
            ) over file_versions_so_far,
            ''
        ) as {{ field }},
    {% endfor -%}
    {% for field, value in of_files.items() -%}
        last_value({{ value }} ignore nulls) over file_versions_so_far as {{ field }},
    {% endfor -%}
    last_value(csv_people.photo_release ignore nulls) over file_versions_so_far as photo_release
from csv_versions
inner join followed on csv_versions.record_key = followed.record_key
inner join csv_people
    on
        csv_versions.rows_run_id = csv_people.run_id
        and csv_versions.row_number = csv_people.row_number
left join strangers
    on
        csv_versions.rows_run_id = strangers.run_id
        and csv_versions.row_number = strangers.row_number
left join crm_words as races
    on races.field = 'race_ethnicity' and csv_people.race_ethnicity = races.word
left join crm_words as educations
    on educations.field = 'education_level' and csv_people.education_level = educations.word
window
    file_versions_so_far as (
        partition by csv_versions.record_key
        order by csv_versions.load_seq
        rows between unbounded preceding and current row
    )
