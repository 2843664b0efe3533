{#- Every row of the files of sign-ups that says something, with whether it is the newest word on
    its sign-up, and the newest that can be used (platform.md 11.3). Loads that a person excluded do
    not count. One row per load and spreadsheet row. -#}
with

signup_rows as (select * from {{ ref('int_signups__rows') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

{{ words_on_loads() }},

counting as (
    select signup_rows.*
    from signup_rows
    left join newest_words on signup_rows.run_id = newest_words.run_id
    where
        signup_rows.record_ref is not null
        and newest_words.action is distinct from 'exclude_load'
)

select
    run_id,
    load_seq,
    row_number,
    record_ref,
    signup_ref,
    updated_at,
    invalid_reason,
    external_system,
    external_id,
    signer_system,
    signer_id,
    event_ref,
    person_ref,
    contact_id,
    volunteer_ref,
    email,
    first_name,
    last_name,
    first_norm,
    last_norm,
    shift_ref,
    rsvp_status,
    is_attended,
    hours,
    has_negative_hours,
    role,
    signed_up_at,
    source_updated_at,
    unreadable_fields,
    row_number() over (
        partition by record_ref order by updated_at desc, load_seq desc, row_number desc
    ) = 1 as is_newest,
    signup_ref is not null
    and row_number() over (
        partition by signup_ref order by updated_at desc, load_seq desc, row_number desc
    ) = 1 as is_newest_usable
from counting
