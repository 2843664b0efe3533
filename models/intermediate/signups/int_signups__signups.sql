{#- Every sign-up as it is now, with the person and the event it is about (platform.md 2.6); the
    event by an id of the CRM or by our key. Who signed up twice for one event and shift under two
    ids has one sign-up, the newest. One row per sign-up. -#}
with

versions as (select * from {{ ref('int_signups__versions') }}),
person_matches as (select * from {{ ref('int_signups__person_matches') }}),
events as (select * from {{ ref('dim_events') }}),

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
        event_key as event_ref,
        event_key
    from events
),

matched as (
    select
        newest.*,
        event_refs.event_key,
        person_matches.person_key,
        person_matches.match_method,
        person_matches.candidate_keys
    from newest
    left join event_refs on newest.event_ref = event_refs.event_ref
    left join person_matches on newest.signup_ref = person_matches.signup_ref
)

select
    {{ key(["'signup'", "signup_ref"]) }} as signup_key,
    signup_ref,
    external_system,
    external_id,
    person_key,
    event_key,
    first_name,
    last_name,
    email,
    rsvp_status,
    is_attended,
    hours,
    role,
    signed_up_at,
    match_method,
    candidate_keys,
    event_ref,
    volunteer_ref,
    shift_ref,
    source_updated_at,
    unreadable_fields,
    first_seen_run_id,
    first_load_seq,
    last_seen_run_id,
    last_load_seq
from matched
qualify
    row_number() over (
        -- Two names behind one address are a household, also when we know neither of them
        -- (salesforce.md 4.4).
        partition by
            coalesce(person_key, concat_ws('|', person_ref, first_norm, last_norm)),
            coalesce(event_key, event_ref),
            shift_ref
        order by updated_at desc, load_seq desc, row_number desc, signup_ref asc
    ) = 1
