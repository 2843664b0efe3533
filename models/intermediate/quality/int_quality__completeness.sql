{#- Which fields of every record have a value (platform.md 6.5): '' and the word that stands in for
    a missing one are none, 0 is one. One row per kind of record and record, deleted ones left out.
    `filled_marks` has a 1 or 0 for each field of the kind, in the order of completeness_fields(). A
    person of several kinds counts in the first of volunteer, student, teacher, contact and user
    only (`is_counted`). -#}
{%- set reached = ['volunteer', 'teacher', 'contact'] -%}
{%- set named = ['volunteer', 'student', 'teacher', 'contact'] -%}
{%- set today = logical_date() -%}
with

volunteers as (select * from {{ ref('dim_volunteers') }}),
students as (select * from {{ ref('dim_students') }}),
teachers as (select * from {{ ref('dim_teachers') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
users as (select * from {{ ref('int_pathful__profiles') }}),
organizations as (select * from {{ ref('dim_organizations') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
affiliations as (select * from {{ ref('bridge_volunteer_organizations') }}),
events as (select * from {{ ref('dim_events') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
ids as (select * from {{ ref('external_id_map') }}),

people_ids as (
    select distinct
        external_system,
        external_id
    from ids
    where entity_type in ('volunteer', 'student', 'teacher')
),

volunteer_ids as (
    select distinct
        external_system,
        external_id
    from ids
    where entity_type = 'volunteer'
),

also_volunteers as (
    select distinct teacher_ids.entity_id as teacher_key
    from ids as teacher_ids
    inner join volunteer_ids
        on
            teacher_ids.external_system = volunteer_ids.external_system
            and teacher_ids.external_id = volunteer_ids.external_id
    where teacher_ids.entity_type = 'teacher'
),

worked as (
    select
        person_key,
        sum(delivery_hours) as hours
    from participations
    group by person_key
),

volunteer_records as (
    select
        volunteers.person_key as record_key,
        volunteers.organization_key,
        true as is_counted,
        volunteers.first_name,
        volunteers.last_name,
        volunteers.email,
        volunteers.phone_e164 as phone,
        volunteers.dob,
        volunteers.employer,
        volunteers.job_title,
        volunteers.industry,
        volunteers.department,
        volunteers.city,
        volunteers.state_code,
        volunteers.postal_code,
        volunteers.gender,
        volunteers.race_ethnicity,
        volunteers.education,
        volunteers.age_group,
        volunteers.skills,
        volunteers.first_volunteer_date,
        volunteers.last_volunteer_date,
        volunteers.consent_signed_at,
        volunteers.photo_release,
        case
            when
                worked.hours > {{ var('edge_case_hours') }}
                and volunteers.last_volunteer_date
                < cast({{ today }} as date) - {{ var('edge_case_inactive_days') }}
                then 'many_hours_but_inactive'
        end as own_edge_case
    from volunteers
    left join worked on volunteers.person_key = worked.person_key
    where not volunteers.is_deleted
),

student_records as (
    select
        student_key as record_key,
        cast(null as varchar) as organization_key,
        true as is_counted,
        student_id,
        first_name,
        last_name,
        school_key as school,
        class_key as class,
        current_grade as grade,
        gender,
        racial_ethnic as race_ethnicity,
        dob,
        email,
        phone_e164 as phone,
        cast(null as varchar) as own_edge_case
    from students
    where not is_deleted and not is_duplicate
),

teacher_records as (
    select
        teachers.teacher_key as record_key,
        cast(null as varchar) as organization_key,
        also_volunteers.teacher_key is null as is_counted,
        teachers.first_name,
        teachers.last_name,
        teachers.email,
        cast(null as varchar) as phone,
        teachers.school_key as school,
        teachers.district_key as district,
        teachers.pathful_user_id,
        teachers.salesforce_id,
        cast(null as varchar) as own_edge_case
    from teachers
    left join also_volunteers on teachers.teacher_key = also_volunteers.teacher_key
),

contact_records as (
    select
        contacts.contact_id as record_key,
        cast(null as varchar) as organization_key,
        people_ids.external_id is null as is_counted,
        contacts.first_name,
        contacts.last_name,
        contacts.contact_type,
        coalesce(
            contacts.email, contacts.home_email, contacts.work_email, contacts.alternate_email
        ) as email,
        coalesce(
            contacts.phone, contacts.mobile_phone, contacts.home_phone, contacts.work_phone
        ) as phone,
        contacts.birth_date as dob,
        coalesce(contacts.mailing_street, contacts.work_address) as street,
        contacts.mailing_city as city,
        contacts.mailing_state as state,
        contacts.mailing_postal_code as postal_code,
        cast(null as varchar) as own_edge_case
    from contacts
    left join people_ids
        on
            contacts.contact_id = people_ids.external_id
            and people_ids.external_system = 'salesforce'
    where not contacts.is_deleted
),

user_records as (
    select
        users.user_id as record_key,
        cast(null as varchar) as organization_key,
        people_ids.external_id is null as is_counted,
        users.person_name as name, -- noqa: RF04
        users.role,
        users.email,
        coalesce(users.school_name, users.district_or_company) as school_or_company,
        users.job_title,
        users.skills,
        users.city,
        users.state_code,
        users.postal_code,
        cast(null as varchar) as own_edge_case
    from users
    left join people_ids
        on users.user_id = people_ids.external_id and people_ids.external_system = 'pathful'
),

organization_records as (
    select
        organizations.organization_key as record_key,
        cast(null as varchar) as organization_key,
        true as is_counted,
        organizations.organization_name as name, -- noqa: RF04
        case
            when not coalesce(crm_organizations.is_type_missing, false)
                then organizations.organization_type
        end as organization_type,
        organizations.city,
        organizations.state_code,
        organizations.website,
        cast(null as varchar) as own_edge_case
    from organizations
    left join crm_organizations on organizations.salesforce_id = crm_organizations.account_id
    where not organizations.is_deleted
),

affiliation_records as (
    select
        affiliation_key as record_key,
        organization_key,
        true as is_counted,
        person_key as volunteer,
        organization_key as organization,
        role,
        status,
        start_date,
        cast(null as varchar) as own_edge_case
    from affiliations
),

-- A virtual session is held nowhere. The kind and status that stand in for a missing word are no
-- values.
event_records as (
    select
        event_key as record_key,
        host_organization_key as organization_key,
        true as is_counted,
        title,
        case
            when source in ('salesforce', 'csv') then raw_event_type
            else event_type
        end as event_type,
        format,
        case when raw_status is not null or is_status_manual then status end as status,
        session_date,
        start_at,
        end_at,
        case
            when format = 'virtual' then format
            else coalesce(nullif(trim(location), ''), school_key)
        end as place,
        participant_count as participants,
        career_cluster,
        description,
        nullif(concat_ws(
            ';',
            case
                when
                    format is distinct from 'virtual'
                    and nullif(trim(location), '') is null
                    and school_key is null
                    then 'no_location'
            end,
            case when end_at < start_at then 'end_before_start' end,
            case
                when session_date < cast({{ today }} as date) - {{ var('edge_case_event_days') }}
                    then 'long_ago'
            end
        ), '') as own_edge_case
    from events
)

{% for entity, fields in completeness_fields().items() -%}
    select
        '{{ entity }}' as entity_type,
        record_key,
        organization_key,
        is_counted,
        concat(
            {%- for field in fields %}
                case when trim(cast({{ field }} as varchar)) <> '' then '1' else '0' end
                {{- ',' if not loop.last }}
            {%- endfor %}
        ) as filled_marks,
        nullif(concat_ws(
            ';',
            {% if entity in reached -%}
                case
                    when
                        is_counted
                        and coalesce(trim(email), '') = ''
                        and coalesce(trim(phone), '') = ''
                        then 'no_contact'
                end,
            {% endif -%}
            {% if entity in named -%}
                case
                    when coalesce(trim(first_name), '') = '' or coalesce(trim(last_name), '') = ''
                        then 'no_full_name'
                end,
            {% endif -%}
            {% if entity in ['volunteer', 'student', 'contact'] -%}
                case
                    when extract(year from dob) < 1900 or dob > cast({{ today }} as date)
                        then 'impossible_birth_date'
                end,
            {% endif -%}
            own_edge_case
        ), '') as edge_cases
    from {{ entity }}_records
    {{ 'union all' if not loop.last }}
{% endfor %}
