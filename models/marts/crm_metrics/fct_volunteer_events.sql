{#- Who volunteered lately and who is coming (salesforce.md §6.3). Here a Simulcast is credited too,
    and only here. People kept out of reports, and deleted ones, are in no list. -#}
with

participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('int_metrics__events') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),

judge as (
    select
        participations.event_key,
        participations.person_key,
        participations.participation_key,
        participations.status,
        participations.raw_status,
        coalesce(participations.hours, 0) as volunteer_hours,
        events.session_date,
        events.event_type,
        case
            when
                events.is_completed
                and (
                    participations.is_credited
                    or lower(trim(participations.raw_status)) = 'simulcast'
                )
                then 'recent'
            when
                status_rules.is_planned
                and events.session_date >= {{ logical_date() }}
                and coalesce(participations.attendance_status, 'SignedUp')
                not in ('NoShow', 'Canceled')
                then 'future'
        end as list_type
    from participations
    inner join events on participations.event_key = events.event_key
    inner join status_rules on events.status = status_rules.status
    inner join volunteers on participations.person_key = volunteers.person_key
    where
        not coalesce(volunteers.is_excluded_from_reports, false)
        and not coalesce(volunteers.is_deleted, false)
)

select
    event_key,
    person_key,
    list_type,
    session_date,
    event_type,
    volunteer_hours,
    status,
    raw_status
from judge
where list_type is not null
qualify
    row_number() over (
        partition by event_key, person_key
        order by volunteer_hours desc, participation_key asc
    ) = 1
