{#- The landed rows behind each ticket: one row per ticket and report row. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
owners as (select * from {{ ref('int_virtual__ticket_owners') }}),
teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
organization_tickets as (select * from {{ ref('int_virtual__organization_tickets') }}),
school_names as (select * from {{ ref('int_places__school_names') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),

evidence as (select * from session_rows where is_session_evidence),

presenter_owners as (
    select
        presenter_matches.person_ref,
        presenter_matches.person_key,
        owners.ticket_key
    from presenter_matches
    inner join presenter_matches as other
        on
            coalesce(presenter_matches.own_key, presenter_matches.person_ref)
            = coalesce(other.own_key, other.person_ref)
    inner join owners
        on other.person_ref = owners.subject_ref and owners.unmatched_type = 'volunteer'
),

-- All company tickets of one person and company count for the one that is shown.
company_owners as (
    select
        mine.person_ref,
        mine.organization_norm,
        owners.ticket_key
    from organization_tickets as mine
    inner join presenter_matches as my_match on mine.person_ref = my_match.person_ref
    inner join presenter_matches as other_match on my_match.person_key = other_match.person_key
    inner join organization_tickets as other
        on
            other_match.person_ref = other.person_ref
            and mine.organization_norm = other.organization_norm
    inner join owners
        on other.ticket_key = owners.ticket_key and owners.unmatched_type = 'organization'
),

-- Of a name that several districts use only the rows that nothing but a person can place; where
-- the rosters or the CRM know them all by now, all of them.
asked_schools as (
    select
        owners.ticket_key,
        school_names.school_name_norm,
        school_names.district_key
    from school_names
    inner join owners
        on
            school_names.school_name_norm = owners.subject_ref
            and owners.unmatched_type = 'school_unresolved'
    qualify
        school_names.match_rule in ('provisional', 'decision')
        or not bool_or(school_names.match_rule in ('provisional', 'decision'))
            over (partition by school_names.school_name_norm)
),

sightings as (
    select
        owners.ticket_key,
        evidence.run_id,
        evidence.row_number,
        evidence.session_ref
    from evidence
    inner join teacher_matches on evidence.person_ref = teacher_matches.person_ref
    inner join owners
        on teacher_matches.owner_ref = owners.subject_ref and owners.unmatched_type = 'teacher'
    where evidence.role = 'educator'
    union all
    select
        presenter_owners.ticket_key,
        evidence.run_id,
        evidence.row_number,
        evidence.session_ref
    from evidence
    inner join presenter_owners on evidence.person_ref = presenter_owners.person_ref
    where evidence.role = 'professional'
    union all
    select
        asked_schools.ticket_key,
        evidence.run_id,
        evidence.row_number,
        evidence.session_ref
    from evidence
    left join district_names
        on lower(evidence.district_name) = district_names.district_name_norm
    inner join asked_schools
        on
            evidence.school_name_norm = asked_schools.school_name_norm
            and coalesce(district_names.district_key, '') = coalesce(asked_schools.district_key, '')
    where evidence.role in ('educator', 'professional')
    union all
    select
        company_owners.ticket_key,
        evidence.run_id,
        evidence.row_number,
        evidence.session_ref
    from evidence
    inner join company_owners
        on
            evidence.person_ref = company_owners.person_ref
            and evidence.organization_norm = company_owners.organization_norm
    where evidence.role = 'professional'
    union all
    select
        owners.ticket_key,
        evidence.run_id,
        evidence.row_number,
        evidence.session_ref
    from evidence
    inner join owners
        on
            evidence.session_ref = owners.subject_ref
            and owners.unmatched_type in ('no_date_session', 'event')
    where evidence.session_date is null or owners.unmatched_type = 'event'
)

select
    ticket_key,
    run_id,
    row_number,
    session_ref
from sightings
