{#- What became of every row of every file of sign-ups in the light of what had landed by then: no
    event or shift, or not one person with that address whose name fits (REF-401), a new sign-up, a change,
    or nothing new. A row that the source dates before what is known changes nothing (platform.md
    11.3), and a load that a person excluded is left out whole. Event and person are those of today.
    One row per load and spreadsheet row. -#}
with

signup_rows as (select * from {{ ref('int_signups__rows') }}),
crm_sessions as (select * from {{ ref('int_salesforce__sessions') }}),
crm_contacts as (select * from {{ ref('stg_salesforce__contacts') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
pathful_sessions as (select * from {{ ref('int_pathful__sessions') }}),
pathful_users as (select * from {{ ref('int_pathful__user_rows') }}),
pathful_people as (select * from {{ ref('int_pathful__person_rows') }}),
file_events as (select * from {{ ref('int_csv__events') }}),
shifts as (select * from {{ ref('dim_shifts') }}),
file_volunteers as (select * from {{ ref('int_volunteers__records') }}),
signups as (select * from {{ ref('int_signups__signups') }}),
counting_loads as (select * from {{ ref('int_csv__loads') }}),
loads as (select * from {{ ref('stg_csv__loads') }}),

known_events as (
    select
        session_id as event_ref,
        first_load_seq
    from crm_sessions
    union all
    select
        {{ key(["'event'", "'sf:' || session_id"]) }} as event_ref,
        first_load_seq
    from crm_sessions
    union all
    select
        session_events.event_key as event_ref,
        min(pathful_sessions.first_dated_load_seq) as first_load_seq
    from session_events
    inner join pathful_sessions on session_events.session_ref = pathful_sessions.session_ref
    where session_events.event_key is not null
    group by session_events.event_key
    union all
    select
        lower(substr(session_events.session_ref, 4)) as event_ref,
        min(pathful_sessions.first_dated_load_seq) as first_load_seq
    from session_events
    inner join pathful_sessions on session_events.session_ref = pathful_sessions.session_ref
    where session_events.event_key is not null and session_events.session_ref like 'id:%'
    group by lower(substr(session_events.session_ref, 4))
    union all
    select
        event_key as event_ref,
        first_load_seq
    from file_events
),

-- What only a system's own ids mean.
file_events_since as (
    select
        external_system,
        coalesce({{ salesforce_id('external_id') }}, lower(external_id)) as event_ref,
        min(first_load_seq) as first_load_seq
    from file_events
    group by external_system, coalesce({{ salesforce_id('external_id') }}, lower(external_id))
),

shifts_since as (
    select
        shifts.external_system,
        lower(shifts.external_id) as shift_ref,
        min(loads.load_seq) as first_load_seq
    from shifts
    inner join loads on shifts.first_seen_run_id = loads.run_id
    group by shifts.external_system, lower(shifts.external_id)
),

addressed_rows as (
    select
        run_id,
        load_seq,
        row_number,
        email,
        first_norm,
        last_norm
    from signup_rows
    where email is not null
),

asked_addresses as (select distinct email from addressed_rows),

crm_addresses as (
    select
        contact_id,
        load_seq,
        unnest([
            lower(email), lower(home_email), lower(alternate_email), lower(work_email)
        ]) as address
    from crm_contacts
),

-- A contact counts with the address and the name it had when the file landed.
crm_names as (
    select
        contact_id,
        load_seq,
        is_deleted_in_source,
        {{ name_norm("concat_ws(' ', first_name, last_name)") }} as name_norm,
        lead(load_seq) over (partition by contact_id order by load_seq) as next_load_seq
    from crm_contacts
    where
        contact_id in (
            select crm_addresses.contact_id
            from crm_addresses
            inner join asked_addresses on crm_addresses.address = asked_addresses.email
        )
),

holders as (
    select
        crm_addresses.address as email,
        crm_names.name_norm,
        crm_names.load_seq as first_load_seq,
        crm_names.next_load_seq,
        false as is_signup
    from crm_names
    inner join crm_addresses
        on
            crm_names.contact_id = crm_addresses.contact_id
            and crm_names.load_seq = crm_addresses.load_seq
    where not crm_names.is_deleted_in_source
    union all
    select
        email,
        {{ name_norm('person_name') }} as name_norm,
        load_seq as first_load_seq,
        cast(null as bigint) as next_load_seq,
        false as is_signup
    from pathful_users
    where
        skip_reason is null
        and role = 'professional'
        and email in (select asked_addresses.email from asked_addresses)
    union all
    select
        email,
        {{ name_norm('person_name') }} as name_norm,
        first_load_seq,
        cast(null as bigint) as next_load_seq,
        false as is_signup
    from pathful_people
    where
        role = 'professional' and email in (select asked_addresses.email from asked_addresses)
    union all
    select
        lower(email) as email,
        {{ name_norm("concat_ws(' ', first_name, last_name)") }} as name_norm,
        first_load_seq,
        cast(null as bigint) as next_load_seq,
        coalesce(is_signup, false) as is_signup
    from file_volunteers
    where lower(email) in (select asked_addresses.email from asked_addresses)
),

-- Two records of one name behind one address are one person.
fitting as (
    select
        addressed_rows.run_id,
        addressed_rows.row_number,
        holders.name_norm,
        coalesce(
            holders.name_norm
            = concat_ws(' ', addressed_rows.first_norm, addressed_rows.last_norm),
            false
        ) as is_same_name
    from addressed_rows
    inner join holders
        on
            addressed_rows.email = holders.email
            and addressed_rows.load_seq >= holders.first_load_seq
            and addressed_rows.load_seq < coalesce(
                holders.next_load_seq, addressed_rows.load_seq + 1
            )
    where
        {{ name_fits(
            'addressed_rows.first_norm', 'addressed_rows.last_norm', 'holders.name_norm'
        ) }}
    qualify
        rank() over (
            partition by addressed_rows.run_id, addressed_rows.row_number
            order by is_same_name desc, holders.is_signup asc
        ) = 1
),

found_by_address as (
    select
        run_id,
        row_number
    from fitting
    group by run_id, row_number
    having count(distinct coalesce(name_norm, '')) = 1
),

people_since as (
    select
        contact_id as person_ref,
        min(load_seq) as first_load_seq
    from crm_contacts
    group by contact_id
),

file_people_since as (
    select
        external_system,
        lower(external_id) as volunteer_ref,
        min(first_load_seq) as first_load_seq
    from file_volunteers
    group by external_system, lower(external_id)
),

events_since as (
    select
        event_ref,
        min(first_load_seq) as first_load_seq
    from known_events
    group by event_ref
),

ordered as (
    select
        signup_rows.run_id,
        signup_rows.row_number,
        -- Of the rows of one file about one sign-up the newest counts.
        row_number() over (
            partition by signup_rows.run_id, signup_rows.signup_ref
            order by signup_rows.updated_at desc, signup_rows.row_number desc
        ) as place_in_file
    from signup_rows
    inner join counting_loads on signup_rows.run_id = counting_loads.run_id
    where signup_rows.signup_ref is not null
),

counting as (
    select signup_rows.*
    from signup_rows
    inner join ordered
        on
            signup_rows.run_id = ordered.run_id
            and signup_rows.row_number = ordered.row_number
            and ordered.place_in_file = 1
),

compared as (
    select
        counting.run_id,
        counting.row_number,
        counting.fingerprint,
        counting.updated_at,
        max(counting.updated_at) over earlier as known_updated_at,
        max_by(counting.fingerprint, row(counting.updated_at, counting.load_seq)) over earlier
            as known_fingerprint
    from counting
    window earlier as (
        partition by counting.signup_ref
        order by counting.load_seq
        rows between unbounded preceding and 1 preceding
    )
),

judged as (
    select
        signup_rows.run_id,
        signup_rows.load_seq,
        signup_rows.row_number,
        signup_rows.signup_ref,
        signup_rows.invalid_reason,
        signup_rows.is_blank,
        counting_loads.run_id is null as is_left_out,
        signup_rows.signup_ref is not null and compared.run_id is null as is_repeated,
        coalesce(
            least(
                people_since.first_load_seq,
                file_people_since.first_load_seq,
                own_records_since.first_load_seq
            )
            > signup_rows.load_seq,
            true
        )
        and found_by_address.run_id is null as is_unknown_person,
        coalesce(
            least(events_since.first_load_seq, file_events_since.first_load_seq)
            > signup_rows.load_seq,
            true
        ) as is_unknown_event,
        signup_rows.shift_ref is not null
        and coalesce(shifts_since.first_load_seq > signup_rows.load_seq, true) as is_unknown_shift,
        compared.known_fingerprint is null as is_new,
        compared.updated_at < compared.known_updated_at as is_older,
        compared.fingerprint <> compared.known_fingerprint as is_changed
    from signup_rows
    left join counting_loads on signup_rows.run_id = counting_loads.run_id
    left join compared
        on
            signup_rows.run_id = compared.run_id
            and signup_rows.row_number = compared.row_number
    left join people_since
        on signup_rows.contact_id = people_since.person_ref
    left join file_people_since
        on
            signup_rows.external_system = file_people_since.external_system
            and lower(signup_rows.volunteer_ref) = file_people_since.volunteer_ref
    left join file_people_since as own_records_since
        on
            signup_rows.signer_system = own_records_since.external_system
            and signup_rows.signer_id = own_records_since.volunteer_ref
    left join found_by_address
        on
            signup_rows.run_id = found_by_address.run_id
            and signup_rows.row_number = found_by_address.row_number
    left join events_since on signup_rows.event_ref = events_since.event_ref
    left join file_events_since
        on
            signup_rows.external_system = file_events_since.external_system
            and signup_rows.event_ref = file_events_since.event_ref
    left join shifts_since
        on
            signup_rows.external_system = shifts_since.external_system
            and lower(signup_rows.shift_ref) = shifts_since.shift_ref
),

decided as (
    select
        *,
        case
            when is_left_out or is_blank then 'skipped'
            when invalid_reason is not null then 'invalid'
            when is_repeated then 'skipped'
            when is_unknown_person or is_unknown_event or is_unknown_shift then 'unmatched'
            when is_new then 'created'
            when is_changed and not is_older then 'updated'
            else 'skipped'
        end as bucket
    from judged
)

select
    decided.run_id,
    decided.load_seq,
    decided.row_number,
    decided.bucket,
    case
        when decided.is_left_out then 'left_out'
        when decided.bucket = 'invalid' then decided.invalid_reason
        when decided.bucket = 'unmatched'
            then concat_ws(
                '_and_',
                case when decided.is_unknown_person then 'volunteer' end,
                case when decided.is_unknown_event then 'event' end,
                case when decided.is_unknown_shift then 'shift' end
            )
        when decided.bucket = 'skipped' and decided.is_blank then 'blank_row'
        when decided.bucket = 'skipped' and decided.is_repeated then 'duplicate_row'
        when decided.bucket = 'skipped' and decided.is_changed then 'older_version'
        when decided.bucket = 'skipped' then 'unchanged'
    end as reason,
    signups.event_key,
    signups.person_key
from decided
left join signups on decided.signup_ref = signups.signup_ref
