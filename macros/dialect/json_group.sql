{#- The rows of a group as one JSON object, {"key": value}, as text, in the order of its keys; {} for
    none. The values are JSON, and a key may stand once in a group. -#}
{% macro json_group(key_expression, json_expression) -%}
    {{ json_counts(key_expression, json_expression) }}
{%- endmacro %}
