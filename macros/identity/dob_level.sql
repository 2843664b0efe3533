{#- How two dates of birth agree: 1 the same; 2 one slip of the pen (a digit, day and month
    exchanged, a year or a day off); 3 two of year, month and day the same; 4 the year the same, or
    about a year apart; 5 unrelated; null where one is missing (identity.md 2).
    one, other: expressions of dates. -#}
{% macro dob_level(one, other) -%}
    case
        when {{ one }} = {{ other }} then 1
        when
            {{ dob_is_close(one, other) }}
            or levenshtein(cast({{ one }} as varchar), cast({{ other }} as varchar)) = 1
            then 2
        when
            cast(year({{ one }}) = year({{ other }}) as integer)
            + cast(month({{ one }}) = month({{ other }}) as integer)
            + cast(day({{ one }}) = day({{ other }}) as integer) = 2
            then 3
        when
            year({{ one }}) = year({{ other }})
            or abs(datediff('day', {{ one }}, {{ other }})) <= 400
            then 4
        when {{ one }} is not null and {{ other }} is not null then 5
    end
{%- endmacro %}
