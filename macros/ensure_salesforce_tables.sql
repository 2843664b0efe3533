{#- The landing tables of Salesforce, as `ensure_raw_tables` makes the others. Everything that the
    CRM gave is text; every record has its system fields and those of the landing. -#}
{% macro ensure_salesforce_tables() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'compile', 'seed', 'show', 'docs') %}
        {% set records = {
            'raw_salesforce.account': 'name type description parentid masterrecordid billingstreet billingcity
                billingstate billingpostalcode billingcountry lastactivitydate
                school_code_external_id_c connector_account_name_c',
            'raw_salesforce.contact': 'contact_type_c accountid masterrecordid firstname middlename lastname email
                npe01_homeemail_c npe01_alternateemail_c npe01_workemail_c
                npe01_preferred_email_c phone npe01_workphone_c homephone mobilephone
                npe01_preferredphone_c npsp_primary_affiliation_c npsp_deceased_c
                npsp_do_not_contact_c donotcall hasoptedoutofemail emailbounceddate title
                department gender_c birthdate racial_ethnic_background_c
                highest_level_of_educational_c age_group_c last_mailchimp_email_date_c
                first_volunteer_date_c last_volunteer_date_c last_email_message_c
                last_non_internal_email_activity_c last_activity_date_c
                volunteer_recruitment_notes_c description volunteer_skills_text_c
                volunteer_skills_c volunteer_interests_c
                number_of_attended_volunteer_sessions_c mailingstreet mailingcity mailingstate
                mailingpostalcode mailingcountry npe01_work_address_c
                npe01_primary_address_type_c npe01_secondary_address_type_c
                connector_industry_c local_student_id_c class_c legacy_grade_c current_grade_c',
            'raw_salesforce.npe5_affiliation_c': 'name npe5_contact_c npe5_organization_c npe5_role_c npe5_primary_c
                npe5_status_c npe5_startdate_c npe5_enddate_c',
            'raw_salesforce.session_c': 'name session_type_c format_c start_date_and_time_c end_date_and_time_c
                session_status_c location_information_c description_c additional_information_c
                cancellation_reason_c non_scheduled_students_count_c district_c school_c
                parent_account_c legacy_skill_covered_for_the_session_c legacy_skills_needed_c
                requested_skills_c total_requested_volunteer_jobs_c available_slots_c
                filled_volunteer_jobs_c session_host_c registration_link_c
                display_on_website_c',
            'raw_salesforce.session_participant_c': 'name contact_c session_c participant_type_c status_c delivery_hours_c
                age_group_c email_c title_c',
            'raw_salesforce.task': 'subject description type status activitydate whoid whatid',
            'raw_salesforce.emailmessage': 'subject textbody htmlbody messagedate fromaddress toaddress ccaddress
                bccaddress relatedtoid parentid incoming status messageidentifier
                threadidentifier',
            'raw_salesforce.case': 'contactid',
            'raw_salesforce.class_c': 'name school_c class_year_number_c'
        } %}
        {% set tables = {
            'raw_salesforce.loads': 'load_seq bigint, run_id varchar, object_name varchar,
                mode varchar, transport varchar, label varchar, window_from timestamptz,
                window_to timestamptz, watermark timestamptz, rows_extracted bigint,
                rows_duplicate bigint, rows_inserted bigint, rows_updated bigint,
                rows_unchanged bigint, rows_deleted bigint, rows_landed bigint,
                source_count bigint, call_count bigint, byte_count bigint, retry_count bigint,
                is_full_list boolean, describe_sha256 varchar, missing_fields varchar,
                unmapped_fields varchar, changed_types varchar, warnings varchar,
                max_modified_at timestamptz, started_at timestamptz, landed_at timestamptz,
                rows_reactivated bigint, field_counts varchar',
            'raw_salesforce.fields': 'load_seq bigint, run_id varchar, object_name varchar,
                field_name varchar, field_type varchar, label varchar, is_custom boolean,
                is_calculated boolean, is_mapped boolean, landed_at timestamptz',
            'raw_salesforce.absences': 'load_seq bigint, run_id varchar, object_name varchar,
                record_id varchar, deletion_source varchar, deleted_at timestamptz,
                landed_at timestamptz'
        } %}
        create schema if not exists raw_salesforce;
        {% for table, columns in tables.items() %}
            create table if not exists {{ table }} ({{ columns }});
        {% endfor %}
        {% for table, fields in records.items() %}
            create table if not exists {{ table }} (
                run_id varchar, load_seq bigint, row_hash varchar, landed_at timestamptz,
                id varchar, isdeleted varchar, createddate varchar, lastmodifieddate varchar,
                systemmodstamp varchar
                {%- for field in fields.split() %}, {{ field }} varchar{% endfor %}
            );
        {% endfor %}
        alter table raw_salesforce.loads add column if not exists rows_reactivated bigint;
        alter table raw_salesforce.loads add column if not exists field_counts varchar;
    {% endif %}
{% endmacro %}
