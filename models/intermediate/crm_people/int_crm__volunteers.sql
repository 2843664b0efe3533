{#- The volunteers of the CRM as people, one row each (salesforce.md 1.5, 4.2). Of several contacts
    of one person the first heard gives the name, and of everything else the first that has a value
    gives it; any refusal holds for the person. Provisional: the contact never landed. Deleted: every
    contact of the person is. -#}
{%- set heard = '-speakers.place' -%}
with

people as (select * from {{ ref('int_crm__contact_people') }}),
speakers as (select * from {{ ref('int_crm__volunteer_speakers') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
names as (select * from {{ ref('int_crm__contact_names') }}),
last_known as (select * from {{ ref('int_crm__last_known') }}),
picklist_values as (select * from {{ ref('int_crm__picklist_values') }}),
points as (select * from {{ ref('int_crm__contact_points') }}),
addresses as (select * from {{ ref('int_crm__addresses') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }}),

persons as (
    select
        person_key,
        min(root_contact_id) as contact_id,
        count(*) as contact_count
    from people
    group by person_key
),

main_names as (
    select
        speakers.person_key,
        names.first_name,
        names.last_name,
        names.name_raw,
        names.name_norm,
        {{ name_norm('names.first_name') }} as given_norm,
        {{ name_norm('names.last_name') }} as surname_norm,
        names.is_all_caps
    from speakers
    inner join names on speakers.speaker_id = names.contact_id
    where speakers.place = 1
),

said as (
    select
        speakers.person_key,
        speakers.place,
        speakers.is_deleted,
        contacts.*,
        last_known.do_not_call as last_do_not_call,
        last_known.do_not_contact as last_do_not_contact,
        last_known.email_opt_out as last_email_opt_out,
        last_known.email_bounced_at as last_email_bounced_at,
        last_known.gender as last_gender,
        races.code as race_code,
        educations.code as education_code,
        last_known.highest_education as last_education,
        age_groups.code as age_code,
        case
            when
                {{ birth_is_believed(
                    'contacts.birth_date', 'birth_ages.min_age', 'birth_ages.max_age'
                ) }}
                then contacts.birth_date
        end as dob
    from speakers
    inner join contacts on speakers.speaker_id = contacts.contact_id
    inner join birth_ages on birth_ages.contact_role = 'volunteer'
    left join last_known on speakers.survivor_id = last_known.survivor_id
    left join picklist_values as races
        on
            races.field = 'race_ethnicity'
            and last_known.racial_ethnic_background = races.word
    left join picklist_values as educations
        on educations.field = 'education' and last_known.highest_education = educations.word
    left join picklist_values as age_groups
        on age_groups.field = 'age_group' and last_known.age_group = age_groups.word
),

combined as (
    select
        speakers.person_key,
        {{ latest('speakers.job_title', heard) }} as job_title,
        {{ latest('speakers.department', heard) }} as department,
        {{ latest('speakers.industry', heard) }} as industry,
        {{ latest('speakers.primary_affiliation_id', heard) }} as employer_account_id,
        {{ latest('speakers.last_gender', heard) }} as gender,
        {{ latest('speakers.race_code', heard) }} as race_code,
        {{ latest('speakers.education_code', heard) }} as education_code,
        bool_or(speakers.last_education is not null) as has_education,
        {{ latest('speakers.age_code', heard) }} as age_code,
        {{ latest('speakers.dob', heard) }} as dob,
        bool_or(speakers.last_do_not_call) as do_not_call,
        bool_or(speakers.last_do_not_contact) as do_not_contact,
        bool_or(speakers.last_email_opt_out) as email_opt_out,
        {{ latest('speakers.last_email_bounced_at', heard) }} as email_bounced_at,
        bool_or(speakers.is_deceased) as is_deceased,
        {{ latest('speakers.account_id', heard) }} as household_account_id,
        -- A roll-up of the CRM is a whole number; it is shown and never added (salesforce.md 2.13).
        cast(sum(trunc(speakers.attended_session_count)) as bigint) as sf_attended_session_count,
        min(speakers.first_volunteer_date) as sf_first_volunteer_date,
        max(speakers.last_volunteer_date) as sf_last_volunteer_date,
        max(speakers.last_email_date) as last_email_date,
        max(speakers.last_non_internal_email_date) as last_non_internal_email_date,
        max(speakers.last_activity_date) as last_activity_date,
        {{ latest('speakers.recruitment_notes', heard) }} as recruitment_notes,
        {{ latest('speakers.interests', heard) }} as interests,
        bool_and(speakers.is_deleted) as is_deleted,
        min(speakers.created_at) as created_at,
        max(speakers.last_modified_at) as last_modified_at,
        min(speakers.first_load_seq) as first_load_seq,
        max(speakers.load_seq) as load_seq
    from said as speakers
    group by speakers.person_key
),

primary_points as (
    select
        person_key,
        max(case when kind = 'email' then value end) as email,
        max(case when kind = 'phone' then value end) as phone_e164
    from points
    where is_primary and is_valid
    group by person_key
),

primary_addresses as (
    select
        speakers.person_key,
        addresses.city,
        addresses.state_code,
        addresses.postal_code,
        addresses.zip3,
        addresses.value_type
    from speakers
    inner join addresses on speakers.speaker_id = addresses.contact_id and addresses.place = 1
    qualify row_number() over (partition by speakers.person_key order by speakers.place asc) = 1
)

select
    persons.person_key,
    persons.contact_id,
    main_names.first_name,
    main_names.last_name,
    main_names.name_raw,
    main_names.name_norm,
    main_names.given_norm,
    main_names.surname_norm,
    coalesce(main_names.is_all_caps, false) as is_all_caps,
    primary_points.email,
    primary_points.phone_e164,
    combined.job_title,
    combined.department,
    combined.industry,
    combined.employer_account_id,
    combined.gender,
    coalesce(combined.race_code, 'unknown') as race_ethnicity,
    coalesce(combined.education_code, case when combined.has_education then 'UNKNOWN' end)
        as education,
    coalesce(combined.age_code, 'UNKNOWN') as age_group,
    combined.dob,
    combined.do_not_call,
    combined.do_not_contact,
    combined.email_opt_out,
    combined.email_bounced_at,
    coalesce(combined.is_deceased, false) as is_deceased,
    primary_points.email is not null
    and not coalesce(combined.email_opt_out, false)
    and combined.email_bounced_at is null as has_valid_email,
    primary_points.phone_e164 is not null
    and not coalesce(combined.do_not_call, false) as has_valid_phone,
    primary_addresses.city,
    primary_addresses.state_code,
    primary_addresses.postal_code,
    primary_addresses.zip3,
    primary_addresses.value_type as address_kind,
    combined.household_account_id,
    combined.sf_attended_session_count,
    combined.sf_first_volunteer_date,
    combined.sf_last_volunteer_date,
    combined.last_email_date,
    combined.last_non_internal_email_date,
    combined.last_activity_date,
    combined.recruitment_notes,
    combined.interests,
    persons.contact_count,
    coalesce(combined.is_deleted, false) as is_deleted,
    combined.person_key is null as is_provisional,
    combined.created_at,
    combined.last_modified_at,
    first_load.landed_at as first_landed_at,
    combined.load_seq,
    -- Being reached is nobody's business after a death (salesforce.md 2.17).
    not coalesce(combined.do_not_contact, false)
    and not coalesce(combined.is_deceased, false)
    and not coalesce(combined.is_deleted, false)
    and (
        (
            primary_points.email is not null
            and not coalesce(combined.email_opt_out, false)
            and combined.email_bounced_at is null
        )
        or (primary_points.phone_e164 is not null and not coalesce(combined.do_not_call, false))
    ) as is_contactable
from persons
left join main_names on persons.person_key = main_names.person_key
left join combined on persons.person_key = combined.person_key
left join primary_points on persons.person_key = primary_points.person_key
left join primary_addresses on persons.person_key = primary_addresses.person_key
left join loads as first_load on combined.first_load_seq = first_load.load_seq
