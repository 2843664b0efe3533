{#- The distinct values of a group as one text, in alphabetical order. -#}
{% macro ordered_list(expression, separator=', ') -%}
    string_agg(distinct {{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}
