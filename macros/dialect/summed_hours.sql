{#- Hours of the rows a condition picks, as a number of two decimals; 0 where there is none. The sum
    is rounded before it is stored, so that the order of adding leaves no trace. -#}
{% macro summed_hours(expression, condition) -%}
    cast(
        coalesce(round(sum({{ expression }}) filter (where {{ condition }}), 2), 0) as double
    )
{%- endmacro %}
