{#- The suggestions of every ticket as JSON, best first, each of the kind its action takes
    (lesson 21), without those a person rejected: of two presenters, from either side (pathful.md
    3.5). One row per ticket that has any. -#}
with

owners as (select * from {{ ref('int_virtual__ticket_owners') }}),
teacher_candidates as (select * from {{ ref('int_virtual__teacher_candidates') }}),
presenter_candidates as (select * from {{ ref('int_virtual__presenter_candidates') }}),
school_candidates as (select * from {{ ref('int_places__school_candidates') }}),
organization_candidates as (select * from {{ ref('int_places__organization_candidates') }}),
organization_tickets as (select * from {{ ref('int_virtual__organization_tickets') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
volunteers as (select * from {{ ref('int_crm__volunteers') }}),
schools as (select * from {{ ref('int_places__schools') }}),
districts as (select * from {{ ref('int_places__districts') }}),
organizations as (select * from {{ ref('int_places__organizations') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
events as (select * from {{ ref('int_virtual__events') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
apart as (select * from {{ ref('int_virtual__presenters_apart') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

rejected as (
    select distinct
        subject_key as ticket_key,
        {{ json_text('payload', 'candidate_key') }} as candidate_key
    from decisions
    where action = 'reject_candidate' and subject_type = 'ticket'
),

-- Whoever was merged into somebody is suggested as that teacher, once.
teachers_of_tickets as (
    select
        owners.ticket_key,
        coalesce(merged_teachers.to_teacher_key, teacher_candidates.teacher_key) as teacher_key,
        max_by(teacher_candidates.why, teacher_candidates.score) as why,
        max(teacher_candidates.score) as score
    from owners
    inner join teacher_candidates on owners.subject_ref = teacher_candidates.person_ref
    left join merged_teachers on teacher_candidates.teacher_key = merged_teachers.from_teacher_key
    where owners.unmatched_type = 'teacher'
    group by all
),

-- As the reports name them, else as the CRM does.
people as (
    select
        coalesce(presenters.person_key, volunteers.person_key) as person_key,
        coalesce(
            presenters.person_name,
            nullif(concat_ws(' ', volunteers.first_name, volunteers.last_name), '')
        ) as person_name,
        presenters.company_name,
        coalesce(presenters.email, volunteers.email) as email
    from presenters
    full outer join volunteers on presenters.person_key = volunteers.person_key
),

suggested as (
    select
        teachers_of_tickets.ticket_key,
        cast(null as varchar) as own_key,
        'teacher' as kind,
        teachers.teacher_key as candidate_key,
        concat_ws(' · ', teachers.teacher_name, schools.school_name, districts.district_name)
            as label,
        teachers_of_tickets.why,
        teachers_of_tickets.score
    from teachers_of_tickets
    inner join teachers on teachers_of_tickets.teacher_key = teachers.teacher_key
    left join schools on teachers.school_key = schools.school_key
    left join districts on teachers.district_key = districts.district_key
    union all
    select
        owners.ticket_key,
        owners.own_key,
        'volunteer' as kind,
        people.person_key as candidate_key,
        concat_ws(' · ', people.person_name, people.company_name, people.email) as label,
        presenter_candidates.why,
        presenter_candidates.score
    from owners
    inner join presenter_candidates on owners.subject_ref = presenter_candidates.person_ref
    inner join people on presenter_candidates.person_key = people.person_key
    where owners.unmatched_type = 'volunteer'
    union all
    select
        owners.ticket_key,
        cast(null as varchar) as own_key,
        'school' as kind,
        schools.school_key as candidate_key,
        concat_ws(' · ', schools.school_name, districts.district_name) as label,
        school_candidates.why,
        school_candidates.score
    from owners
    inner join school_candidates on owners.subject_ref = school_candidates.school_name_norm
    inner join schools on school_candidates.school_key = schools.school_key
    left join districts on schools.district_key = districts.district_key
    where owners.unmatched_type = 'school_unresolved'
    union all
    select
        owners.ticket_key,
        cast(null as varchar) as own_key,
        'organization' as kind,
        organizations.organization_key as candidate_key,
        organizations.organization_name as label,
        organization_candidates.why,
        organization_candidates.score
    from owners
    inner join organization_tickets on owners.subject_ref = organization_tickets.ticket_key
    inner join organization_candidates
        on organization_tickets.organization_norm = organization_candidates.organization_norm
    inner join organizations
        on organization_candidates.organization_key = organizations.organization_key
    where owners.unmatched_type = 'organization'
    union all
    select
        owners.ticket_key,
        cast(null as varchar) as own_key,
        'event' as kind,
        events.event_key as candidate_key,
        concat_ws(
            ' · ', events.title, cast(events.session_date as varchar), events.pathful_session_id
        )
            as label,
        'same title and day' as why,
        0.99 as score
    from owners
    inner join session_events on owners.subject_ref = session_events.session_ref
    inner join events
        on
            session_events.title_norm = lower(events.title)
            and session_events.session_date = events.session_date
    where owners.unmatched_type = 'event'
),

open_suggestions as (
    select suggested.*
    from suggested
    left join rejected
        on
            suggested.ticket_key = rejected.ticket_key
            and suggested.candidate_key = rejected.candidate_key
    left join apart
        on
            suggested.own_key = apart.own_key
            and suggested.candidate_key = apart.other_key
    where rejected.ticket_key is null and apart.own_key is null
),

best as (
    select *
    from open_suggestions
    qualify
        row_number() over (partition by ticket_key order by score desc, candidate_key asc)
        <= {{ var('max_candidates') }}
)

select
    ticket_key,
    {{ json_rows(
        {
            'kind': 'kind', 'key': 'candidate_key', 'label': 'label', 'why': 'why',
            'score': 'cast(score as double)',
        },
        'score desc, candidate_key'
    ) }} as candidates_json
from best
group by ticket_key
