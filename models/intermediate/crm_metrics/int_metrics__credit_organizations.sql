{#- For which organizations a person came (M40, §6.3): credited people, and the presenters of
    confirmed virtual events, which the organization report counts too. One row per event, person,
    mode and organization, with organization `Unknown` where a person has none.
    A membership is valid on the event's day when it had begun (no start = always) and is Current
    without an end, or had not ended. That test covers the report's test of the whole window: a
    membership valid on a day of the window overlaps the window.
    One organization per participation is its own: primary first, then the earliest. -#}
with

credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('int_metrics__events') }}),
memberships as (select * from {{ ref('bridge_volunteer_organizations') }}),

list_pairs as (
    select
        event_key,
        person_key,
        session_date
    from credits
    union
    select
        participations.event_key,
        participations.person_key,
        events.session_date
    from participations
    inner join events on participations.event_key = events.event_key
    where
        participations.participant_type = 'Presenter'
        and participations.person_key is not null
        and participations.attendance_status not in ('NoShow', 'Canceled')
        and events.is_virtual
        and events.status = 'Confirmed'
),

judge_memberships as (
    select
        list_pairs.event_key,
        list_pairs.person_key,
        memberships.organization_key,
        coalesce(memberships.is_primary, false) as is_primary,
        coalesce(memberships.start_date, date '0001-01-01') as start_date,
        coalesce(memberships.start_date <= list_pairs.session_date, true)
        and coalesce(
            list_pairs.session_date <= memberships.end_date, memberships.status = 'Current', false
        ) as is_valid
    from list_pairs
    inner join memberships on list_pairs.person_key = memberships.person_key
),

-- Two spells with one organization are one belonging.
join_spells as (
    select
        event_key,
        person_key,
        organization_key,
        bool_or(is_valid) as is_valid,
        bool_or(is_valid and is_primary) as is_valid_primary,
        bool_or(is_primary) as is_primary,
        min(start_date) filter (where is_valid) as valid_start_date,
        min(start_date) as start_date
    from judge_memberships
    group by event_key, person_key, organization_key
),

list_modes as (
    select
        event_key,
        person_key,
        organization_key,
        'verified' as membership_mode,
        is_valid_primary as is_preferred,
        valid_start_date as preferred_date
    from join_spells
    where is_valid
    union all
    select
        event_key,
        person_key,
        organization_key,
        'full' as membership_mode,
        is_primary as is_preferred,
        start_date as preferred_date
    from join_spells
),

modes as (
    select 'verified' as membership_mode
    union all
    select 'full' as membership_mode
)

select
    list_pairs.event_key,
    list_pairs.person_key,
    modes.membership_mode,
    coalesce(list_modes.organization_key, 'Unknown') as organization_key,
    row_number() over (
        partition by list_pairs.event_key, list_pairs.person_key, modes.membership_mode
        order by
            list_modes.is_preferred desc,
            list_modes.preferred_date asc,
            list_modes.organization_key asc
    ) = 1 as is_attributed
from list_pairs
cross join modes
left join list_modes
    on
        list_pairs.event_key = list_modes.event_key
        and list_pairs.person_key = list_modes.person_key
        and modes.membership_mode = list_modes.membership_mode
