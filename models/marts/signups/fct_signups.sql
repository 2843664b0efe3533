with

signups as (select * from {{ ref('int_signups__signups') }})

select
    signup_key,
    external_system,
    external_id,
    person_key,
    event_key,
    shift_key,
    first_name,
    last_name,
    email,
    rsvp_status,
    is_attended,
    hours,
    derived_hours,
    role,
    signed_up_at,
    match_method,
    'csv' as import_source,
    event_ref,
    volunteer_ref,
    shift_ref,
    source_updated_at,
    unreadable_fields,
    first_seen_run_id,
    last_seen_run_id
from signups
