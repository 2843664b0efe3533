{#- One row per member's name of a JSON object; none where the text is none. Stands alone in a
    select. -#}
{% macro json_members(expression) -%}
    unnest(json_keys(try_cast({{ expression }} as json)))
{%- endmacro %}
