{#- The CRM's contacts as they are now: the newest version of each, deleted ones kept
    and marked (salesforce.md 1.13). One row per record. -#}
with

versions as (select * from {{ ref('stg_salesforce__contacts') }}),
absences as (select * from {{ ref('stg_salesforce__absences') }}),

current_versions as {{ newest_version('versions', 'contact_id') }},

gone as (
    select
        record_id,
        max_by(deletion_source, load_seq) as deletion_source,
        max(load_seq) as load_seq
    from absences
    where object_name = 'Contact'
    group by record_id
)

select
    newest.contact_id,
    newest.contact_type,
    newest.account_id,
    newest.master_record_id,
    newest.first_name,
    newest.middle_name,
    newest.last_name,
    newest.email,
    newest.home_email,
    newest.alternate_email,
    newest.work_email,
    newest.preferred_email,
    newest.phone,
    newest.work_phone,
    newest.home_phone,
    newest.mobile_phone,
    newest.preferred_phone,
    newest.primary_affiliation_id,
    newest.is_deceased,
    newest.do_not_contact,
    newest.do_not_call,
    newest.email_opt_out,
    newest.email_bounced_at,
    newest.job_title,
    newest.department,
    newest.gender,
    newest.birth_date,
    newest.racial_ethnic_background,
    newest.highest_education,
    newest.age_group,
    newest.last_mailchimp_date,
    newest.first_volunteer_date,
    newest.last_volunteer_date,
    newest.last_email_date,
    newest.last_non_internal_email_date,
    newest.last_activity_date,
    newest.recruitment_notes,
    newest.description,
    newest.skills_text,
    newest.skills,
    newest.interests,
    newest.attended_session_count,
    newest.mailing_street,
    newest.mailing_city,
    newest.mailing_state,
    newest.mailing_postal_code,
    newest.mailing_country,
    newest.work_address,
    newest.primary_address_type,
    newest.secondary_address_type,
    newest.industry,
    newest.local_student_id,
    newest.class_id,
    newest.legacy_grade,
    newest.current_grade,
    newest.unreadable_fields,
    newest.is_deleted_in_source or coalesce(gone.load_seq > newest.load_seq, false) as is_deleted,
    case
        when coalesce(gone.load_seq > newest.load_seq, false) then gone.deletion_source
        when newest.is_deleted_in_source then 'is_deleted'
    end as deletion_source,
    newest.created_at,
    newest.last_modified_at,
    newest.modified_at,
    newest.first_load_seq,
    newest.run_id,
    newest.load_seq,
    newest.landed_at
from current_versions as newest
left join gone on newest.contact_id = gone.record_id
