{#- Every ticket of the unmatched queue with its state: one row per ticket (pathful.md 3.5). What
    the data settled by themselves is no ticket; a person who came onto the roster after the ticket
    stood, by a roster or by the ticket, is `created`. -#}
with

teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
school_names as (select * from {{ ref('int_places__school_names') }}),
organization_names as (select * from {{ ref('int_places__organization_names') }}),
organization_tickets as (select * from {{ ref('int_virtual__organization_tickets') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),

teacher_tickets as (
    select
        owner.ticket_key,
        'teacher' as unmatched_type,
        owner.person_ref as subject_ref,
        owner.match_rule = 'decision' as is_settled,
        case when owner.teacher_key is not null then owner.resolved_since end as created_at,
        owner.teacher_key is not null as is_solved,
        case
            when owner.teacher_key is null then owner.reason_code
            when teachers.first_landed_at > owner.first_landed_at then 'not_on_roster'
            when owner.match_rule = 'decision' then 'answered'
            else 'known_later'
        end as reason_code,
        cast(null as varchar) as event_key,
        owner.ticket_key as answered_key,
        cast(null as varchar) as own_key
    from teacher_matches as owner
    left join teachers on owner.teacher_key = teachers.teacher_key
    where
        owner.owner_ref = owner.person_ref
        and (
            owner.teacher_key is null
            or owner.ticket_key in (select decisions.ticket_key from decisions)
            or (
                owner.match_rule <> 'same_person'
                and owner.resolved_since > owner.first_landed_at
            )
        )
),

volunteer_tickets as (
    select
        presenter_matches.ticket_key,
        'volunteer' as unmatched_type,
        presenter_matches.person_ref as subject_ref,
        presenter_matches.is_matched as is_settled,
        case when presenter_matches.crm_rule is not null then presenter_matches.resolved_since end
            as created_at,
        presenter_matches.is_matched or presenter_matches.crm_rule is not null as is_solved,
        case
            when presenter_matches.crm_rule is not null then 'known_in_crm'
            when presenter_matches.identity is null then 'single_word_name'
            else 'not_a_volunteer'
        end as reason_code,
        cast(null as varchar) as event_key,
        presenter_matches.ticket_key as answered_key,
        presenter_matches.own_key
    from presenter_matches
    left join decisions on presenter_matches.ticket_key = decisions.ticket_key
    -- Whom the CRM knew before the report came was never in question.
    where
        presenter_matches.crm_rule is null
        or decisions.ticket_key is not null
        or presenter_matches.resolved_since > presenter_matches.first_landed_at
    qualify
        row_number() over (
            partition by coalesce(presenter_matches.own_key, presenter_matches.person_ref)
            order by
                decisions.ticket_key is null,
                presenter_matches.user_id is null,
                presenter_matches.person_ref
        ) = 1
),

school_tickets as (
    select
        {{ key(["'ticket'", "'school_unresolved'", "school_name_norm"]) }} as ticket_key,
        'school_unresolved' as unmatched_type,
        school_name_norm as subject_ref,
        bool_and(is_resolved) as is_settled,
        cast(null as timestamp with time zone) as created_at,
        bool_and(is_resolved) as is_solved,
        'unknown_school' as reason_code,
        cast(null as varchar) as event_key,
        {{ key(["'ticket'", "'school_unresolved'", "school_name_norm"]) }} as answered_key,
        cast(null as varchar) as own_key
    from school_names
    group by school_name_norm
    having
        not bool_and(is_resolved)
        or {{ key(["'ticket'", "'school_unresolved'", "school_name_norm"]) }}
        in (select decisions.ticket_key from decisions)
),

-- One answer about a company string answers it for every presenter who bears it.
company_answers as (
    select
        organization_tickets.organization_norm,
        decisions.ticket_key
    from organization_tickets
    inner join decisions on organization_tickets.ticket_key = decisions.ticket_key
    where decisions.action = 'match_organization'
    qualify
        row_number() over (
            partition by organization_tickets.organization_norm
            order by decisions.decided_at desc, decisions.decision_id asc
        ) = 1
),

organization_owners as (
    select
        organization_tickets.ticket_key,
        'organization' as unmatched_type,
        organization_tickets.ticket_key as subject_ref,
        organization_names.is_resolved as is_settled,
        cast(null as timestamp with time zone) as created_at,
        organization_names.is_resolved as is_solved,
        'unknown_organization' as reason_code,
        cast(null as varchar) as event_key,
        case
            when organization_names.is_resolved then company_answers.ticket_key
            else organization_tickets.ticket_key
        end as answered_key,
        organization_names.own_key
    from organization_tickets
    inner join presenter_matches on organization_tickets.person_ref = presenter_matches.person_ref
    inner join organization_names
        on organization_tickets.organization_norm = organization_names.organization_norm
    left join decisions on organization_tickets.ticket_key = decisions.ticket_key
    left join company_answers
        on organization_tickets.organization_norm = company_answers.organization_norm
    where
        presenter_matches.person_key is not null
        and (not organization_names.is_resolved or company_answers.ticket_key is not null)
    qualify
        row_number() over (
            partition by presenter_matches.person_key, organization_tickets.organization_norm
            order by
                decisions.ticket_key is null,
                presenter_matches.user_id is null,
                organization_tickets.ticket_key
        ) = 1
),

undated_tickets as (
    select
        undated.ticket_key,
        'no_date_session' as unmatched_type,
        undated.session_ref as subject_ref,
        undated.decided_date is not null as is_settled,
        first_dated.landed_at as created_at,
        undated.decided_date is not null or undated.reported_date is not null as is_solved,
        case
            when undated.reported_date is not null then 'dated_later' else 'no_date'
        end as reason_code,
        session_events.event_key,
        undated.ticket_key as answered_key,
        cast(null as varchar) as own_key
    from undated
    left join session_events on undated.session_ref = session_events.session_ref
    left join loads as first_dated on undated.first_dated_load_seq = first_dated.load_seq
),

event_tickets as (
    select
        {{ key(["'ticket'", "'event'", "session_ref"]) }} as ticket_key,
        'event' as unmatched_type,
        session_ref as subject_ref,
        false as is_settled,
        cast(null as timestamp with time zone) as created_at,
        false as is_solved,
        'several_sessions' as reason_code,
        cast(null as varchar) as event_key,
        {{ key(["'ticket'", "'event'", "session_ref"]) }} as answered_key,
        cast(null as varchar) as own_key
    from session_events
    where is_ambiguous
),

tickets as (
    select * from teacher_tickets
    union all
    select * from volunteer_tickets
    union all
    select * from school_tickets
    union all
    select * from organization_owners
    union all
    select * from undated_tickets
    union all
    select * from event_tickets
)

select
    tickets.ticket_key,
    tickets.unmatched_type,
    tickets.subject_ref,
    case
        when tickets.is_settled and decisions.action = 'add_to_roster' then 'created'
        when tickets.is_settled then 'resolved'
        when decisions.action = 'ignore_ticket' then 'ignored'
        when tickets.reason_code = 'not_on_roster' and tickets.is_solved then 'created'
        when tickets.is_solved then 'resolved'
        else 'pending'
    end as status,
    tickets.reason_code,
    tickets.event_key,
    tickets.own_key,
    decisions.decision_id,
    case
        when tickets.is_settled or decisions.action = 'ignore_ticket' then decisions.actor
        when tickets.is_solved then 'system'
    end as resolved_by,
    case
        when tickets.is_settled or decisions.action = 'ignore_ticket' then decisions.decided_at
        when tickets.is_solved then tickets.created_at
    end as resolved_at,
    case
        when tickets.is_settled or decisions.action = 'ignore_ticket' then decisions.reason
        when tickets.reason_code = 'dated_later' then 'A later report carries the date.'
        when tickets.is_solved and tickets.reason_code = 'not_on_roster' then 'Added to the roster.'
        when tickets.is_solved and tickets.reason_code = 'known_later'
            then 'A later User Report says who it is.'
        when tickets.is_solved and tickets.reason_code = 'known_in_crm'
            then 'Salesforce says who it is.'
    end as resolution_notes
from tickets
left join decisions on tickets.answered_key = decisions.ticket_key
