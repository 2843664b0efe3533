{#- Versions of the CRM's sessions, typed and cleaned. One row per landed version.
    A value that does not read as its type is null and named in unreadable_fields. -#}
with

versions as (select * from {{ source('raw_salesforce', 'session_c') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('versions.id') }} as session_id,
    {{ salesforce_text('versions.name') }} as title,
    {{ salesforce_text('versions.session_type_c') }} as session_type,
    {{ salesforce_text('versions.format_c') }} as format,
    {{ try_salesforce_timestamp('versions.start_date_and_time_c') }} as start_at,
    {{ try_salesforce_timestamp('versions.end_date_and_time_c') }} as end_at,
    {{ salesforce_text('versions.session_status_c') }} as status,
    {{ salesforce_text('versions.location_information_c') }} as location,
    nullif(trim(versions.description_c), '') as description,
    nullif(trim(versions.additional_information_c), '') as additional_information,
    {{ salesforce_text('versions.cancellation_reason_c') }} as cancellation_reason,
    {{ salesforce_number('versions.non_scheduled_students_count_c') }}
        as non_scheduled_student_count,
    {{ salesforce_text('versions.district_c') }} as district_name,
    {{ salesforce_id('versions.school_c') }} as school_id,
    {{ salesforce_text('versions.parent_account_c') }} as parent_account,
    {{ salesforce_text('versions.legacy_skill_covered_for_the_session_c') }}
        as legacy_skills_covered,
    {{ salesforce_text('versions.legacy_skills_needed_c') }} as legacy_skills_needed,
    {{ salesforce_text('versions.requested_skills_c') }} as requested_skills,
    {{ salesforce_number('versions.total_requested_volunteer_jobs_c') }}
        as requested_volunteer_count,
    {{ salesforce_number('versions.available_slots_c') }} as available_slot_count,
    {{ salesforce_number('versions.filled_volunteer_jobs_c') }} as filled_volunteer_count,
    {{ salesforce_text('versions.session_host_c') }} as session_host,
    {{ salesforce_text('versions.registration_link_c') }} as registration_link,
    {{ salesforce_boolean('versions.display_on_website_c') }} as is_displayed_on_website,
    nullif(
        concat_ws(
            ',',
            {{ unless_read(
                'Start_Date_and_Time__c',
                'versions.start_date_and_time_c',
                try_salesforce_timestamp('versions.start_date_and_time_c')
            ) }},
            {{ unless_read(
                'End_Date_and_Time__c',
                'versions.end_date_and_time_c',
                try_salesforce_timestamp('versions.end_date_and_time_c')
            ) }},
            {{ unless_read(
                'Non_Scheduled_Students_Count__c',
                'versions.non_scheduled_students_count_c',
                salesforce_number('versions.non_scheduled_students_count_c')
            ) }},
            {{ unless_read(
                'Total_Requested_Volunteer_Jobs__c',
                'versions.total_requested_volunteer_jobs_c',
                salesforce_number('versions.total_requested_volunteer_jobs_c')
            ) }},
            {{ unless_read(
                'Available_Slots__c',
                'versions.available_slots_c',
                salesforce_number('versions.available_slots_c')
            ) }},
            {{ unless_read(
                'Filled_Volunteer_Jobs__c',
                'versions.filled_volunteer_jobs_c',
                salesforce_number('versions.filled_volunteer_jobs_c')
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
