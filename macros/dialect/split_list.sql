{#- One row per part of a text that a sign separates, as written. Stands alone in a select. -#}
{% macro split_list(expression, separator) -%}
    unnest(string_split({{ expression }}, '{{ separator }}'))
{%- endmacro %}
