{#- What each volunteer did, and who is thanked for it (salesforce.md §6.3). First-time is M92: no
    credited event before the year; the CRM's own date is an attribute. -#}
with

credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
events as (select * from {{ ref('int_metrics__events') }}),
list_years as (select * from {{ ref('int_metrics__event_school_years') }}),
list_hosts as (select * from {{ ref('int_metrics__event_hosts') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
memberships as (select * from {{ ref('bridge_volunteer_organizations') }}),
organizations as (select * from {{ ref('dim_organizations') }}),
edits as (select * from {{ ref('int_crm__person_edits') }}),

-- The primary organization, else the first; null start is the earliest (L34).
choose_memberships as (
    select
        person_key,
        organization_key
    from memberships
    qualify
        row_number() over (
            partition by person_key
            order by
                coalesce(is_primary, false) desc,
                coalesce(start_date, date '0001-01-01') asc,
                organization_key asc
        ) = 1
),

measure as (
    select
        credits.person_key,
        list_years.school_year,
        list_hosts.host,
        count(*) as engagement_count,
        count(distinct credits.event_key) as event_count,
        count(distinct credits.event_key) filter (where not events.is_virtual)
            as in_person_event_count,
        count(distinct credits.event_key) filter (where events.is_virtual)
            as virtual_event_count,
        {{ summed_hours('credits.hours', 'true') }} as volunteer_hours,
        {{ summed_hours('credits.hours', 'not events.is_virtual') }} as in_person_hours,
        {{ summed_hours('credits.hours', 'events.is_virtual') }} as virtual_hours,
        {{ summed_hours('credits.strict_hours', 'true') }} as strict_volunteer_hours,
        min(credits.session_date) as first_event_date,
        max(credits.session_date) as last_event_date,
        bool_and(credits.first_credited_date >= list_years.starts_on) as is_first_time,
        {{ list_text('events.event_type') }} as event_types
    from credits
    inner join events on credits.event_key = events.event_key
    inner join list_years on credits.event_key = list_years.event_key
    inner join list_hosts on credits.event_key = list_hosts.event_key
    group by all
),

judge as (
    select
        measure.*,
        -- What staff said comes first (salesforce.md §4.2).
        coalesce(edits.organization_key, choose_memberships.organization_key) as organization_key,
        volunteers.sf_first_volunteer_date,
        not coalesce(volunteers.is_excluded_from_reports, false) as is_on_thank_you_list,
        coalesce(volunteers.is_contactable, false)
        and coalesce(volunteers.has_valid_email, false)
        and not coalesce(volunteers.is_excluded_from_reports, false)
        and not coalesce(volunteers.is_deleted, false)
        and not coalesce(volunteers.is_deceased, false)
        and not coalesce(volunteers.do_not_contact, false)
        and not coalesce(volunteers.do_not_email, false)
        and not coalesce(volunteers.email_opt_out, false) as is_mailable
    from measure
    left join volunteers on measure.person_key = volunteers.person_key
    left join choose_memberships on measure.person_key = choose_memberships.person_key
    left join edits on measure.person_key = edits.person_key
)

select
    judge.person_key,
    judge.school_year,
    judge.host,
    judge.organization_key,
    coalesce(organizations.organization_name, 'Independent') as organization_name,
    judge.event_count,
    judge.in_person_event_count,
    judge.virtual_event_count,
    judge.engagement_count,
    judge.volunteer_hours,
    judge.in_person_hours,
    judge.virtual_hours,
    judge.strict_volunteer_hours,
    judge.first_event_date,
    judge.last_event_date,
    judge.is_first_time,
    judge.sf_first_volunteer_date,
    judge.event_types,
    judge.is_on_thank_you_list,
    judge.is_mailable,
    case
        when judge.is_on_thank_you_list
            then row_number() over (
                partition by judge.school_year, judge.host, judge.is_on_thank_you_list
                order by
                    judge.volunteer_hours desc,
                    judge.event_count desc,
                    judge.person_key asc
            )
    end as hours_rank
from judge
left join organizations on judge.organization_key = organizations.organization_key
