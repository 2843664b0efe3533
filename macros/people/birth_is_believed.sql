{#- Whether a date of birth gives an age that can be, in whole years at the logical date (DOM-201).
    The ages are expressions. -#}
{% macro birth_is_believed(birth_date, min_age, max_age) -%}
    (
        year({{ logical_date() }}) - year({{ birth_date }})
        - case
            when
                month({{ logical_date() }}) * 100 + day({{ logical_date() }})
                < month({{ birth_date }}) * 100 + day({{ birth_date }})
                then 1
            else 0
        end
    ) between {{ min_age }} and {{ max_age }}
{%- endmacro %}
