{#- The year-end numbers beside those of the school year before (salesforce.md §6.2, FR-432), each
    taken from agg_district_impact, where it is defined. A number that grew from nothing has no
    percentage. -#}
{%- set measures = [
    'event_count', 'in_person_event_count', 'virtual_event_count', 'student_attendance_count',
    'student_count', 'virtual_student_estimate', 'volunteer_count', 'volunteer_engagement_count',
    'year_end_hours', 'organization_count'
] -%}
with

impact as (select * from {{ ref('agg_district_impact') }}),

list_measures as (
    {% for measure in measures -%}
        select
            scope_type,
            scope_key,
            school_year,
            host,
            '{{ measure }}' as measure,
            cast({{ measure }} as double) as measure_value
        from impact
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

name_former_years as (
    select
        *,
        cast(left(school_year, 4) as integer) as first_year,
        concat(cast(left(school_year, 4) as integer) - 1, '-', left(school_year, 4))
            as former_school_year
    from list_measures
)

select
    present.scope_type,
    present.scope_key,
    present.school_year,
    present.host,
    present.measure,
    present.measure_value,
    former.measure_value as former_value,
    present.measure_value - former.measure_value as growth,
    case
        when former.measure_value > 0
            then round(
                100.0 * (present.measure_value - former.measure_value) / former.measure_value, 1
            )
    end as growth_pct,
    make_date(present.first_year + 1, 7, 31) < {{ logical_date() }} as is_year_over
from name_former_years as present
left join name_former_years as former
    on
        present.scope_type = former.scope_type
        and present.scope_key = former.scope_key
        and present.host = former.host
        and present.measure = former.measure
        and present.former_school_year = former.school_year
