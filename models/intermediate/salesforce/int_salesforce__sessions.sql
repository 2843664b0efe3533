{#- The CRM's sessions as they are now: the newest version of each, deleted ones kept
    and marked (salesforce.md 1.13). One row per record. -#}
with

versions as (select * from {{ ref('stg_salesforce__sessions') }}),
absences as (select * from {{ ref('stg_salesforce__absences') }}),

current_versions as {{ newest_version('versions', 'session_id') }},

-- What the record said when it first came: the website asked then, and never again (1.9).
first_versions as (
    select
        session_id,
        is_displayed_on_website
    from versions
    qualify row_number() over (partition by session_id order by load_seq asc, row_hash asc) = 1
),

gone as (
    select
        record_id,
        max_by(deletion_source, load_seq) as deletion_source,
        max(load_seq) as load_seq
    from absences
    where object_name = 'Session__c'
    group by record_id
)

select
    newest.session_id,
    newest.title,
    newest.session_type,
    newest.format,
    newest.start_at,
    newest.end_at,
    newest.status,
    newest.location,
    newest.description,
    newest.additional_information,
    newest.cancellation_reason,
    newest.non_scheduled_student_count,
    newest.district_name,
    newest.school_id,
    newest.parent_account,
    newest.legacy_skills_covered,
    newest.legacy_skills_needed,
    newest.requested_skills,
    newest.requested_volunteer_count,
    newest.available_slot_count,
    newest.filled_volunteer_count,
    newest.session_host,
    newest.registration_link,
    newest.is_displayed_on_website,
    first_versions.is_displayed_on_website as was_displayed_at_first,
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
inner join first_versions on newest.session_id = first_versions.session_id
left join gone on newest.session_id = gone.record_id
