{#- What is this? How often somebody volunteered, and when first and last, must be the same in
    dim_volunteers and in agg_volunteer_engagement for all years and hosts (salesforce.md 6, L23).
    When does it matter? Where one of the two counts what the other leaves out, such as a cancelled
    event, staff read one number on the person's page and another on the list of thanks.
    How to resolve? Both read int_metrics__volunteer_credits; look for the filter or the join that
    one of them has alone. -#}
with

volunteers as (select * from {{ ref('dim_volunteers') }}),
engagement as (select * from {{ ref('agg_volunteer_engagement') }}),

all_years as (
    select *
    from engagement
    where school_year = 'all' and host = 'all'
)

select
    coalesce(volunteers.person_key, all_years.person_key) as person_key,
    volunteers.credited_count,
    all_years.event_count,
    volunteers.first_volunteer_date,
    all_years.first_event_date,
    volunteers.last_volunteer_date,
    all_years.last_event_date
from volunteers
full outer join all_years on volunteers.person_key = all_years.person_key
where
    coalesce(volunteers.credited_count, 0) <> coalesce(all_years.event_count, 0)
    or volunteers.first_volunteer_date is distinct from all_years.first_event_date
    or volunteers.last_volunteer_date is distinct from all_years.last_event_date
