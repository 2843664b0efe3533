{#- What is this? Events, engagements, hours and attendances of a year's months must add up to the
    year, for every kind of year, scope and format (salesforce.md Appendix B 6).
    When does it matter? A month that says something else than its year means that an event stands
    in two months, in no year, or twice in one, and every report is wrong by as much.
    How to resolve? Look for the year below in int_metrics__event_periods: each event has one row
    per kind of period, and every year begins on the first of a month. Hours may differ by what
    rounding each month takes. -#}
with

years as (select * from {{ ref('agg_impact_years') }}),
months as (select * from {{ ref('agg_monthly_impact') }}),

add_up as (
    select
        years.year_type,
        years.year_label,
        years.scope_key,
        years.format,
        years.event_count,
        years.cancelled_event_count,
        years.engagement_count,
        years.student_attendance_count,
        years.volunteer_hours,
        sum(months.event_count) as month_event_count,
        sum(months.cancelled_event_count) as month_cancelled_event_count,
        sum(months.engagement_count) as month_engagement_count,
        sum(months.student_attendance_count) as month_student_attendance_count,
        sum(months.volunteer_hours) as month_volunteer_hours
    from years
    left join months
        on
            years.scope_type = months.scope_type
            and years.scope_key = months.scope_key
            and years.format = months.format
            and months.month_date between years.starts_on and years.ends_on
    group by all
)

select
    year_type,
    year_label,
    scope_key,
    format,
    event_count,
    month_event_count,
    engagement_count,
    month_engagement_count,
    volunteer_hours,
    month_volunteer_hours
from add_up
where
    event_count is distinct from month_event_count
    or cancelled_event_count is distinct from month_cancelled_event_count
    or engagement_count is distinct from month_engagement_count
    or student_attendance_count is distinct from month_student_attendance_count
    or coalesce(abs(volunteer_hours - month_volunteer_hours) > 0.1, true)
