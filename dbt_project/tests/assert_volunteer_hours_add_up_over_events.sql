{#- What is this? The hours of all events must be the hours of the whole, and the hours that were
    delivered, presented and assumed must be the hours (salesforce.md Appendix B 7, M30).
    When does it matter? Hours that are more than the participations have were multiplied on the
    way, by an organization, a district or a skill joined too early; fewer were lost.
    How to resolve? Compare fct_volunteer_participation with int_metrics__volunteer_credits for the
    year below: one row per event and person, with the larger hours, no cancelled events. -#}
with

years as (select * from {{ ref('agg_impact_years') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('dim_events') }}),

take_larger as (
    select
        participations.event_key,
        participations.person_key,
        {{ school_year('events.session_date') }} as school_year,
        max(participations.hours) as hours
    from participations
    inner join events on participations.event_key = events.event_key
    where
        participations.is_credited
        and participations.person_key is not null
        and events.status <> 'Cancelled'
        and events.session_date is not null
    group by all
),

sum_events as (
    select
        school_year,
        sum(hours) as hours
    from take_larger
    group by school_year
),

measured as (
    select
        year_label as school_year,
        volunteer_hours,
        delivery_source_hours + presenter_duration_hours + event_duration_hours as source_hours
    from years
    where year_type = 'school_year' and scope_type = 'all' and format = 'all'
)

select
    coalesce(measured.school_year, sum_events.school_year) as school_year,
    measured.volunteer_hours,
    measured.source_hours,
    sum_events.hours as event_hours
from measured
full outer join sum_events on measured.school_year = sum_events.school_year
where
    abs(coalesce(measured.volunteer_hours, 0) - coalesce(sum_events.hours, 0)) > 0.1
    or abs(coalesce(measured.volunteer_hours, 0) - coalesce(measured.source_hours, 0)) > 0.1
