{#- The member of a list at a place from 1; null where there is none. -#}
{% macro list_item(expression, place) -%}
    ({{ expression }})[{{ place }}]
{%- endmacro %}
