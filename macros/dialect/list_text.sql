{#- The different values of a group as one text, in their own order; null for none. -#}
{% macro list_text(expression, separator='; ') -%}
    string_agg(distinct {{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}
