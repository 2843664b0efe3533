{#- Every sign-up as it is now, with the person and the event it is about (platform.md 2.6); the
    event by the id that its system gives it in a file, else by an id of the CRM or of Pathful or by
    our key; the shift by the id that its system gives it. Who signed up twice for one event and shift
    under two ids has one sign-up, the newest. One row per sign-up. -#}
with

versions as (select * from {{ ref('int_signups__versions') }}),
person_matches as (select * from {{ ref('int_signups__person_matches') }}),
events as (select * from {{ ref('dim_events') }}),
shifts as (select * from {{ ref('dim_shifts') }}),

newest as (
    select
        *,
        min_by(run_id, load_seq) over (partition by signup_ref) as first_seen_run_id,
        min(load_seq) over (partition by signup_ref) as first_load_seq,
        max_by(run_id, load_seq) over (partition by signup_ref) as last_seen_run_id,
        max(load_seq) over (partition by signup_ref) as last_load_seq
    from versions
    where signup_ref is not null
    qualify is_newest_usable
),

event_refs as (
    select
        salesforce_id as event_ref,
        min(event_key) as event_key
    from events
    where salesforce_id is not null
    group by salesforce_id
    union all
    select
        lower(pathful_session_id) as event_ref,
        min(event_key) as event_key
    from events
    where pathful_session_id is not null
    group by lower(pathful_session_id)
    union all
    select
        event_key as event_ref,
        event_key
    from events
),

-- Spelled as a sign-up's reference is: what looks like an id of the CRM has its checksum.
file_refs as (
    select
        external_system,
        coalesce({{ salesforce_id('external_id') }}, lower(external_id)) as event_ref,
        min(event_key) as event_key
    from events
    where external_id is not null
    group by external_system, coalesce({{ salesforce_id('external_id') }}, lower(external_id))
),

shift_refs as (
    select
        external_system,
        lower(external_id) as shift_ref,
        min(shift_key) as shift_key
    from shifts
    group by external_system, lower(external_id)
),

matched as (
    select
        newest.*,
        coalesce(file_refs.event_key, event_refs.event_key) as event_key,
        shift_refs.shift_key,
        person_matches.person_key,
        person_matches.match_method,
        person_matches.candidate_keys
    from newest
    left join file_refs
        on
            newest.external_system = file_refs.external_system
            and newest.event_ref = file_refs.event_ref
    left join event_refs on newest.event_ref = event_refs.event_ref
    left join shift_refs
        on
            newest.external_system = shift_refs.external_system
            and lower(newest.shift_ref) = shift_refs.shift_ref
    left join person_matches on newest.signup_ref = person_matches.signup_ref
),

kept as (
    select *
    from matched
    qualify
        row_number() over (
            -- Two names behind one address are a household, also when we know neither of them
            -- (salesforce.md 4.4).
            partition by
                coalesce(person_key, concat_ws('|', person_ref, first_norm, last_norm)),
                coalesce(event_key, event_ref),
                coalesce(shift_key, shift_ref)
            order by updated_at desc, load_seq desc, row_number desc, signup_ref asc
        ) = 1
)

select
    {{ key(["'signup'", "kept.signup_ref"]) }} as signup_key,
    kept.signup_ref,
    kept.external_system,
    kept.external_id,
    kept.person_key,
    kept.event_key,
    kept.shift_key,
    kept.first_name,
    kept.last_name,
    kept.email,
    kept.rsvp_status,
    kept.is_attended,
    kept.hours,
    -- Hours that nobody gave are the event's, and stand apart from those given (platform.md 2.6).
    case
        when
            kept.is_attended
            and kept.hours is null
            and events.duration_minutes between 0 and {{ var('max_event_hours') }} * 60
            then cast(events.duration_minutes / 60.0 as double)
    end as derived_hours,
    kept.role,
    kept.signed_up_at,
    kept.match_method,
    kept.candidate_keys,
    kept.event_ref,
    kept.volunteer_ref,
    kept.shift_ref,
    kept.source_updated_at,
    kept.unreadable_fields,
    kept.first_seen_run_id,
    kept.first_load_seq,
    kept.last_seen_run_id,
    kept.last_load_seq
from kept
left join events on kept.event_key = events.event_key
