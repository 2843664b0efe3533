{#- What staff said about a person lies over what int_people__survivors took from the sources.
    Whoever is in the CRM, in a file and presents is one row. -#}
with

volunteers as (select * from {{ ref('int_crm__volunteers') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
edits as (select * from {{ ref('int_crm__person_edits') }}),
survivors as (select * from {{ ref('int_people__survivors') }}),
local_statuses as (select * from {{ ref('int_crm__local_statuses') }}),
households as (select * from {{ ref('int_identity__households') }}),
pairs as (select * from {{ ref('int_identity__pairs') }}),
skills as (select * from {{ ref('bridge_volunteer_skills') }}),
organizations as (select * from {{ ref('int_places__organizations') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
file_affiliations as (select * from {{ ref('int_csv__affiliations') }}),

-- What counts is the metrics' word: nobody volunteers at a cancelled event (M20).
dated as (
    select
        person_key,
        min(session_date) as first_volunteer_date,
        max(session_date) as last_volunteer_date,
        count(*) as credited_count
    from credits
    group by person_key
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
        survivors.*,
        case
            when survivors.csv_record_count > 0 then false
            -- Who only signed up is nobody that staff know yet.
            else coalesce(volunteers.is_provisional, presenters.is_provisional, true)
        end as is_provisional,
        coalesce(volunteers.is_deceased, false) as is_deceased,
        -- Whom a file still names is there, whatever became of the contact.
        coalesce(volunteers.is_deleted, false) and survivors.csv_record_count = 0 as is_deleted,
        volunteers.email_bounced_at,
        -- Where nobody knows, the CRM's word for that.
        volunteers.race_ethnicity as crm_race_ethnicity,
        volunteers.education as crm_education,
        volunteers.age_group as crm_age_group,
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
    from survivors
    left join volunteers on survivors.person_key = volunteers.person_key
    left join presenters on survivors.person_key = presenters.person_key
),

reached as (
    select
        *,
        email is not null
        and not coalesce(do_not_email, false)
        and email_bounced_at is null as has_valid_email,
        phone_e164 is not null and not coalesce(do_not_call, false) as has_valid_phone
    from people
),

-- Whoever waits for a word stays a person of their own until it is said (platform.md R-21).
waiting as (
    select left_person_key as person_key
    from pairs
    where decision = 'pending' and match_type <> 'household'
    union
    select right_person_key as person_key
    from pairs
    where decision = 'pending' and match_type <> 'household'
),

-- Whose employer no source names: what a file marks as the primary organization (platform.md 2.4).
tied as (
    select
        file_affiliations.person_key,
        organizations.organization_key,
        organizations.organization_name
    from file_affiliations
    inner join organizations
        on file_affiliations.organization_key = organizations.organization_key
    where
        file_affiliations.is_primary
        and file_affiliations.is_current
        and not organizations.is_deleted
),

-- Of who is in Pathful alone nothing but the name can be compared; it never merges anybody.
namesakes as (
    select name_norm
    from people
    where name_norm is not null and not is_deleted
    group by name_norm
    having count(*) > 1 and bool_or(salesforce_id is null)
)

select
    reached.person_key,
    reached.first_name,
    reached.last_name,
    reached.email,
    reached.phone_e164,
    reached.dob,
    coalesce(
        edited_organizations.organization_key, reached.organization_key, tied.organization_key
    ) as organization_key,
    coalesce(
        edited_organizations.organization_name,
        case when reached.organization_key is null then tied.organization_name end,
        reached.employer
    ) as employer,
    reached.city,
    reached.state_code,
    reached.postal_code,
    reached.gender,
    coalesce(reached.race_ethnicity, reached.crm_race_ethnicity) as race_ethnicity,
    coalesce(reached.education, reached.crm_education) as education,
    coalesce(reached.age_group, reached.crm_age_group) as age_group,
    reached.do_not_call,
    reached.do_not_email,
    reached.do_not_contact,
    (reached.has_valid_email or reached.has_valid_phone)
    and not coalesce(reached.do_not_contact, false)
    and not reached.is_deceased
    and not reached.is_deleted as is_contactable,
    coalesce(edits.local_status, local_statuses.local_status, 'unknown') as local_status,
    reached.is_provisional,
    coalesce(waiting.person_key, namesakes.name_norm) is not null as possible_duplicate,
    households.household_key,
    dated.first_volunteer_date,
    dated.last_volunteer_date,
    reached.consent_signed_at,
    reached.photo_release,
    edits.is_person_of_color,
    reached.pathful_user_id,
    reached.salesforce_id,
    reached.job_title,
    reached.department,
    reached.industry,
    reached.do_not_email as email_opt_out,
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
    edits.notes as staff_notes,
    -- A flag that nobody ever set keeps nobody out; whom the CRM calls a student is nobody to ask
    -- (salesforce.md 6.4, 9.2).
    coalesce(edits.volunteer_status, 'active') = 'active'
    and not coalesce(reached.do_not_contact, false)
    and not coalesce(reached.do_not_email, false)
    and not coalesce(edits.is_excluded_from_reports, false)
    and not reached.is_deceased
    and not reached.is_deleted
    and coalesce(roots.contact_role, 'volunteer') <> 'student' as is_recruitable
from reached
left join roots on reached.salesforce_id = roots.contact_id
left join edits on reached.person_key = edits.person_key
left join organizations as edited_organizations
    on edits.organization_key = edited_organizations.organization_key
left join local_statuses on reached.person_key = local_statuses.person_key
left join tied on reached.person_key = tied.person_key
left join households on reached.person_key = households.person_key
left join skilled on reached.person_key = skilled.person_key
left join dated on reached.person_key = dated.person_key
left join waiting on reached.person_key = waiting.person_key
left join namesakes
    on case when not reached.is_deleted then reached.name_norm end = namesakes.name_norm
