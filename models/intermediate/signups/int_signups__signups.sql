{#- Every sign-up as it is now, with the person and the event it is about (platform.md 2.6): the
    person by an id of the CRM or an e-mail that one person alone has who is not deleted, nobody is
    made for it; the event by an id of the CRM or by our key. Who signed up twice for one event and
    shift under two ids has one sign-up, the newest. Loads that a person excluded do not count. One
    row per sign-up. -#}
with

signup_rows as (select * from {{ ref('int_signups__rows') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
events as (select * from {{ ref('dim_events') }}),
ids as (select * from {{ ref('external_id_map') }}),

newest_words as (
    select
        subject_key as run_id,
        action
    from decisions
    where action in ('exclude_load', 'include_load')
    qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
),

counting as (
    select signup_rows.*
    from signup_rows
    left join newest_words on signup_rows.run_id = newest_words.run_id
    where
        signup_rows.signup_ref is not null
        and newest_words.action is distinct from 'exclude_load'
),

newest as (
    select
        *,
        min_by(run_id, load_seq) over (partition by signup_ref) as first_seen_run_id,
        min(load_seq) over (partition by signup_ref) as first_load_seq,
        max_by(run_id, load_seq) over (partition by signup_ref) as last_seen_run_id,
        max(load_seq) over (partition by signup_ref) as last_load_seq
    from counting
    qualify
        row_number() over (
            partition by signup_ref order by updated_at desc, load_seq desc, row_number desc
        ) = 1
),

people_by_email as (
    select
        lower(email) as email,
        min(person_key) as person_key
    from volunteers
    where email is not null and not is_deleted
    group by lower(email)
    having count(*) = 1
),

people_by_id as (
    select
        external_id as contact_id,
        min(entity_id) as person_key
    from ids
    where external_system = 'salesforce' and entity_type = 'volunteer'
    group by external_id
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
        coalesce(
            people_by_id.person_key, volunteers.person_key, people_by_email.person_key
        ) as person_key,
        case
            when people_by_id.person_key is not null then 'salesforce_id'
            when volunteers.person_key is not null then 'person_key'
            when people_by_email.person_key is not null then 'email'
            else 'none'
        end as match_method
    from newest
    left join event_refs on newest.event_ref = event_refs.event_ref
    left join people_by_id on newest.contact_id = people_by_id.contact_id
    left join volunteers on newest.volunteer_ref = volunteers.person_key
    left join people_by_email on newest.email = people_by_email.email
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
            coalesce(
                person_key,
                concat_ws('|', person_ref, lower(first_name), lower(last_name))
            ),
            coalesce(event_key, event_ref),
            shift_ref
        order by updated_at desc, load_seq desc, row_number desc, signup_ref asc
    ) = 1
