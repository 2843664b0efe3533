{#- Everything a metric counts, as one long list: the event itself, and who or what took part. Each
    table of metrics joins its cells to this list once and counts by kind, so that no row of one kind
    can multiply another's hours (salesforce.md L22). One row per event, kind and member. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
event_schools as (select * from {{ ref('bridge_event_schools') }}),
credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
student_credits as (select * from {{ ref('int_metrics__student_credits') }}),
organizations as (select * from {{ ref('int_metrics__credit_organizations') }}),

list_organizations as (
    select
        organizations.event_key,
        organizations.organization_key,
        sum(credits.hours) filter (where organizations.is_attributed) as hours
    from organizations
    inner join credits
        on
            organizations.event_key = credits.event_key
            and organizations.person_key = credits.person_key
    where
        organizations.membership_mode = 'verified' and organizations.organization_key <> 'Unknown'
    group by organizations.event_key, organizations.organization_key
)

select
    event_key,
    'event' as kind,
    event_key as member_key,
    cast(null as double) as hours,
    cast(null as double) as strict_hours,
    cast(null as varchar) as hours_source,
    cast(null as date) as first_credited_date,
    cast(null as boolean) as is_confirmed,
    cast(null as boolean) as is_local,
    cast(null as boolean) as is_poc,
    cast(null as varchar) as home_district_key,
    cast(null as varchar) as home_school_level
from events
union all
select
    credits.event_key,
    'volunteer' as kind,
    credits.person_key as member_key,
    credits.hours,
    credits.strict_hours,
    credits.hours_source,
    credits.first_credited_date,
    -- Whom only Pathful or a sign-up names is nobody known yet and no unique volunteer (pathful.md
    -- 3.3). A person of the CRM whose contact never landed is provisional too, and is one:
    -- salesforce.md 6.1 counts every person_key (M20).
    not coalesce(volunteers.is_provisional and volunteers.salesforce_id is null, false)
        as is_confirmed,
    -- Null = not known.
    nullif(volunteers.local_status, 'unknown') = 'local' as is_local,
    volunteers.is_person_of_color as is_poc,
    cast(null as varchar) as home_district_key,
    cast(null as varchar) as home_school_level
from credits
left join volunteers on credits.person_key = volunteers.person_key
union all
select
    event_key,
    'student' as kind,
    student_key as member_key,
    cast(null as double) as hours,
    cast(null as double) as strict_hours,
    cast(null as varchar) as hours_source,
    cast(null as date) as first_credited_date,
    cast(null as boolean) as is_confirmed,
    cast(null as boolean) as is_local,
    cast(null as boolean) as is_poc,
    home_district_key,
    home_school_level
from student_credits
union all
select
    event_key,
    'organization' as kind,
    organization_key as member_key,
    hours,
    cast(null as double) as strict_hours,
    cast(null as varchar) as hours_source,
    cast(null as date) as first_credited_date,
    cast(null as boolean) as is_confirmed,
    cast(null as boolean) as is_local,
    cast(null as boolean) as is_poc,
    cast(null as varchar) as home_district_key,
    cast(null as varchar) as home_school_level
from list_organizations
union all
select
    events.event_key,
    'school' as kind,
    event_schools.school_key as member_key,
    cast(null as double) as hours,
    cast(null as double) as strict_hours,
    cast(null as varchar) as hours_source,
    cast(null as date) as first_credited_date,
    cast(null as boolean) as is_confirmed,
    cast(null as boolean) as is_local,
    cast(null as boolean) as is_poc,
    cast(null as varchar) as home_district_key,
    cast(null as varchar) as home_school_level
from events
inner join event_schools on events.event_key = event_schools.event_key
where not events.is_cancelled
