{{ config(materialized='view') }}
{#- The periods an event belongs to: its calendar month and one year of each named kind
    (salesforce.md L22). One row per event and kind of period; both bounds are inclusive. -#}
with

events as (select * from {{ ref('int_metrics__events') }}),
year_types as (select * from {{ ref('ref_calendar_years') }}),

find_first_years as (
    select
        events.event_key,
        year_types.year_type,
        year_types.start_month,
        cast(
            case
                when month(events.session_date) >= year_types.start_month
                    then year(events.session_date)
                else year(events.session_date) - 1
            end as integer
        ) as first_year
    from events
    cross join year_types
)

select
    event_key,
    year_type as period_type,
    concat(first_year, '-', first_year + 1) as period_label,
    make_date(first_year, start_month, 1) as starts_on,
    cast(make_date(first_year + 1, start_month, 1) - interval 1 day as date) as ends_on
from find_first_years
union all
select
    event_key,
    'month' as period_type,
    left(cast(month_date as varchar), 7) as period_label,
    month_date as starts_on,
    cast(month_date + interval 1 month - interval 1 day as date) as ends_on
from events
