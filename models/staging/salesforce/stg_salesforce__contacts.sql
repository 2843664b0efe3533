{#- Versions of the CRM's contacts, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'contact') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as contact_id,
    {{ salesforce_text('versions.contact_type_c') }} as contact_type,
    {{ salesforce_id('versions.accountid') }} as account_id,
    {{ salesforce_id('versions.masterrecordid') }} as master_record_id,
    {{ salesforce_text('versions.firstname') }} as first_name,
    {{ salesforce_text('versions.middlename') }} as middle_name,
    {{ salesforce_text('versions.lastname') }} as last_name,
    {{ salesforce_text('versions.email') }} as email,
    {{ salesforce_text('versions.npe01_homeemail_c') }} as home_email,
    {{ salesforce_text('versions.npe01_alternateemail_c') }} as alternate_email,
    {{ salesforce_text('versions.npe01_workemail_c') }} as work_email,
    {{ salesforce_text('versions.npe01_preferred_email_c') }} as preferred_email,
    {{ salesforce_text('versions.phone') }} as phone,
    {{ salesforce_text('versions.npe01_workphone_c') }} as work_phone,
    {{ salesforce_text('versions.homephone') }} as home_phone,
    {{ salesforce_text('versions.mobilephone') }} as mobile_phone,
    {{ salesforce_text('versions.npe01_preferredphone_c') }} as preferred_phone,
    {{ salesforce_id('versions.npsp_primary_affiliation_c') }} as primary_affiliation_id,
    {{ salesforce_boolean('versions.npsp_deceased_c') }} as is_deceased,
    {{ salesforce_boolean('versions.npsp_do_not_contact_c') }} as do_not_contact,
    {{ salesforce_boolean('versions.donotcall') }} as do_not_call,
    {{ salesforce_boolean('versions.hasoptedoutofemail') }} as email_opt_out,
    {{ try_salesforce_timestamp('versions.emailbounceddate') }} as email_bounced_at,
    {{ salesforce_text('versions.title') }} as job_title,
    {{ salesforce_text('versions.department') }} as department,
    {{ salesforce_text('versions.gender_c') }} as gender,
    try_cast(versions.birthdate as date) as birth_date,
    {{ salesforce_text('versions.racial_ethnic_background_c') }} as racial_ethnic_background,
    {{ salesforce_text('versions.highest_level_of_educational_c') }} as highest_education,
    {{ salesforce_text('versions.age_group_c') }} as age_group,
    try_cast(versions.last_mailchimp_email_date_c as date) as last_mailchimp_date,
    try_cast(versions.first_volunteer_date_c as date) as first_volunteer_date,
    try_cast(versions.last_volunteer_date_c as date) as last_volunteer_date,
    try_cast(versions.last_email_message_c as date) as last_email_date,
    try_cast(versions.last_non_internal_email_activity_c as date) as last_non_internal_email_date,
    try_cast(versions.last_activity_date_c as date) as last_activity_date,
    nullif(trim(versions.volunteer_recruitment_notes_c), '') as recruitment_notes,
    nullif(trim(versions.description), '') as description,
    {{ salesforce_text('versions.volunteer_skills_text_c') }} as skills_text,
    {{ salesforce_text('versions.volunteer_skills_c') }} as skills,
    {{ salesforce_text('versions.volunteer_interests_c') }} as interests,
    {{ salesforce_number('versions.number_of_attended_volunteer_sessions_c') }}
        as attended_session_count,
    {{ salesforce_text('versions.mailingstreet') }} as mailing_street,
    {{ salesforce_text('versions.mailingcity') }} as mailing_city,
    {{ salesforce_text('versions.mailingstate') }} as mailing_state,
    {{ salesforce_text('versions.mailingpostalcode') }} as mailing_postal_code,
    {{ salesforce_text('versions.mailingcountry') }} as mailing_country,
    {{ salesforce_text('versions.npe01_work_address_c') }} as work_address,
    {{ salesforce_text('versions.npe01_primary_address_type_c') }} as primary_address_type,
    {{ salesforce_text('versions.npe01_secondary_address_type_c') }} as secondary_address_type,
    {{ salesforce_text('versions.connector_industry_c') }} as industry,
    {{ salesforce_text('versions.local_student_id_c') }} as local_student_id,
    {{ salesforce_id('versions.class_c') }} as class_id,
    {{ salesforce_text('versions.legacy_grade_c') }} as legacy_grade,
    {{ salesforce_text('versions.current_grade_c') }} as current_grade,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'EmailBouncedDate',
                'versions.emailbounceddate',
                try_salesforce_timestamp('versions.emailbounceddate')
            ) }},
            {{ unless_read(
                'Birthdate',
                'versions.birthdate',
                "try_cast(versions.birthdate as date)"
            ) }},
            {{ unless_read(
                'Last_Mailchimp_Email_Date__c',
                'versions.last_mailchimp_email_date_c',
                "try_cast(versions.last_mailchimp_email_date_c as date)"
            ) }},
            {{ unless_read(
                'First_Volunteer_Date__c',
                'versions.first_volunteer_date_c',
                "try_cast(versions.first_volunteer_date_c as date)"
            ) }},
            {{ unless_read(
                'Last_Volunteer_Date__c',
                'versions.last_volunteer_date_c',
                "try_cast(versions.last_volunteer_date_c as date)"
            ) }},
            {{ unless_read(
                'Last_Email_Message__c',
                'versions.last_email_message_c',
                "try_cast(versions.last_email_message_c as date)"
            ) }},
            {{ unless_read(
                'Last_Non_Internal_Email_Activity__c',
                'versions.last_non_internal_email_activity_c',
                "try_cast(versions.last_non_internal_email_activity_c as date)"
            ) }},
            {{ unless_read(
                'Last_Activity_Date__c',
                'versions.last_activity_date_c',
                "try_cast(versions.last_activity_date_c as date)"
            ) }},
            {{ unless_read(
                'Number_of_Attended_Volunteer_Sessions__c',
                'versions.number_of_attended_volunteer_sessions_c',
                salesforce_number('versions.number_of_attended_volunteer_sessions_c')
            ) }},
            {{ unless_read(
                'SystemModstamp',
                'versions.systemmodstamp',
                try_salesforce_timestamp('versions.systemmodstamp')
            ) }}
        ),
        ''
    ) as unreadable_fields,
    coalesce({{ salesforce_boolean('versions.isdeleted') }}, false) as is_deleted_in_source,
    {{ try_salesforce_timestamp('versions.createddate') }} as created_at,
    {{ try_salesforce_timestamp('versions.lastmodifieddate') }} as last_modified_at,
    {{ try_salesforce_timestamp('versions.systemmodstamp') }} as modified_at,
    versions.row_hash,
    versions.run_id,
    versions.load_seq,
    versions.landed_at
from versions
inner join loads on versions.load_seq = loads.load_seq
