{#- One row per text of a JSON list; none where the text is no list. Stands alone in a select. -#}
{% macro json_values(expression) -%}
    unnest(from_json(try_cast({{ expression }} as json), '["varchar"]'))
{%- endmacro %}
