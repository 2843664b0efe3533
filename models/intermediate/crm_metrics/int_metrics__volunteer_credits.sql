{#- Who is credited with which event, and for how many hours (M20, M30). One row per event and
    person: two participations of one person in one event count once, with the larger hours.
    Cancelled events credit nobody. Deleted and unknown people keep what they did. -#}
with

participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('int_metrics__events') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),

credit_once as (
    select
        participations.event_key,
        participations.person_key,
        coalesce(participations.hours, 0) as hours,
        coalesce(participations.strict_hours, 0) as strict_hours,
        coalesce(participations.hours_source, 'none') as hours_source,
        events.session_date
    from participations
    inner join events on participations.event_key = events.event_key
    where
        participations.is_credited
        and participations.person_key is not null
        and not events.is_cancelled
    qualify
        row_number() over (
            partition by participations.event_key, participations.person_key
            order by
                coalesce(participations.hours, 0) desc,
                coalesce(participations.strict_hours, 0) desc,
                participations.participation_key asc
        ) = 1
)

select
    credit_once.event_key,
    credit_once.person_key,
    credit_once.hours,
    credit_once.strict_hours,
    credit_once.hours_source,
    credit_once.session_date,
    min(credit_once.session_date) over (partition by credit_once.person_key)
        as first_credited_date,
    coalesce(volunteers.local_status = 'local', false) as is_local,
    coalesce(volunteers.is_person_of_color, false) as is_poc
from credit_once
left join volunteers on credit_once.person_key = volunteers.person_key
