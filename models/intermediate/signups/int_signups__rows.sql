{#- Every row of every file of sign-ups with its words understood, and why it cannot be used: a row
    needs an event and a person (platform.md 2.6). Negative hours refuse a row only while their rule is
    enforced (3.1); else they are not known. record_ref tells sign-ups apart: the source's
    own id, else who signed up for what, else what the row says; two names behind one address are
    two people. signer_id is the record of whoever is known by address and whole name alone
    (int_signups__people). One row per load and spreadsheet row. -#}
with

signup_rows as (select * from {{ ref('stg_csv__signups') }}),
words as (select * from {{ ref('map_signup_words') }}),
rules as (select * from {{ ref('int_quality__rules') }}),

understood as (
    select
        signup_rows.*,
        {{ name_norm('signup_rows.first_name') }} as first_norm,
        {{ name_norm('signup_rows.last_name') }} as last_norm,
        coalesce(signup_rows.email, signup_rows.contact_id, signup_rows.volunteer_ref)
            as person_ref,
        case
            when signup_rows.raw_rsvp_status is null then 'pending' else rsvp_words.word
        end as rsvp_status,
        case when signup_rows.raw_role is null then 'attendee' else role_words.word end as role,
        flag_words.word = 'true' as is_attended,
        concat_ws(
            ',',
            signup_rows.unreadable_fields,
            case
                when signup_rows.raw_rsvp_status is not null and rsvp_words.word is null
                    then 'rsvp_status'
            end,
            case
                when signup_rows.raw_role is not null and role_words.word is null then 'role'
            end,
            case
                when signup_rows.raw_attended_flag is not null and flag_words.word is null
                    then 'attended_flag'
            end
        ) as unreadable
    from signup_rows
    left join words as rsvp_words
        on rsvp_words.field = 'rsvp_status' and signup_rows.raw_rsvp_status = rsvp_words.raw_word
    left join words as role_words
        on role_words.field = 'role' and signup_rows.raw_role = role_words.raw_word
    left join words as flag_words
        on
            flag_words.field = 'attended_flag'
            and signup_rows.raw_attended_flag = flag_words.raw_word
),

judged as (
    select
        *,
        case
            when email is null then person_ref
            else concat_ws(' ', email, first_norm, last_norm)
        end as signer_ref,
        md5(
            concat_ws(
                '|',
                coalesce(event_ref, ''),
                coalesce(email, ''),
                coalesce(volunteer_ref, ''),
                coalesce(first_name, ''),
                coalesce(last_name, ''),
                coalesce(shift_ref, ''),
                coalesce(rsvp_status, ''),
                coalesce(cast(is_attended as varchar), ''),
                coalesce(cast(hours as varchar), ''),
                coalesce(role, ''),
                coalesce(cast(signed_up_at as varchar), '')
            )
        ) as fingerprint,
        case
            when is_blank then null
            when event_ref is null then 'missing_event'
            when person_ref is null and has_invalid_email then 'invalid_email'
            when person_ref is null then 'missing_person'
        end as missing_reason
    from understood
),

ruled as (
    select
        *,
        missing_reason is null and not is_blank and coalesce(hours < 0, false)
            as has_negative_hours,
        case
            when missing_reason is not null or is_blank then missing_reason
            when
                hours < 0
                and (
                    select max(rules.mode)
                    from rules
                    where rules.rule_code = 'signup_negative_hours'
                ) = 'enforce'
                then 'negative_hours'
        end as invalid_reason
    from judged
),

told_apart as (
    select
        *,
        concat_ws(
            '|',
            external_system,
            coalesce(
                'id:' || external_id,
                signer_ref || '|' || event_ref || '|' || coalesce(shift_ref, ''),
                'row:' || fingerprint
            )
        ) as record_ref
    from ruled
)

select
    run_id,
    load_seq,
    row_number,
    landed_at,
    has_own_rows,
    case when not is_blank then record_ref end as record_ref,
    case when not is_blank and invalid_reason is null then record_ref end as signup_ref,
    -- What the source did not date, or dates ahead, counts as of its landing.
    least(coalesce(source_updated_at, landed_at), landed_at + interval 5 minutes) as updated_at,
    is_blank,
    invalid_reason,
    external_system,
    external_id,
    -- Files that name no system are the website's.
    case when external_system = 'csv' then 'website' else external_system end as signer_system,
    case
        when
            invalid_reason is null
            and contact_id is null
            and volunteer_ref is null
            and email is not null
            and first_norm is not null
            and last_norm is not null
            then 'signup:' || left(sha256(concat_ws('|', email, first_norm, last_norm)), 16)
    end as signer_id,
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
    case when hours >= 0 then hours end as hours,
    has_negative_hours,
    role,
    signed_up_at,
    source_updated_at,
    nullif(unreadable, '') as unreadable_fields,
    fingerprint,
    payload
from told_apart
