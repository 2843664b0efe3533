with

owners as (select * from {{ ref('int_virtual__ticket_owners') }}),
sightings as (select * from {{ ref('int_virtual__ticket_sightings') }}),
candidates as (select * from {{ ref('int_virtual__ticket_candidates') }}),
reasons as (select * from {{ ref('rule_ticket_reasons') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
report_rows as (select * from {{ ref('stg_pathful__session_rows') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
sessions as (select * from {{ ref('int_pathful__sessions') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),

examples as (
    select
        sightings.ticket_key,
        session_rows.person_name,
        session_rows.email,
        session_rows.user_id,
        session_rows.school_name,
        session_rows.district_name,
        session_rows.company_name,
        session_rows.session_ref,
        session_rows.role,
        report_rows.payload
    from sightings
    inner join session_rows
        on
            sightings.example_run_id = session_rows.run_id
            and sightings.example_row_number = session_rows.row_number
    inner join loads on sightings.example_run_id = loads.run_id
    inner join report_rows
        on
            loads.landed_run_id = report_rows.run_id
            and sightings.example_row_number = report_rows.row_number
),

-- Students stay out of everything that is published (pathful.md 3.4).
undated_rows as (
    select
        undated.ticket_key,
        {{ json_rows(
            {
                'row_number': 'session_rows.row_number', 'role': 'session_rows.role',
                'name': 'session_rows.person_name', 'school': 'session_rows.school_name',
                'district': 'session_rows.district_name', 'company': 'session_rows.company_name',
            },
            'session_rows.row_number'
        ) }} as rows_json
    from undated
    inner join sightings on undated.ticket_key = sightings.ticket_key
    inner join session_rows
        on
            sightings.example_run_id = session_rows.run_id
            and undated.session_ref = session_rows.session_ref
    where session_rows.role in ('educator', 'professional')
    group by undated.ticket_key
),

undated_sessions as (
    select
        undated.ticket_key,
        cast(
            json_object(
                'session_id',
                case when undated.session_ref like 'id:%' then substr(undated.session_ref, 4) end,
                'title', sessions.title,
                'status', sessions.status,
                'duration', sessions.duration_minutes,
                'career_cluster', sessions.career_cluster,
                'participant_count', undated.participant_count,
                'rows', cast(coalesce(undated_rows.rows_json, '[]') as json)
            ) as varchar
        ) as raw_json,
        sessions.title
    from undated
    inner join sessions on undated.session_ref = sessions.session_ref
    left join undated_rows on undated.ticket_key = undated_rows.ticket_key
)

select
    owners.ticket_key,
    owners.unmatched_type,
    owners.status,
    case
        when owners.unmatched_type in ('teacher', 'volunteer')
            then coalesce(persons.person_name, examples.person_name)
        when owners.unmatched_type = 'organization' then examples.person_name
        when owners.unmatched_type = 'school_unresolved' then examples.school_name
        when owners.unmatched_type = 'no_date_session' then undated_sessions.title
        else substr(owners.subject_ref, 5)
    end as attempted_name,
    coalesce(persons.email, examples.email) as attempted_email,
    case
        when owners.unmatched_type in ('teacher', 'volunteer', 'organization')
            then coalesce(persons.user_id, examples.user_id)
    end as pathful_user_id,
    examples.school_name as attempted_school,
    examples.company_name as attempted_organization,
    examples.district_name as attempted_district,
    coalesce(candidates.candidates_json, '[]') as candidates_json,
    case
        when owners.unmatched_type = 'no_date_session' then undated_sessions.raw_json
        when examples.role in ('educator', 'professional') then examples.payload
    end as raw_json,
    sightings.occurrence_count,
    sightings.first_seen_run_id,
    sightings.last_seen_run_id,
    owners.resolved_by,
    owners.resolved_at,
    owners.resolution_notes,
    owners.reason_code,
    reasons.reason,
    cast(sightings.affected_row_count as bigint) as affected_row_count,
    sightings.affected_session_count,
    sightings.first_seen_at,
    sightings.last_seen_at,
    owners.event_key,
    owners.own_key,
    owners.decision_id,
    district_names.district_key
from owners
inner join sightings on owners.ticket_key = sightings.ticket_key
left join reasons on owners.reason_code = reasons.reason_code
left join candidates on owners.ticket_key = candidates.ticket_key
left join examples on owners.ticket_key = examples.ticket_key
left join persons
    on
        owners.subject_ref = persons.person_ref
        and owners.unmatched_type
        = case persons.role when 'educator' then 'teacher' else 'volunteer' end
left join undated_sessions on owners.ticket_key = undated_sessions.ticket_key
left join district_names
    on lower(examples.district_name) = district_names.district_name_norm
