{#- What organizations did (salesforce.md §6.3). `verified` looks at memberships valid on the day
    of the event, `full` at any. Hours of presenters stand beside: Pathful sends no hours, only how
    long a session was; a volunteer's hours count in whatever format the session was held. A person of
    two organizations gives both the hours, so hours are never added up over organizations;
    attributed_hours may be. What is still to come is nothing that was done. -#}
with

pairs as (select * from {{ ref('int_metrics__credit_organizations') }}),
credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
contributions as (select * from {{ ref('int_metrics__contributions') }}),
events as (select * from {{ ref('int_metrics__events') }}),
list_years as (select * from {{ ref('int_metrics__event_school_years') }}),
organizations as (select * from {{ ref('dim_organizations') }}),

confirmed as (
    select
        event_key,
        member_key as person_key
    from contributions
    where kind = 'volunteer' and is_confirmed
),

judge as (
    select
        list_years.school_year,
        pairs.membership_mode,
        pairs.organization_key,
        pairs.event_key,
        pairs.person_key,
        pairs.is_attributed,
        events.is_virtual,
        events.session_date,
        credits.hours,
        credits.strict_hours,
        credits.event_key is not null as is_credited,
        -- Who is left out of M20 has none.
        confirmed.person_key as volunteer_key,
        coalesce(credits.participant_type = 'Presenter', false) as is_presenter
    from pairs
    inner join events on pairs.event_key = events.event_key
    inner join list_years on pairs.event_key = list_years.event_key
    left join credits
        on pairs.event_key = credits.event_key and pairs.person_key = credits.person_key
    left join confirmed
        on pairs.event_key = confirmed.event_key and pairs.person_key = confirmed.person_key
    where events.session_date <= {{ logical_date() }}
),

measure as (
    select
        school_year,
        membership_mode,
        organization_key,
        count(distinct event_key) as event_count,
        count(distinct event_key) filter (where not is_virtual) as in_person_event_count,
        count(distinct event_key) filter (where is_virtual) as virtual_event_count,
        count(distinct volunteer_key) as volunteer_count,
        count(distinct volunteer_key) filter (where not is_virtual) as in_person_volunteer_count,
        count(distinct person_key) filter (where is_virtual) as virtual_presenter_count,
        count(*) filter (where is_credited) as engagement_count,
        {{ summed_hours('hours', 'not is_presenter') }} as volunteer_hours,
        {{ summed_hours('hours', 'not is_presenter and is_attributed') }} as attributed_hours,
        {{ summed_hours('strict_hours', 'not is_presenter') }} as strict_volunteer_hours,
        {{ summed_hours('hours', 'is_presenter') }} as virtual_volunteer_hours,
        max(session_date) as latest_event_date
    from judge
    group by all
)

select
    measure.organization_key,
    coalesce(organizations.organization_name, 'Unknown') as organization_name,
    organizations.organization_type,
    measure.school_year,
    measure.membership_mode,
    measure.event_count,
    measure.in_person_event_count,
    measure.virtual_event_count,
    measure.volunteer_count,
    measure.in_person_volunteer_count,
    measure.virtual_presenter_count,
    measure.engagement_count,
    measure.volunteer_hours,
    measure.attributed_hours,
    measure.strict_volunteer_hours,
    measure.virtual_volunteer_hours,
    measure.latest_event_date,
    organizations.last_activity_date,
    case
        when measure.organization_key <> 'Unknown'
            then row_number() over (
                partition by
                    measure.school_year,
                    measure.membership_mode,
                    measure.organization_key = 'Unknown'
                order by
                    measure.volunteer_hours desc,
                    measure.event_count desc,
                    measure.organization_key asc
            )
    end as hours_rank
from measure
left join organizations on measure.organization_key = organizations.organization_key
