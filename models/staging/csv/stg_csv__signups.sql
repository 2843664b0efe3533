{#- The rows of every complete load of sign-ups, typed and cleaned; one row per load and spreadsheet
    row. A value that does not read as its type is null and named in unreadable_fields. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
signups as (select * from {{ source('raw_csv', 'signups') }}),

cleaned as (
    select
        run_id,
        row_number,
        payload,
        {{ clean_text('external_system') }} as system_text,
        {{ system_token(clean_text('external_system')) }} as external_system,
        {{ clean_id(clean_text('external_id')) }} as external_id,
        {{ clean_id(clean_text('event_ref')) }} as event_text,
        {{ clean_text('volunteer_ref') }} as volunteer_text,
        {{ clean_text('email') }} as email_text,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_id(clean_text('shift_ref')) }} as shift_ref,
        lower({{ clean_text('rsvp_status') }}) as raw_rsvp_status,
        lower({{ clean_text('attended_flag') }}) as raw_attended_flag,
        {{ clean_text('hours') }} as raw_hours,
        lower({{ clean_text('role') }}) as raw_role,
        {{ clean_text('signed_up_at') }} as raw_signed_up_at,
        {{ clean_text('source_updated_at') }} as raw_source_updated_at
    from signups
),

-- An address may stand in the column for the volunteer, in brackets, or before a second one.
named as (
    select
        *,
        case when volunteer_text not like '%@%' then volunteer_text end as volunteer_ref,
        nullif(
            trim(
                split_part(
                    regexp_replace(
                        regexp_replace(
                            lower(
                                coalesce(
                                    email_text,
                                    case when volunteer_text like '%@%' then volunteer_text end
                                )
                            ),
                            '^.*<([^<>]*)>$',
                            '\1'
                        ),
                        '^mailto:',
                        ''
                    ),
                    ';',
                    1
                )
            ),
            ''
        ) as address
    from cleaned
),

typed as (
    select
        *,
        coalesce({{ salesforce_id('event_text') }}, lower(event_text)) as event_ref,
        {{ salesforce_id('volunteer_ref') }} as contact_id,
        case
            when
                regexp_matches(
                    address,
                    '^[a-z0-9!#$%&''*+/=?^_{|}~-]+([.][a-z0-9!#$%&''*+/=?^_{|}~-]+)*'
                    || '@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]{2,63}$'
                )
                and length(address) <= 254
                then address
        end as email,
        {{ salesforce_number('raw_hours') }} as hours,
        coalesce(
            {{ try_offset_timestamp('raw_signed_up_at') }},
            {{ site_local_to_utc(try_local_timestamp('raw_signed_up_at')) }}
        ) as signed_up_at,
        coalesce(
            {{ try_offset_timestamp('raw_source_updated_at') }},
            {{ site_local_to_utc(try_local_timestamp('raw_source_updated_at')) }}
        ) as source_updated_at
    from named
)

select
    loads.run_id,
    loads.load_seq,
    loads.landed_at,
    loads.run_id = loads.rows_run_id as has_own_rows,
    typed.row_number,
    coalesce(typed.external_system, loads.external_system, 'csv') as external_system,
    typed.external_id,
    typed.event_ref,
    typed.volunteer_ref,
    typed.contact_id,
    typed.email,
    typed.first_name,
    typed.last_name,
    typed.shift_ref,
    typed.raw_rsvp_status,
    typed.raw_attended_flag,
    typed.hours,
    typed.raw_role,
    typed.signed_up_at,
    typed.source_updated_at,
    typed.address is not null and typed.email is null as has_invalid_email,
    nullif(
        concat_ws(
            ',',
            case when typed.address is not null and typed.email is null then 'email' end,
            case when typed.raw_hours is not null and typed.hours is null then 'hours' end,
            case
                when typed.raw_signed_up_at is not null and typed.signed_up_at is null
                    then 'signed_up_at'
            end,
            case
                when typed.raw_source_updated_at is not null and typed.source_updated_at is null
                    then 'source_updated_at'
            end,
            case
                when typed.system_text is not null and typed.external_system is null
                    then 'external_system'
            end
        ),
        ''
    ) as unreadable_fields,
    coalesce(
        typed.external_id,
        typed.event_text,
        typed.volunteer_text,
        typed.email_text,
        typed.first_name,
        typed.last_name,
        typed.shift_ref,
        typed.raw_rsvp_status,
        typed.raw_attended_flag,
        typed.raw_hours,
        typed.raw_role,
        typed.raw_signed_up_at
    ) is null as is_blank,
    typed.payload
from loads
inner join typed on loads.rows_run_id = typed.run_id
