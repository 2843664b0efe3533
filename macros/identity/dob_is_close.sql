{#- Whether two different dates of birth are close (platform.md 4.3): month and day the same and the
    year one off, day and month exchanged, or at most a day apart. Null where one is missing. -#}
{% macro dob_is_close(one, other) -%}
    (
        (
            month({{ one }}) = month({{ other }})
            and day({{ one }}) = day({{ other }})
            and abs(year({{ one }}) - year({{ other }})) = 1
        )
        or (
            year({{ one }}) = year({{ other }})
            and month({{ one }}) = day({{ other }})
            and day({{ one }}) = month({{ other }})
        )
        or abs(datediff('day', {{ one }}, {{ other }})) <= 1
    )
{%- endmacro %}
