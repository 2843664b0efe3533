{#- Who is credited with which event, and for how many hours (M20, M30). One row per event and
    person: two participations of one person in one event count once, with the larger hours.
    Cancelled events credit nobody. Deleted and unknown people keep what they did. -#}
with

participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('int_metrics__events') }}),

credit_once as (
    select
        participations.event_key,
        participations.person_key,
        participations.participant_type,
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
    event_key,
    person_key,
    participant_type,
    hours,
    strict_hours,
    hours_source,
    session_date,
    min(session_date) over (partition by person_key) as first_credited_date
from credit_once
