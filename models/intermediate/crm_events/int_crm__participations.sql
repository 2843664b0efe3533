{#- The session participants of the CRM, every one of them in exactly one outcome. A row is kept
    when its session is in scope and it says whom it is about, also where that contact has not
    arrived: hours are never lost (salesforce.md 4.4, 1.13). What a status means and whether it is
    credited are two things (2.13). Of several rows for one event and person one survives: credited,
    attended, with hours, newest; with the most hours of the credited ones, never their sum (7.3). -#}
with

participants as (select * from {{ ref('int_salesforce__session_participants') }}),
events as (select * from {{ ref('int_crm__events') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
people as (select * from {{ ref('int_crm__contact_people') }}),
identities as (select * from {{ ref('int_crm__student_identities') }}),
words as (select * from {{ ref('map_participation_statuses') }}),
title_hints as (select * from {{ ref('map_title_hints') }}),

hinted_events as (
    select
        events.event_key,
        min(title_hints.status) as status
    from events
    inner join title_hints on lower(events.title) like title_hints.title_like
    group by events.event_key
),

typed as (
    select
        *,
        case lower(participant_type)
            when 'volunteer' then 'Volunteer'
            when 'student' then 'Student'
        end as known_type
    from participants
),

placed as (
    select
        typed.participant_id,
        typed.session_id,
        typed.contact_id,
        typed.participant_type,
        typed.known_type,
        typed.status as raw_status,
        typed.delivery_hours as raw_delivery_hours,
        typed.age_group,
        typed.is_deleted,
        typed.modified_at,
        typed.unreadable_fields,
        typed.run_id,
        typed.first_load_seq,
        typed.load_seq,
        {{ key(["'event'", "'sf:' || typed.session_id"]) }} as event_key,
        coalesce(roots.survivor_id, typed.contact_id) as survivor_id,
        coalesce(roots.is_landed, false) as is_contact_landed,
        case
            when typed.known_type = 'Volunteer' and typed.contact_id is not null
                then
                    coalesce(
                        people.person_key,
                        {{ key([
                            "'volunteer'",
                            "'sf:' || coalesce(roots.survivor_id, typed.contact_id)"
                        ]) }}
                    )
        end as person_key,
        case
            when typed.known_type = 'Student' and typed.contact_id is not null
                then
                    {{ key([
                        "'student'", "'sf:' || coalesce(roots.survivor_id, typed.contact_id)"
                    ]) }}
        end as student_key,
        coalesce(
            words.status, case when typed.status is null then hinted_events.status end, 'Unknown'
        ) as said_status,
        words.status is null and (typed.status is not null or hinted_events.status is null)
            as is_status_unmapped,
        coalesce(words.is_credited, false) as is_credited,
        case when typed.delivery_hours > 0 then typed.delivery_hours end as delivery_hours,
        events.session_id is not null as is_event_known,
        events.scope as event_scope,
        cast(
            {{ utc_to_site_local('greatest(events.start_at, events.end_at)') }} as date
        ) as ended_on
    from typed
    left join events on typed.session_id = events.session_id
    left join hinted_events on events.event_key = hinted_events.event_key
    left join roots on typed.contact_id = roots.contact_id
    left join people on typed.contact_id = people.contact_id
    left join words
        on typed.known_type = words.participant_type and lower(typed.status) = words.raw_status
),

weighed as (
    select
        *,
        coalesce(said_status = 'Scheduled' and ended_on < {{ logical_date() }}, false)
            as is_scheduled_in_past,
        case
            when is_deleted then 'deleted'
            when known_type is null then 'other_type'
            when not is_event_known then 'unknown_event'
            when event_scope <> 'in_scope' then 'out_of_scope_event'
            when contact_id is null then 'unknown_person'
            else 'kept'
        end as own_outcome
    from placed
),

-- Two records of one student are one on an event too (6.0 C2).
counted as (
    select
        weighed.*,
        coalesce(identities.canonical_student_key, weighed.student_key) as counted_key
    from weighed
    left join identities on weighed.student_key = identities.student_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by own_outcome, known_type, event_key, person_key, counted_key
            order by
                is_credited desc,
                said_status = 'Attended' desc,
                delivery_hours is not null desc,
                modified_at desc nulls last,
                participant_id asc
        ) as place,
        max(delivery_hours) over (
            partition by own_outcome, known_type, event_key, person_key, counted_key, is_credited
        ) as most_hours
    from counted
)

select
    {{ key(["'participation'", "'sf:' || participant_id"]) }} as participation_key,
    participant_id,
    session_id,
    case when is_event_known then event_key end as event_key,
    contact_id,
    survivor_id,
    person_key,
    student_key,
    counted_key as canonical_student_key,
    coalesce(known_type, participant_type) as participant_type,
    raw_status,
    case when is_scheduled_in_past then 'Unknown' else said_status end as status,
    is_credited,
    case
        when known_type = 'Volunteer' and own_outcome = 'kept' and place = 1 then most_hours
        else delivery_hours
    end as delivery_hours,
    raw_delivery_hours,
    age_group,
    case when own_outcome = 'kept' and place > 1 then 'duplicate' else own_outcome end as outcome,
    event_scope,
    is_contact_landed,
    is_status_unmapped,
    is_scheduled_in_past,
    unreadable_fields,
    run_id,
    first_load_seq,
    load_seq
from ranked
