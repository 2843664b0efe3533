{#- The sessions of the CRM as events, every one of them, with the reason why one is none of ours in
    `scope`. The filters of the CRM keep what is empty: a session without a status or without a type
    is in scope. Without a status, or with a word on no list such as Postponed, it is a Draft: nobody
    is to come to it yet (salesforce.md 1.0, 1.1, 2.11). Words of staff stand over the CRM's reason of
    a cancellation, which a null never takes away (4.3). -#}
with

sessions as (select * from {{ ref('int_salesforce__sessions') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
types as (select * from {{ ref('map_session_types') }}),
formats as (select * from {{ ref('map_session_formats') }}),
statuses as (select * from {{ ref('map_session_statuses') }}),
reasons as (select * from {{ ref('map_cancellation_reasons') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),

said_reasons as (
    select
        event_key,
        decision_id,
        decided_at,
        actor,
        {{ json_text('payload', 'code') }} as reason,
        nullif(trim({{ json_text('payload', 'notes') }}), '') as notes
    from decisions
    where action = 'set_cancellation_reason' and subject_type = 'event'
    qualify row_number() over (partition by event_key order by decision_seq desc) = 1
),

read as (
    select
        sessions.*,
        {{ key(["'event'", "'sf:' || sessions.session_id"]) }} as event_key,
        coalesce(types.event_type, 'classroom_activity') as event_type,
        types.event_type is null as is_type_unmapped,
        coalesce(formats.format, 'in_person') as event_format,
        coalesce(statuses.status, 'Draft') as event_status,
        sessions.status is not null and statuses.status is null as is_status_unmapped,
        reasons.reason as mapped_reason,
        sessions.cancellation_reason is not null and reasons.reason is null as is_reason_unmapped,
        date_diff('second', sessions.start_at, sessions.end_at) as seconds,
        coalesce(
            nullif(
                regexp_extract(
                    sessions.registration_link, '(?i)<a\s[^>]*href\s*=\s*["'']([^"'']*)["'']', 1
                ),
                ''
            ),
            case when sessions.registration_link not like '%<%' then sessions.registration_link end
        ) as link
    from sessions
    left join types on lower(sessions.session_type) = types.raw_type
    left join formats on lower(sessions.format) = formats.raw_format
    left join statuses on lower(sessions.status) = statuses.raw_status
    left join reasons on lower(sessions.cancellation_reason) = reasons.raw_reason
)

select
    read.event_key,
    read.session_id,
    read.title,
    read.event_type,
    read.session_type as raw_event_type,
    read.event_format as format,
    read.event_status as status,
    read.status as raw_status,
    read.start_at,
    read.end_at,
    cast({{ utc_to_site_local('read.start_at') }} as date) as session_date,
    case
        when read.seconds between 0 and {{ var('max_event_hours') }} * 3600
            then cast(floor(read.seconds / 60) as bigint)
    end as duration_minutes,
    schools.school_key,
    read.location,
    nullif(
        concat_ws(
            ' ', {{ html_text('read.description') }}, {{ html_text('read.additional_information') }}
        ),
        ''
    ) as description,
    -- Only what a browser opens as a page: the text of the CRM becomes a link on the website.
    case
        when regexp_matches(lower(trim(read.link)), '^https?://\S+$')
            then replace(trim(read.link), '&amp;', '&')
    end as registration_url,
    {% for count in [
        'requested_volunteer_count', 'available_slot_count', 'filled_volunteer_count'
    ] -%}
        greatest(0, coalesce(try_cast(trunc(read.{{ count }}) as bigint), 0)) as {{ count }},
    {% endfor -%}
    coalesce(read.session_host, 'PREPKC') as session_host,
    coalesce(try_cast(trunc(read.non_scheduled_student_count) as bigint), 0) as participant_count,
    case
        when read.event_status = 'Cancelled' then coalesce(said_reasons.reason, read.mapped_reason)
    end as cancellation_reason,
    read.cancellation_reason as raw_cancellation_reason,
    case when read.event_status = 'Cancelled' then said_reasons.notes end as cancellation_notes,
    case when read.event_status = 'Cancelled' then said_reasons.actor end as cancellation_set_by,
    case
        when read.event_status = 'Cancelled' then said_reasons.decided_at
    end as cancellation_set_at,
    case
        when read.is_deleted then 'deleted'
        when lower(read.session_type) = 'connector session' then 'connector'
        when lower(read.status) = 'draft' then 'draft'
        when read.title is null then 'no_title'
        when read.start_at is null then 'no_start'
        else 'in_scope'
    end as scope,
    read.school_id is null and read.district_name is null and read.parent_account is null
        as is_unaffiliated,
    coalesce(read.was_displayed_at_first, false) as is_visible_at_first,
    read.is_type_unmapped,
    read.is_status_unmapped,
    read.is_reason_unmapped,
    coalesce(read.seconds < 0, false) as ends_before_start,
    coalesce(read.seconds > {{ var('max_event_hours') }} * 3600, false) as is_too_long,
    read.unreadable_fields,
    read.run_id,
    read.first_load_seq,
    read.load_seq
from read
left join schools on read.school_id = schools.account_id
left join said_reasons on read.event_key = said_reasons.event_key
