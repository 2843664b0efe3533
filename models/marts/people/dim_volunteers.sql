{#- Survivorship (salesforce.md 4.2): what staff said, then the CRM, then Pathful; a value beats no
    value. Whoever is in the CRM and presents is one row. -#}
with

volunteers as (select * from {{ ref('int_crm__volunteers') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
edits as (select * from {{ ref('int_crm__person_edits') }}),
local_statuses as (select * from {{ ref('int_crm__local_statuses') }}),
households as (select * from {{ ref('int_crm__households') }}),
skills as (select * from {{ ref('bridge_volunteer_skills') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
organizations as (select * from {{ ref('int_places__organizations') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('dim_events') }}),

dated as (
    select
        participations.person_key,
        min(events.session_date) filter (where participations.is_credited) as first_volunteer_date,
        max(events.session_date) filter (where participations.is_credited) as last_volunteer_date,
        count(*) filter (where participations.is_credited) as credited_count
    from participations
    inner join events on participations.event_key = events.event_key
    group by participations.person_key
),

skilled as (
    select
        person_key,
        {{ list_text('skill_name', ', ') }} as skills
    from skills
    group by person_key
),

people as (
    select
        coalesce(volunteers.person_key, presenters.person_key) as person_key,
        coalesce(volunteers.first_name, presenters.first_name) as first_name,
        coalesce(volunteers.last_name, presenters.last_name) as last_name,
        coalesce(volunteers.name_norm, presenters.name_norm) as name_norm,
        coalesce(volunteers.email, presenters.email) as email,
        volunteers.phone_e164,
        volunteers.dob,
        coalesce(crm_organizations.organization_key, presenters.organization_key)
            as organization_key,
        coalesce(crm_organizations.organization_name, presenters.company_name) as employer,
        -- An address is one: never the town of one source beside the code of another.
        case
            when volunteers.address_kind is null then presenters.city else volunteers.city
        end as city,
        case
            when volunteers.address_kind is null then presenters.state_code
            else volunteers.state_code
        end as state_code,
        case
            when volunteers.address_kind is null then presenters.postal_code
            else volunteers.postal_code
        end as postal_code,
        volunteers.gender,
        volunteers.race_ethnicity,
        volunteers.education,
        volunteers.age_group,
        volunteers.do_not_call,
        volunteers.do_not_contact,
        volunteers.email_opt_out,
        volunteers.email_bounced_at,
        coalesce(volunteers.is_provisional, presenters.is_provisional) as is_provisional,
        coalesce(volunteers.is_deceased, false) as is_deceased,
        coalesce(volunteers.is_deleted, false) as is_deleted,
        presenters.user_id as pathful_user_id,
        volunteers.contact_id as salesforce_id,
        volunteers.job_title,
        volunteers.department,
        volunteers.industry,
        volunteers.sf_attended_session_count,
        volunteers.sf_first_volunteer_date,
        volunteers.sf_last_volunteer_date,
        volunteers.last_email_date,
        volunteers.last_non_internal_email_date,
        volunteers.last_activity_date,
        volunteers.recruitment_notes,
        volunteers.interests,
        volunteers.contact_count
    from volunteers
    full outer join presenters on volunteers.person_key = presenters.person_key
    left join crm_organizations
        on volunteers.employer_account_id = crm_organizations.account_id
),

reached as (
    select
        *,
        email is not null
        and not coalesce(email_opt_out, false)
        and email_bounced_at is null as has_valid_email,
        phone_e164 is not null and not coalesce(do_not_call, false) as has_valid_phone
    from people
),

-- The same name under two keys is worth a look; it never merges anybody.
namesakes as (
    select name_norm
    from people
    where name_norm is not null and not is_deleted
    group by name_norm
    having count(*) > 1
)

select
    reached.person_key,
    reached.first_name,
    reached.last_name,
    reached.email,
    reached.phone_e164,
    reached.dob,
    coalesce(edited_organizations.organization_key, reached.organization_key) as organization_key,
    coalesce(edited_organizations.organization_name, reached.employer) as employer,
    reached.city,
    reached.state_code,
    reached.postal_code,
    reached.gender,
    reached.race_ethnicity,
    reached.education,
    reached.age_group,
    reached.do_not_call,
    reached.email_opt_out as do_not_email,
    reached.do_not_contact,
    (reached.has_valid_email or reached.has_valid_phone)
    and not coalesce(reached.do_not_contact, false)
    and not reached.is_deceased
    and not reached.is_deleted as is_contactable,
    coalesce(edits.local_status, local_statuses.local_status, 'unknown') as local_status,
    reached.is_provisional,
    namesakes.name_norm is not null as possible_duplicate,
    households.household_key,
    dated.first_volunteer_date,
    dated.last_volunteer_date,
    cast(null as timestamp with time zone) as consent_signed_at,
    cast(null as boolean) as photo_release,
    edits.is_person_of_color,
    reached.pathful_user_id,
    reached.salesforce_id,
    reached.job_title,
    reached.department,
    reached.industry,
    reached.email_opt_out,
    reached.email_bounced_at,
    reached.has_valid_email,
    reached.has_valid_phone,
    reached.is_deceased,
    coalesce(edits.is_excluded_from_reports, false) as is_excluded_from_reports,
    coalesce(edits.volunteer_status, 'active') as volunteer_status,
    case when edits.local_status is null then 'derived' else 'manual' end as local_status_source,
    coalesce(edits.additional_volunteer_count, 0) as additional_volunteer_count,
    coalesce(dated.credited_count, 0) as credited_count,
    coalesce(dated.credited_count, 0) + coalesce(edits.additional_volunteer_count, 0)
        as times_volunteered,
    reached.sf_attended_session_count,
    reached.sf_first_volunteer_date,
    reached.sf_last_volunteer_date,
    reached.last_email_date,
    reached.last_non_internal_email_date,
    reached.last_activity_date,
    reached.recruitment_notes,
    reached.interests,
    skilled.skills,
    coalesce(reached.contact_count, 0) as salesforce_contact_count,
    reached.is_deleted,
    edits.notes as staff_notes
from reached
left join edits on reached.person_key = edits.person_key
left join organizations as edited_organizations
    on edits.organization_key = edited_organizations.organization_key
left join local_statuses on reached.person_key = local_statuses.person_key
left join households on reached.person_key = households.person_key
left join skilled on reached.person_key = skilled.person_key
left join dated on reached.person_key = dated.person_key
left join namesakes on reached.name_norm = namesakes.name_norm and not reached.is_deleted
